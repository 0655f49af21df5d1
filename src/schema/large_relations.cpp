// See large_relations.h.

#include "schema/large_relations.h"

namespace unwedge::schema {
namespace {

constexpr std::size_t kLarge = 500;
constexpr std::size_t kMostKept = 1'000'000;

std::size_t size_of(const Relation& relation) {
  return relation.columns.size() + relation.checks.size() + relation.keys.size() +
         relation.foreign_keys.size() + relation.triggers.size();
}

}  // namespace

void limit_versions(Relation& relation, std::size_t& kept) {
  const std::size_t size = size_of(relation);
  if (size <= kLarge) return;
  kept += size;
  if (kept <= kMostKept) return;
  relation.complete = false;
  relation.columns.clear();
  relation.checks.clear();
  relation.key_columns.clear();
  relation.keys.clear();
  relation.foreign_keys.clear();
  relation.triggers.clear();
}

}  // namespace unwedge::schema
