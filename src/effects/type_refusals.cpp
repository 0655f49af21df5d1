// ALTER COLUMN … TYPE that cannot be: something is made of the column as it is now, or no cast
// leads to the new type.

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "effects/builtins.h"
#include "effects/column_type.h"
#include "effects/refusing.h"

namespace unwedge::effects {
namespace {

using schema::DataType;
using schema::Relation;

constexpr std::string_view kCommand = "ALTER COLUMN TYPE";

bool contains(const std::vector<std::string>& names, Name name) {
  return std::ranges::find(names, name) != names.end();
}

DataType without_domain(DataType type, const schema::Catalog& catalog) {
  while (type.array_dimensions == 0) {
    const schema::Type* known = catalog.find_type(type.id);
    if (known == nullptr || known->kind != schema::Type::Kind::kDomain) break;
    type = known->base;
  }
  return type;
}

/// A type of which all casts are known: one that comes with the server, or an enum.
bool has_known_casts(const DataType& type, const schema::Catalog& catalog) {
  const schema::Type* known = catalog.find_type(type.id);
  if (known != nullptr) return known->kind == schema::Type::Kind::kEnum;
  return type.id.schema.empty() && find_builtin_type(type.id.name) != nullptr;
}

bool is_string(const DataType& type) {
  const BuiltinType* builtin = type.id.schema.empty() ? find_builtin_type(type.id.name) : nullptr;
  return builtin != nullptr && builtin->is_string && type.array_dimensions == 0;
}

/// Whether a value of the one cannot be stored in a column of the other (find_coercion_pathway,
/// parser/parse_coerce.c). CREATE CAST may have made one that is not known here.
bool has_no_assignment(DataType from, DataType to, const schema::Catalog& catalog) {
  from = without_domain(std::move(from), catalog);
  to = without_domain(std::move(to), catalog);
  if (!from.known() || !to.known() || is_string(to) || catalog.has_own_casts()) return false;
  if (!has_known_casts(from, catalog) || !has_known_casts(to, catalog)) return false;
  const bool from_array = from.array_dimensions > 0;
  const bool to_array = to.array_dimensions > 0;
  if (from_array != to_array) return true;
  if (from.id == to.id) return false;
  const bool by_table = from.id.schema.empty() && to.id.schema.empty();
  const BuiltinCast* cast = by_table ? find_builtin_cast(from.id.name, to.id.name) : nullptr;
  // The elements of an array may be strings again.
  if (cast == nullptr) return !(to_array && find_builtin_type(to.id.name) != nullptr);
  return cast->context == CastContext::kExplicit;
}

Refused in_use(const Relation& table, Name column, std::string message, std::string obstacle) {
  return about(refuse(RefusalCause::kTypeInUse, kNotSupported, kCommand, std::move(message)),
               column_in_words(column, table.id), std::move(obstacle));
}

/// A constant that has the column's own type: written without a cast, or with one to it. With
/// another it keeps that (strip_implicit_coercions, nodes/nodeFuncs.c).
bool is_constant_of(const Expression& value, const DataType& type) {
  if (value.kind == Expression::Kind::kConstant) return true;
  return value.kind == Expression::Kind::kCast && value.name == type.id.name &&
         value.operands.front().kind == Expression::Kind::kConstant;
}

/// ATPrepAlterColumnType: the table's own words are looked at before anything that depends on it.
Refused not_castable(Name name, const AlterColumnType& change, const schema::Column& column,
                     const Relation& table, const Prediction& prediction) {
  const schema::Catalog& catalog = prediction.catalog();
  const DataType to = data_type(change.type, prediction);
  if (!has_no_assignment(column.type, to, catalog)) return std::nullopt;
  const std::string subject = column_in_words(name, table.id);
  const std::string types = fmt::format("{} to {}", type_in_words(column.type), type_in_words(to));
  if (!change.using_expression) {
    return about(refuse(RefusalCause::kNoCast, kWrongType, kCommand,
                        fmt::format(R"(column "{}" cannot be cast automatically to type {})", name,
                                    type_in_words(to))),
                 subject, types);
  }
  // ATExecAlterColumnType
  const auto& value = column.default_value;
  if (!value || !is_constant_of(value->get(), column.type)) return std::nullopt;
  return about(
      refuse(RefusalCause::kNoCast, kWrongType, kCommand,
             fmt::format(R"(default for column "{}" cannot be cast automatically to type {})", name,
                         type_in_words(to))),
      fmt::format("the default of {}", subject), types);
}

}  // namespace

std::string type_in_words(const DataType& type) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kShown{{
      {"bool", "boolean"},
      {"bpchar", "character"},
      {"float4", "real"},
      {"float8", "double precision"},
      {"int2", "smallint"},
      {"int4", "integer"},
      {"int8", "bigint"},
      {"time", "time without time zone"},
      {"timestamp", "timestamp without time zone"},
      {"timestamptz", "timestamp with time zone"},
      {"timetz", "time with time zone"},
      {"varbit", "bit varying"},
      {"varchar", "character varying"},
  }};
  const bool in_path = type.id.schema == "public" || type.id.schema.empty();
  std::string text = in_path
                         ? quoted(Name(type.id.name))
                         : quoted(QualifiedName{.schema = type.id.schema, .name = type.id.name});
  if (type.id.schema.empty()) {
    text = type.id.name;
    const auto* const found = std::ranges::find(
        kShown, type.id.name, &std::pair<std::string_view, std::string_view>::first);
    if (found != kShown.end()) text = found->second;
  }
  return type.array_dimensions > 0 ? text + "[]" : text;
}

