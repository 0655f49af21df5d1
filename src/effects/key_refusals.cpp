// Keys that cannot be: unique ones of partitioned tables that leave out a part of the partition
// key, those that take over an unfit index, foreign keys to what is no key or of another type.

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "effects/builtins.h"
#include "effects/column_type.h"
#include "effects/presence.h"
#include "effects/refusing.h"
#include "unwedge/serial.h"

namespace unwedge::effects {
namespace {

using schema::Relation;
using Type = Constraint::Kind;

/// Foreign keys that are NOT VALID may be added to partitioned tables.
constexpr int kNotValidOnPartitioned = 18;
constexpr int kExclusionsOfPartitioned = 17;
/// The message says which column since.
constexpr int kSaysWhichColumn = 12;

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::ranges::sort(names);
  return names;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::vector<std::string> strings(const std::vector<Name>& names) {
  return {names.begin(), names.end()};
}

// ---------------------------------------------------------------------------------------------
// Partition keys

struct KeyWords {
  std::string_view in_sentence;
  std::string_view in_sql;
};

KeyWords words_of(Type type) {
  if (type == Type::kPrimaryKey) return {"a primary key", "PRIMARY KEY"};
  if (type == Type::kExclusion) return {"an exclusion constraint", "EXCLUDE"};
  return {"a unique key", "UNIQUE"};
}

// commands/indexcmds.c, DefineIndex
Refused partition_key_left_out(Type type, const std::vector<std::string>& columns,
                               const std::vector<schema::IndexPart>& key,
                               const std::string& table) {
  const std::string subject = fmt::format("{} of '{}'", words_of(type).in_sentence, table);
  for (const schema::IndexPart& part : key) {
    if (part.column.empty()) {
      return about(refuse(RefusalCause::kPartitionKey, kNotSupported, "CREATE INDEX",
                          fmt::format("unsupported {} constraint with partition key definition",
                                      words_of(type).in_sql)),
                   subject);
    }
    if (std::ranges::find(columns, part.column) != columns.end()) continue;
    return about(refuse(RefusalCause::kPartitionKey, kNotSupported, "CREATE INDEX",
                        "unique constraint on partitioned table must include all partitioning "
                        "columns"),
                 subject, part.column);
  }
  return std::nullopt;
}

/// `key`: the partition key of the table that gets the constraint.
Refused key_of_partitioned(const Constraint& constraint, const std::vector<schema::IndexPart>& key,
                           const std::string& table, const Prediction& prediction) {
  std::vector<std::string> columns = strings(constraint.columns);
  if (constraint.kind == Type::kExclusion) {
    // parser/parse_utilcmd.c, transformTableConstraint
    if (!prediction.since(kExclusionsOfPartitioned)) {
      return refuse(RefusalCause::kOther, kNotSupported, "ADD CONSTRAINT EXCLUDE",
                    "exclusion constraints are not supported on partitioned tables");
    }
    for (const IndexColumn& part : constraint.exclusion) columns.emplace_back(part.column);
  }
  return partition_key_left_out(constraint.kind, columns, key, table);
}

std::vector<schema::IndexPart> parts_of(const CreateTable& create) {
  std::vector<schema::IndexPart> parts;
  for (const IndexColumn& part : create.partition_parts) {
    parts.push_back({.column = std::string(part.column)});
  }
  return parts;
}

// ---------------------------------------------------------------------------------------------
// USING INDEX

// parser/parse_utilcmd.c, transformIndexConstraint
Refused index_not_usable(const Constraint& constraint, const Relation& table,
                         const Prediction& prediction) {
  const RelationId id{.schema = table.id.schema, .name = std::string(constraint.using_index)};
  const auto unfit = [&](std::string_view sqlstate, std::string message, std::string why) {
    return at(about(refuse(RefusalCause::kIndexNotUsable, sqlstate, "ADD CONSTRAINT USING INDEX",
                           std::move(message)),
                    fmt::format("index '{}'", constraint.using_index), std::move(why)),
              constraint.span);
  };
  if (is_partitioned(&table)) {
    return unfit(kNotSupported,
                 "ALTER TABLE / ADD CONSTRAINT USING INDEX is not supported on partitioned tables",
                 fmt::format("'{}' is partitioned", table.id));
  }
  const Relation* index = prediction.find(id);
  if (index == nullptr) {
    const Presence presence =
        presence_of(QualifiedName{.schema = id.schema, .name = id.name}, prediction);
    if (!is_missing(presence)) return std::nullopt;
    return unfit(kUnknownObject, fmt::format(R"(index "{}" does not exist)", id.name),
                 std::string(in_words(presence)));
  }
  if (index->kind != schema::RelationKind::kIndex || !index->index) return std::nullopt;
  if (!index->index->constraint.empty()) {
    return unfit(kWrongState,
                 fmt::format(R"(index "{}" is already associated with a constraint)", id.name),
                 fmt::format("it belongs to the constraint '{}'", index->index->constraint));
  }
  if (index->index_of != table.id) {
    return unfit(kWrongState,
                 fmt::format(R"(index "{}" does not belong to table "{}")", id.name, table.id.name),
                 fmt::format("it is an index of '{}'", index->index_of));
  }
  if (!index->index->unique) {
    return unfit(kWrongKind, fmt::format(R"("{}" is not a unique index)", id.name),
                 "it is not unique");
  }
  const auto& parts = index->index->parts;
  if (std::ranges::any_of(parts, [](const auto& part) { return part.column.empty(); })) {
    return unfit(kWrongKind, fmt::format(R"(index "{}" contains expressions)", id.name),
                 "it has an expression");
  }
  if (index->index->predicate) {
    return unfit(kWrongKind, fmt::format(R"("{}" is a partial index)", id.name), "it is partial");
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool usual = !parts[i].descending && !parts[i].nulls_first;
    if (usual && parts[i].operator_class.empty() && parts[i].collation.empty()) continue;
    if (usual) return std::nullopt;  // the class or collation may be the default one
    const std::string which =
        prediction.since(kSaysWhichColumn) ? fmt::format(" column number {}", i + 1) : "";
    return unfit(
        kWrongKind,
        fmt::format(R"(index "{}"{} does not have default sorting behavior)", id.name, which),
        fmt::format("it sorts '{}' in another order", parts[i].column));
  }
  return std::nullopt;
}

// ---------------------------------------------------------------------------------------------
// Foreign keys

/// The types whose values are compared with one another as they are: the operator families of
/// btree (pg_opfamily).
constexpr std::array<std::pair<std::string_view, int>, 17> kFamilies{{
    {"bit", 6},
    {"bpchar", 4},
    {"cidr", 5},
    {"date", 2},
    {"float4", 1},
    {"float8", 1},
    {"inet", 5},
    {"int2", 0},
    {"int4", 0},
    {"int8", 0},
    {"name", 3},
    {"text", 3},
    {"timestamp", 2},
    {"timestamptz", 2},
    {"varbit", 6},
    {"varchar", 3},
    {"citext", 7},
}};

int family_of(std::string_view type) {
  const auto* const found =
      std::ranges::find(kFamilies, type, &std::pair<std::string_view, int>::first);
  return found == kFamilies.end() ? -1 : found->second;
}

// commands/tablecmds.c, ATAddForeignKeyConstraint: an operator of the referenced key's family, or
// an implicit cast to its type
bool comparable(const schema::DataType& referencing, const schema::DataType& referenced) {
  const auto plain = [](const schema::DataType& type) {
    return type.known() && type.id.schema.empty() && type.array_dimensions == 0 &&
           find_builtin_type(type.id.name) != nullptr;
  };
  if (!plain(referencing) || !plain(referenced)) return true;
  const std::string& from = referencing.id.name;
  const std::string& to = referenced.id.name;
  const bool of_extension =
      !find_builtin_type(from)->extension.empty() || !find_builtin_type(to)->extension.empty();
  if (from == to || of_extension) return true;
  const int family = family_of(from);
  if (family >= 0 && family == family_of(to)) return true;
  const BuiltinCast* cast = find_builtin_cast(from, to);
  return cast != nullptr && cast->context == CastContext::kImplicit;
}

/// The name that Postgres chooses (ChooseForeignKeyConstraintNameAddition).
std::string key_name(const Constraint& constraint, Name table) {
  if (!constraint.name.empty()) return std::string(constraint.name);
  std::string name(table);
  for (const Name column : constraint.columns) name.append("_").append(column);
  return name + "_fkey";
}

struct Referencing {
  std::string table;
  std::vector<std::pair<Name, schema::DataType>> columns;  ///< those whose types are known

