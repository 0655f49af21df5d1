// See chosen_names.h; every function follows the one of Postgres that its comment names.

#include "schema/chosen_names.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace unwedge::schema {
namespace {

constexpr std::size_t kLongestName = 63;  // NAMEDATALEN - 1

/// The first bytes of a UTF-8 text, without half a character (pg_mbcliplen).
std::string_view clipped(std::string_view text, std::size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size);
}

template <typename Taken>
std::string choose(std::string_view table, std::string_view columns, std::string_view label,
                   const Taken& taken) {
  std::string name = object_name(table, columns, label);
  for (int number = 1; taken(name); ++number) {
    name = object_name(table, columns, std::string(label).append(std::to_string(number)));
  }
  return name;
}

/// A name, and how much it says: a weak one yields to another.
using Figured = std::pair<std::string, int>;

Figured figure(const Expression& expression) {
  using Kind = Expression::Kind;
  switch (expression.kind) {
    case Kind::kColumn:
    case Kind::kCall: return {std::string(expression.name), 2};
    case Kind::kCast: {
      Figured inner = figure(expression.operands.front());
      if (inner.second > 1 || expression.name.empty()) return inner;
      return {std::string(expression.name), 1};
    }
    case Kind::kArray: return {"array", 2};
    case Kind::kRow: return {"row", 2};
    case Kind::kSubquery:
      if (expression.name == "exists" || expression.name == "array") {
        return {std::string(expression.name), 2};
      }
      return {};
    case Kind::kOther: {
      if (expression.name != "case" || expression.operands.empty()) return {};
      Figured otherwise = figure(expression.operands.back());  // ELSE
      return otherwise.second > 1 ? otherwise : Figured{"case", 1};
    }
    default: return {};
  }
}

}  // namespace

std::string object_name(std::string_view table, std::string_view columns, std::string_view label) {
  const std::size_t overhead = (columns.empty() ? 0U : 1U) + label.size() + 1;
  const std::size_t room = kLongestName - std::min(kLongestName, overhead);
  std::size_t table_size = table.size();
  std::size_t columns_size = columns.size();
  while (table_size + columns_size > room) {
    if (table_size > columns_size) {
      --table_size;
    } else {
      --columns_size;
    }
  }
  std::string name(clipped(table, table_size));
  if (!columns.empty()) name.append("_").append(clipped(columns, columns_size));
  return name.append("_").append(label);
}

std::string choose_relation_name(const Catalog& catalog, const RelationId& table,
                                 std::string_view columns, std::string_view label,
                                 bool for_constraint) {
  return choose(table.name, columns, label, [&](const std::string& name) {
    const RelationId id{.schema = table.schema, .name = name};
    return catalog.find(id) != nullptr || (for_constraint && catalog.has_constraint(id));
  });
}

std::string choose_constraint_name(const Catalog& catalog, const ObjectId& owner,
                                   std::string_view columns, std::string_view label,
                                   const std::vector<Check>& others) {
  return choose(owner.name, columns, label, [&](const std::string& name) {
    return catalog.has_constraint({.schema = owner.schema, .name = name}) ||
           std::any_of(others.begin(), others.end(),
                       [&name](const Check& check) { return check.name == name; });
  });
}

std::string joined_columns(const std::vector<std::string>& columns) {
  std::string joined;
  for (const std::string& column : columns) {
    if (!joined.empty()) joined.append("_");
    joined.append(column);
    if (joined.size() > kLongestName) break;
  }
  return joined;
}

std::vector<std::string> index_column_names(const Index& index) {
  std::vector<std::string> names;
  const auto add = [&names](const std::string& wanted) {
    std::string name = wanted;
    for (int number = 1; std::find(names.begin(), names.end(), name) != names.end(); ++number) {
      const std::string suffix = std::to_string(number);
      name = std::string(clipped(wanted, kLongestName - suffix.size())).append(suffix);
    }
    names.push_back(std::move(name));
  };
  for (const IndexPart& part : index.parts) {
    std::string name = part.column;
    if (name.empty() && part.expression) name = figured_name(part.expression->get());
    add(name.empty() ? "expr" : name);
  }
  for (const std::string& column : index.including) add(column);
  return names;
}

std::string figured_name(const Expression& expression) { return figure(expression).first; }

}  // namespace unwedge::schema
