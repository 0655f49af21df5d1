// Indexes, and the keys that they serve.

#include <algorithm>
#include <utility>

#include "schema/changes.h"
#include "schema/chosen_names.h"

namespace unwedge::schema {
namespace {

/// ChooseIndexName, commands/indexcmds.c.
std::string choose_index_name(const RelationId& table, const NewIndex& wanted,
                              const Catalog& catalog) {
  if (wanted.key == Key::Kind::kPrimary) {
    return choose_relation_name(catalog, table, "", "pkey", true);
  }
  const std::string columns = joined_columns(index_column_names(wanted.index));
  if (!wanted.key) return choose_relation_name(catalog, table, columns, "idx");
  const std::string_view label = wanted.key == Key::Kind::kExclusion ? "excl" : "key";
  return choose_relation_name(catalog, table, columns, label, true);
}

std::vector<std::string> plain_columns(const Index& index) {
  std::vector<std::string> columns;
  for (const IndexPart& part : index.parts) {
    if (!part.column.empty()) columns.push_back(part.column);
  }
  return columns;
}

/// True when one may be a part of the other (CompareIndexInfo, catalog/index.c).
bool same_index(const Index& left, const Index& right) {
  const auto same_part = [](const IndexPart& one, const IndexPart& other) {
    return one.column == other.column && one.expression == other.expression &&
           one.collation == other.collation && one.operator_class == other.operator_class;
  };
  return left.method == right.method && left.unique == right.unique &&
         left.nulls_not_distinct == right.nulls_not_distinct && left.including == right.including &&
         left.predicate == right.predicate &&
         std::equal(left.parts.begin(), left.parts.end(), right.parts.begin(), right.parts.end(),
                    same_part);
}

const Key* key_of(const Relation& index, const Catalog& catalog) {
  if (!index.index || index.index->constraint.empty()) return nullptr;
  const Relation* table = catalog.find(index.index_of);
  return table == nullptr ? nullptr : table->key(index.index->constraint);
}

void add_key(const RelationId& table, const NewIndex& wanted, const RelationId& index,
             const Scope& scope) {
  scope.change(table, [&](Relation& relation) {
    const std::vector<std::string> columns = plain_columns(wanted.index);
    relation.keys.push_back({.kind = *wanted.key,
                             .name = index.name,
                             .columns = columns,
                             .index = index,
                             .deferrable = wanted.deferrable,
                             .inherited = !wanted.parent.name.empty()});
    if (wanted.key != Key::Kind::kPrimary) return;
    for (const std::string& column : columns) column_of(relation, column).not_null = true;
  });
}

}  // namespace

IndexPart index_part(const IndexColumn& column) {
  IndexPart part{.column = std::string(column.column),
                 .collation = std::string(column.collation),
                 .operator_class = std::string(column.operator_class),
                 .descending = column.descending,
                 .nulls_first = column.nulls_first};
  // A column in parentheses is a column (ComputeIndexAttrs, commands/indexcmds.c).
  if (column.expression && column.expression->kind == Expression::Kind::kColumn) {
    part.column = column.expression->name;
  } else {
    part.expression = stored(column.expression);
  }
  return part;
}

NewIndex new_index(const CreateIndex& create) {
  NewIndex wanted{.name = std::string(create.name), .only = create.only};
  Index& index = wanted.index;
  index.method = create.method;
  for (const IndexColumn& column : create.columns) index.parts.push_back(index_part(column));
  index.including = strings(create.including);
  index.predicate = stored(create.predicate);
  index.unique = create.unique;
  index.nulls_not_distinct = create.nulls_not_distinct;
  return wanted;
}

RelationId add_index(const RelationId& table, const NewIndex& wanted, const Scope& scope) {
  Relation index;
  index.id.schema = table.schema;
  index.id.name =
      wanted.name.empty() ? choose_index_name(table, wanted, scope.catalog) : wanted.name;
  index.kind = RelationKind::kIndex;
  index.is_new = true;
  index.temporary = table.schema == "pg_temp";
  index.index_of = table;
  index.partition_of = wanted.parent;
  index.index = wanted.index;
  if (wanted.key) index.index->constraint = index.id.name;

  const Relation* indexed = scope.catalog.find(table);
  const bool partitioned = indexed != nullptr && indexed->kind == RelationKind::kPartitionedTable;
  const std::vector<const Relation*> partitions =
      partitioned ? scope.catalog.children_of(table) : std::vector<const Relation*>();
  index.index->valid = !wanted.only || partitions.empty();
  RelationId id = index.id;
  scope.catalog.put(index);
  if (wanted.key) add_key(table, wanted, id, scope);
  if (wanted.key || wanted.index.unique) refresh_key_columns(table, scope);
  if (!wanted.only) {
    for (const Relation* partition : partitions) adopt_index(index, partition->id, scope);
  }
  return id;
}

void adopt_index(const Relation& parent_index, const RelationId& partition, const Scope& scope) {
  if (!parent_index.index) return;
  const Relation* known = scope.catalog.find(partition);
  if (known == nullptr || known->kind == RelationKind::kForeignTable) return;
  const Key* key = key_of(parent_index, scope.catalog);
  for (const Relation* index : scope.catalog.indexes_of(partition)) {
    if (!index->index || index->is_partition()) continue;
    if (!same_index(*index->index, *parent_index.index)) continue;
    if (key != nullptr && index->index->constraint.empty()) continue;
    attach_index(parent_index.id, index->id, scope);
    return;
  }
  NewIndex wanted{.index = *parent_index.index, .parent = parent_index.id};
  wanted.index.constraint.clear();
  if (key != nullptr) {
    wanted.key = key->kind;
    wanted.deferrable = key->deferrable;
  }
  add_index(partition, wanted, scope);
}

void refresh_key_columns(const RelationId& table, const Scope& scope) {
  std::vector<std::string> columns;
  const auto add = [&columns](const std::string& column) {
    if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
      columns.push_back(column);
    }
  };
  Relation relation = scope.catalog.edit(table);
  for (const Key& key : relation.keys) {
    if (key.kind != Key::Kind::kExclusion && key.columns.size() == 1) add(key.columns.front());
  }
  for (const Relation* index : scope.catalog.indexes_of(table)) {
    if (!index->index || !index->index->unique || index->index->predicate) continue;
    const std::vector<IndexPart>& parts = index->index->parts;
    if (parts.size() == 1 && !parts.front().column.empty()) add(parts.front().column);
  }
  if (relation.key_columns == columns) return;
  relation.key_columns = std::move(columns);
  scope.catalog.put(std::move(relation));
}

void add_key_using_index(const RelationId& table, const Constraint& constraint,
                         const Scope& scope) {
  // The index takes the constraint's name (transformIndexConstraint, parser/parse_utilcmd.c).
  const RelationId now{.schema = table.schema, .name = std::string(constraint.using_index)};
  const std::string name(constraint.name.empty() ? constraint.using_index : constraint.name);
  if (name != now.name) rename_index(now, name, scope);
  const RelationId id{.schema = table.schema, .name = name};
  NewIndex wanted{.name = name};
  if (const Relation* index = scope.catalog.find(id); index != nullptr && index->index) {
    wanted.index = *index->index;
    scope.change(id, [&name](Relation& relation) { relation.index->constraint = name; });
  }
  wanted.key =
      constraint.kind == Constraint::Kind::kPrimaryKey ? Key::Kind::kPrimary : Key::Kind::kUnique;
  wanted.deferrable = constraint.deferrable;
  add_key(table, wanted, id, scope);
  refresh_key_columns(table, scope);
}

}  // namespace unwedge::schema
