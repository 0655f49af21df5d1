// ALTER COLUMN … TYPE as the rules about it see it: the column as it is before, if that is known,
// and both types in words.

#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unwedge/schema.h"
#include "unwedge/step.h"
#include "unwedge/subcommand.h"

namespace unwedge {

/// The change of one column's type.
struct ColumnTypeChange {
  const AlterAction* action = nullptr;
  const AlterColumnType* change = nullptr;
  const schema::Column* column = nullptr;  ///< with its present type; null: not known
};

inline std::vector<ColumnTypeChange> type_changes(const AlterTable& alter, const Step& step) {
  std::vector<ColumnTypeChange> changes;
  if (alter.object_type != ObjectType::kTable) return changes;
  const schema::Relation* table = step.schema().find(step.resolve(alter.table));
  for (const AlterAction& action : alter.actions) {
    const auto* change = action.get<AlterColumnType>();
    if (action.kind != AlterKind::kAlterType || change == nullptr) continue;
    const schema::Column* column = table == nullptr ? nullptr : table->column(action.name);
    const bool known = column != nullptr && column->type.known();
    changes.push_back({.action = &action, .change = change, .column = known ? column : nullptr});
  }
  return changes;
}

/// "integer", "varchar(20)", "app.status[]".
inline std::string in_words(const schema::DataType& type) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kNames{{
      {"int2", "smallint"},
      {"int4", "integer"},
      {"int8", "bigint"},
      {"float4", "real"},
      {"float8", "double precision"},
      {"bool", "boolean"},
      {"bpchar", "char"},
  }};
  if (type.id.schema.empty()) {
    for (const auto& [name, words] : kNames) {
      if (type.id.name != name) continue;
      std::string text(words);
      if (!type.modifiers.empty()) text += "(" + std::to_string(type.modifiers.front()) + ")";
      return type.array_dimensions > 0 ? text + "[]" : text;
    }
  }
  const std::string_view schema = type.id.schema == "public" ? "" : type.id.schema;
  return quoted(TypeReference{.name = {.schema = schema, .name = type.id.name},
                              .modifiers = type.modifiers,
                              .array_dimensions = type.array_dimensions > 0 ? 1 : 0});
}

/// The new type, which can be pasted.
inline std::string in_words(const TypeReference& type) {
  if (!type.name.schema.empty() && type.name.schema != "pg_catalog") return quoted(type);
  return in_words(schema::DataType{.id = {.schema = {}, .name = std::string(type.name.name)},
                                   .modifiers = type.modifiers,
                                   .array_dimensions = type.array_dimensions});
}

/// "'total' from integer to bigint"; without the present type where that is not known.
inline std::string in_words(const ColumnTypeChange& change) {
  const std::string now = change.column == nullptr ? "" : " from " + in_words(change.column->type);
  const Name collation = change.change->collation;
  return "'" + std::string(change.action->name) + "'" + now + " to " +
         in_words(change.change->type) + (collation.empty() ? "" : " COLLATE " + quoted(collation));
}

}  // namespace unwedge
