// What a relation and its parts say of themselves.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "unwedge/schema.h"

namespace unwedge::schema {
namespace {

template <typename T>
const T* named(const std::vector<T>& items, std::string_view name) {
  const auto found =
      std::find_if(items.begin(), items.end(), [name](const T& item) { return item.name == name; });
  return found == items.end() ? nullptr : &*found;
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

const Column* Relation::column(std::string_view name) const { return named(columns, name); }
const Check* Relation::check(std::string_view name) const { return named(checks, name); }
const Key* Relation::key(std::string_view name) const { return named(keys, name); }
const ForeignKey* Relation::foreign_key(std::string_view name) const {
  return named(foreign_keys, name);
}
const Trigger* Relation::trigger(std::string_view name) const { return named(triggers, name); }

const Key* Relation::primary_key() const {
  const auto found = std::find_if(keys.begin(), keys.end(),
                                  [](const Key& key) { return key.kind == Key::Kind::kPrimary; });
  return found == keys.end() ? nullptr : &*found;
}

bool Relation::proves_not_null(std::string_view column_name) const {
  if (const Column* known = column(column_name); known != nullptr && known->not_null) return true;
  return std::any_of(checks.begin(), checks.end(), [column_name](const Check& check) {
    return check.valid && has(check.not_null_columns, column_name);
  });
}

bool Check::mentions(std::string_view column) const {
  return has(not_null_columns, column) || has(other_columns, column);
}

bool Index::mentions(std::string_view column) const {
  return has(including, column) || (predicate && predicate->mentions(column)) ||
         std::any_of(parts.begin(), parts.end(), [column](const IndexPart& part) {
           return part.column == column || (part.expression && part.expression->mentions(column));
         });
}

}  // namespace unwedge::schema
