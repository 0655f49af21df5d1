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

bool is_key_name(std::string_view name) {
  return std::find(kKeyNames.begin(), kKeyNames.end(), name) != kKeyNames.end();
}

/// `unit_type_code` of `unit_type`, `user_id` of `users`: the table's own name in front of a key's.
bool is_own_key_name(std::string_view column, std::string_view table) {
  if (table.ends_with('s')) table.remove_suffix(1);
  if (table.empty() || !column.starts_with(table)) return false;
  column.remove_prefix(table.size());
  if (column.starts_with("s_")) column.remove_prefix(1);
  return column.starts_with('_') && is_key_name(column.substr(1));
}

bool is_key(Name column, const Write& write, const schema::Relation* relation) {
  if (relation != nullptr) {
    const auto& keys = relation->key_columns;
    if (std::find(keys.begin(), keys.end(), column) != keys.end()) return true;
    if (relation->complete) return column == "ctid";
  }
  return is_key_name(column) || is_own_key_name(column, write.target.name);
}

}  // namespace

RowCount estimate_rows(const Write& write, const schema::Relation* relation) {
  switch (write.bound) {
    case RowBound::kBounded: return RowCount::kFew;
    case RowBound::kUnbounded: return RowCount::kMany;
    case RowBound::kByKey: break;
  }
  const bool by_key = std::any_of(write.key_columns.begin(), write.key_columns.end(),
                                  [&](Name column) { return is_key(column, write, relation); });
  return by_key ? RowCount::kFew : RowCount::kPossible;
}

}  // namespace unwedge::effects