Refused type_refusal(Name name, const AlterColumnType& change, const Relation& table,
                     const Prediction& prediction) {
  const schema::Column* column = table.column(name);
  if (column == nullptr) return std::nullopt;
  const schema::Catalog& catalog = prediction.catalog();
  if (table.partition_key &&
      std::ranges::any_of(table.partition_key->parts,
                          [name](const auto& part) { return part.column == name; })) {
    return about(
        refuse(RefusalCause::kTypeInUse, kInvalidDefinition, kCommand,
               fmt::format(R"(cannot alter column "{}" because it is part of the partition )"
                           R"(key of relation "{}")",
                           name, table.id.name)),
        column_in_words(name, table.id), "the partition key");
  }
  if (Refused refused = not_castable(name, change, *column, table, prediction)) {
    return refused;
  }
  // find_composite_type_dependencies
  if (const auto users = catalog.columns_of_type(table.id); !users.empty()) {
    return in_use(
        table, name,
        fmt::format(R"(cannot alter table "{}" because column "{}.{}" uses its row )"
                    "type",
                    table.id.name, users.front().relation->id.name, users.front().column->name),
        column_in_words(users.front().column->name, users.front().relation->id));
  }
  // ATExecAlterColumnType, RememberAllDependentForRebuilding
  for (const Relation* view : catalog.views_on(table.id)) {
    if (!contains(view->reads_columns, name)) continue;
    const Answer depends = takes_column_from(*view, table.id, name, catalog);
    if (depends.is_no()) continue;
    Refused refused = in_use(table, name, "cannot alter type of a column used by a view or rule",
                             in_words(*view));
    return depends.is_yes() ? refused : possible(std::move(refused), depends.doubt());
  }
  for (const std::string& policy : table.policies) {
    const auto columns = table.policy_columns.find(policy);
    if (columns == table.policy_columns.end() || !contains(columns->second, name)) continue;
    return in_use(table, name, "cannot alter type of a column used in a policy definition",
                  fmt::format("the policy '{}'", policy));
  }
  for (const schema::Trigger& trigger : table.triggers) {
    if (!contains(trigger.update_columns, name) && !contains(trigger.when_columns, name)) continue;
    return in_use(table, name, "cannot alter type of a column used in a trigger definition",
                  fmt::format("the trigger '{}'", trigger.name));
  }
  for (const schema::Column& other : table.columns) {
    if (!other.generated || !other.generated->mentions(name)) continue;
    return in_use(table, name, "cannot alter type of a column used by a generated column",
                  fmt::format("the generated column '{}'", other.name));
  }
  return std::nullopt;
}

}  // namespace unwedge::effects
