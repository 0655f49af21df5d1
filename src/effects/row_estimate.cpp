// A column is a key when the catalog says so. When the catalog does not know the table, the
// column's name decides: a natural or surrogate key is nearly always called like one.

#include "effects/row_estimate.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace unwedge::effects {
namespace {

constexpr std::array<std::string_view, 16> kKeyNames{
    "id",   "uuid",  "guid",     "pk",    "ctid",    "key",         "name",   "slug",
    "code", "email", "username", "login", "version", "version_num", "handle", "external_id"};

bool is_key(Name column, const schema::Relation* relation) {
  if (relation != nullptr) {
    const auto& keys = relation->key_columns;
    if (std::find(keys.begin(), keys.end(), column) != keys.end()) return true;
    if (relation->complete) return column == "ctid";
  }
  return std::find(kKeyNames.begin(), kKeyNames.end(), column) != kKeyNames.end();
}

}  // namespace

RowCount estimate_rows(const Write& write, const schema::Relation* relation) {
  switch (write.bound) {
    case RowBound::kBounded: return RowCount::kFew;
    case RowBound::kUnbounded: return RowCount::kMany;
    case RowBound::kByKey: break;
  }
  const bool by_key = std::any_of(write.key_columns.begin(), write.key_columns.end(),
                                  [relation](Name column) { return is_key(column, relation); });
  return by_key ? RowCount::kFew : RowCount::kPossible;
}

}  // namespace unwedge::effects
