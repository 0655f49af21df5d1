// Reads pg_class, and names the relations that have no name of their own worth reporting.

#include "postgres/relations.h"

#include <charconv>
#include <string_view>

namespace unwedge::postgres {
namespace {

constexpr std::string_view kKindsWithFile = "rmtiS";

constexpr const char* kQuery =
    "select c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, "
    "c.relfilenode || '/' || c.reltablespace, coalesce(p.oid, 0), coalesce(i.indrelid, 0) "
    "from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
    "left join pg_catalog.pg_class p on p.reltoastrelid = c.oid and c.relkind = 't' "
    "left join pg_catalog.pg_index i on i.indexrelid = c.oid where c.oid >= 16384";

std::string name_of(const Relations& relations, const Relation& relation) {
  if (relation.toast_of != 0) {
    const auto owner = relations.find(relation.toast_of);
    if (owner != relations.end()) return "toast(" + name_of(relations, owner->second) + ")";
  }
  if (relation.schema.starts_with("pg_toast") && relation.index_of != 0) {
    const auto toast = relations.find(relation.index_of);
    const auto owner = toast == relations.end() ? toast : relations.find(toast->second.toast_of);
    if (owner != relations.end()) return "toast_idx(" + name_of(relations, owner->second) + ")";
  }
  const bool is_temporary = relation.schema.starts_with("pg_temp");
  return (is_temporary ? "pg_temp" : relation.schema) + "." + relation.bare_name;
}

}  // namespace

Oid to_oid(const std::string& text) {
  Oid oid = 0;
  std::from_chars(text.data(), text.data() + text.size(), oid);
  return oid;
}

Relations read_relations(Connection& session) {
  Relations relations;
  for (const Row& row : session.query(kQuery)) {
    const char kind = row[3].front();
    relations[to_oid(row[0])] = {.schema = row[1],
                                 .bare_name = row[2],
                                 .name = {},
                                 .kind = kind,
                                 .persistence = row[4].front(),
                                 .file = row[5],
                                 .toast_of = to_oid(row[6]),
                                 .index_of = to_oid(row[7]),
                                 .has_file = kKindsWithFile.find(kind) != std::string_view::npos};
  }
  for (auto& [oid, relation] : relations) relation.name = name_of(relations, relation);
  return relations;
}

}  // namespace unwedge::postgres