  [[nodiscard]] const schema::DataType* type_of(Name column) const {
    const auto found =
        std::ranges::find(columns, column, &std::pair<Name, schema::DataType>::first);
    return found == columns.end() ? nullptr : &found->second;
  }
};

/// Whether a unique index of the table that is no partial one has just these columns
/// (transformFkeyCheckAttrs).
bool has_key(const Relation& referenced, const std::vector<std::string>& columns,
             const schema::Catalog& catalog) {
  const auto fits = [wanted = sorted(columns)](std::vector<std::string> key) {
    return sorted(std::move(key)) == wanted;
  };
  const auto indexes = catalog.indexes_of(referenced.id);
  return std::ranges::any_of(referenced.keys,
                             [&](const schema::Key& key) { return fits(key.columns); }) ||
         std::ranges::any_of(indexes, [&](const Relation* index) {
           if (!index->index) return true;
           if (!index->index->unique || index->index->predicate) return false;
           std::vector<std::string> key;
           for (const schema::IndexPart& part : index->index->parts) key.push_back(part.column);
           return fits(std::move(key));
         });
}

/// `altered`: the table that gets the foreign key, where it is there already.
Refused foreign_key_not_matched(const Constraint& constraint, const Referencing& from,
                                const Prediction& prediction, const Relation* altered = nullptr) {
  const RelationId id = prediction.resolve(constraint.references);
  const bool to_itself = altered != nullptr && altered->id == id;
  const Relation* referenced = to_itself ? altered : prediction.find(id);
  if (referenced == nullptr || !has_all_columns(*referenced, prediction.catalog()))
    return std::nullopt;
  const auto unfit = [&](std::string_view sqlstate, std::string message, std::string why) {
    return at(
        about(refuse(RefusalCause::kForeignKey, sqlstate, "ADD FOREIGN KEY", std::move(message)),
              fmt::format("the foreign key of '{}' to '{}'", from.table, referenced->id),
              std::move(why)),
        constraint.span);
  };
  std::vector<std::string> columns = strings(constraint.referenced_columns);
  if (columns.empty()) {
    const schema::Key* primary = referenced->primary_key();
    if (primary == nullptr) {
      return unfit(
          kUnknownObject,
          fmt::format(R"(there is no primary key for referenced table "{}")", referenced->id.name),
          fmt::format("'{}' has no primary key", referenced->id));
    }
    columns = primary->columns;
  }
  for (const std::string& column : columns) {
    if (referenced->column(column) != nullptr) continue;
    return unfit(
        kUnknownColumn,
        fmt::format(R"(column "{}" referenced in foreign key constraint does not exist)", column),
        fmt::format("'{}' has no column '{}'", referenced->id, column));
  }
  if (!has_key(*referenced, columns, prediction.catalog())) {
    return unfit(kNoUniqueKey,
                 fmt::format("there is no unique constraint matching given keys for referenced "
                             R"(table "{}")",
                             referenced->id.name),
                 fmt::format("nothing makes ({}) of '{}' unique", joined(columns), referenced->id));
  }
  if (columns.size() != constraint.columns.size()) {
    return unfit(
        kNoUniqueKey, "number of referencing and referenced columns for foreign key disagree",
        fmt::format("it has {} {} and references {}", constraint.columns.size(),
                    constraint.columns.size() == 1 ? "column" : "columns", columns.size()));
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const schema::DataType* type = from.type_of(constraint.columns[i]);
    const schema::Column* target = referenced->column(columns[i]);
    if (type == nullptr || comparable(*type, target->type)) continue;
    return unfit(
        kWrongType,
        fmt::format(R"(foreign key constraint "{}" cannot be implemented)",
                    key_name(constraint, from.table)),
        fmt::format("'{}' is of type {}, '{}' of '{}' of type {}", constraint.columns[i],
                    type_in_words(*type), columns[i], referenced->id, type_in_words(target->type)));
  }
  return std::nullopt;
}

schema::DataType column_type(const ColumnDefinition& column, const Prediction& prediction) {
  schema::DataType type = data_type(column.type, prediction);
  const std::string_view serial = serial_type(column.type.name);
  if (type.id.schema.empty() && !serial.empty()) type.id.name = serial;
  return type;
}

template <typename Visit>
Refused first_of(const CreateTable& create, const Visit& visit) {
  for (const ColumnDefinition& column : create.columns) {
    for (const Constraint& constraint : column.constraints) {
      if (Refused refused = visit(constraint)) return at(std::move(refused), constraint.span);
    }
  }
  for (const Constraint& constraint : create.constraints) {
    if (Refused refused = visit(constraint)) return at(std::move(refused), constraint.span);
  }
  return std::nullopt;
}

}  // namespace

Refused key_refusal(const Constraint& constraint, const Relation& table,
                    const Prediction& prediction) {
  if (!constraint.using_index.empty()) return index_not_usable(constraint, table, prediction);
  if (!table.partition_key) return std::nullopt;
  return key_of_partitioned(constraint, table.partition_key->parts, table.id.name, prediction);
}

Refused unique_index_refusal(const CreateIndex& index, const Relation& table) {
  if (!index.unique || !table.partition_key) return std::nullopt;
  std::vector<std::string> columns;
  for (const IndexColumn& part : index.columns) columns.emplace_back(part.column);
  return partition_key_left_out(Type::kUnique, columns, table.partition_key->parts, table.id.name);
}

// commands/tablecmds.c, ATAddForeignKeyConstraint
Refused foreign_key_refusal(const Constraint& constraint, const Relation& table,
                            const Prediction& prediction) {
  if (constraint.not_valid && is_partitioned(&table) && !prediction.since(kNotValidOnPartitioned)) {
    const RelationId id = prediction.resolve(constraint.references);
    return about(refuse(RefusalCause::kNotValidOnParent, kWrongKind, "ADD FOREIGN KEY",
                        fmt::format(R"(cannot add NOT VALID foreign key on partitioned table "{}" )"
                                    R"(referencing relation "{}")",
                                    table.id.name, id.name)),
                 fmt::format("'{}'", table.id));
  }
  Referencing from{.table = table.id.name, .columns = {}};
  for (const schema::Column& column : table.columns) {
    from.columns.emplace_back(column.name, column.type);
  }
  return foreign_key_not_matched(constraint, from, prediction, &table);
}

Relation with_added(const AlterTable& alter, Relation table, const Prediction& prediction) {
  const auto add_key = [&](const Constraint& constraint) {
    if (constraint.kind != Type::kPrimaryKey && constraint.kind != Type::kUnique) return;
    schema::Key key{.columns = strings(constraint.columns)};
    if (constraint.kind == Type::kPrimaryKey) key.kind = schema::Key::Kind::kPrimary;
    const RelationId id{.schema = table.id.schema, .name = std::string(constraint.using_index)};
    const Relation* index = prediction.find(id);
    if (index != nullptr && index->index) {
      for (const schema::IndexPart& part : index->index->parts) key.columns.push_back(part.column);
    }
    table.keys.push_back(std::move(key));
  };
  for (const AlterAction& action : alter.actions) {
    if (const auto* change = action.get<AlterColumnType>()) {
      const auto column = std::ranges::find(table.columns, action.name, &schema::Column::name);
      if (column != table.columns.end()) column->type = data_type(change->type, prediction);
    } else if (const auto* added = action.get<AddConstraint>()) {
      add_key(added->constraint);
    } else if (const auto* add = action.get<AddColumn>()) {
      for (const Constraint& constraint : add->column.constraints) add_key(constraint);
      if (table.column(add->column.name) != nullptr) continue;
      table.columns.push_back(
          {.name = std::string(add->column.name), .type = column_type(add->column, prediction)});
    }
  }
  return table;
}

Refused new_table_refusal(const CreateTable& create, const Prediction& prediction) {
  if (create.if_not_exists && prediction.find(prediction.resolve(create.table)) != nullptr) {
    return std::nullopt;
  }
  Referencing from{.table = std::string(create.table.name), .columns = {}};
  for (const ColumnDefinition& column : create.columns) {
    from.columns.emplace_back(column.name, column_type(column, prediction));
  }
  const std::vector<schema::IndexPart> partition_key = parts_of(create);
  return first_of(create, [&](const Constraint& constraint) -> Refused {
    const bool is_key = constraint.kind == Type::kPrimaryKey || constraint.kind == Type::kUnique ||
                        constraint.kind == Type::kExclusion;
    if (is_key && create.partitioned) {
      return key_of_partitioned(constraint, partition_key, std::string(create.table.name),
                                prediction);
    }
    const bool to_itself = constraint.references.name == create.table.name;
    if (constraint.kind != Type::kForeignKey || to_itself) return std::nullopt;
    return foreign_key_not_matched(constraint, from, prediction);
  });
}

}  // namespace unwedge::effects
