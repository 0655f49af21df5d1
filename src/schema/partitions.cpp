// Partitions and inheriting tables: what they take from their parents, and what stays when they
// part.

#include <algorithm>
#include <string>
#include <utility>

#include "schema/changes.h"

namespace unwedge::schema {
namespace {

Bound::Value bound_value(const Expression& expression) {
  using Kind = Bound::Value::Kind;
  using From = Expression::Kind;
  switch (expression.kind) {
    case From::kConstant: return {.kind = Kind::kConstant, .text = std::string(expression.text)};
    case From::kNull: return {.kind = Kind::kNull};
    case From::kCast: return bound_value(expression.operands.front());
    case From::kColumn:
      // transformPartitionRangeBounds, parser/parse_utilcmd.c
      if (expression.name == "minvalue") return {.kind = Kind::kMinimum};
      if (expression.name == "maxvalue") return {.kind = Kind::kMaximum};
      return {.kind = Kind::kExpression};
    default: return {.kind = Kind::kExpression};
  }
}

std::vector<Bound::Value> bound_values(const std::vector<Expression>& expressions) {
  std::vector<Bound::Value> values;
  values.reserve(expressions.size());
  for (const Expression& expression : expressions) values.push_back(bound_value(expression));
  return values;
}

template <typename T>
void disinherit(std::vector<T>& items, const std::vector<T>& of_parent) {
  for (const T& item : of_parent) {
    if (T* own = named(items, item.name)) own->inherited = false;
  }
}

/// The columns and checks stay, as its own.
void disinherit_columns(const Relation& parent, Relation& child) {
  disinherit(child.columns, parent.columns);
  disinherit(child.checks, parent.checks);
  for (Column& column : child.columns) column.local = column.local || !column.inherited;
  for (Check& check : child.checks) check.local = check.local || !check.inherited;
}

}  // namespace

std::optional<Bound> bound_of(const std::optional<PartitionBound>& bound) {
  if (!bound) return std::nullopt;
  return Bound{.kind = bound->kind,
               .values = bound_values(bound->values),
               .upper = bound_values(bound->upper),
               .modulus = bound->modulus,
               .remainder = bound->remainder};
}

void learn_that_partitioned(const RelationId& id, const Scope& scope) {
  const Relation* known = scope.catalog.find(id);
  if (known != nullptr && known->kind == RelationKind::kPartitionedTable) return;
  scope.change(id, [](Relation& parent) { parent.kind = RelationKind::kPartitionedTable; });
}

void adopt_partition(const RelationId& parent, const RelationId& partition, const Scope& scope) {
  // Indexes by way of their table's keys first, so that those find theirs.
  for (const Relation* index : scope.catalog.indexes_of(parent)) {
    adopt_index(*index, partition, scope);
  }
  const Relation from = scope.catalog.edit(parent);
  for (ForeignKey key : from.foreign_keys) {
    key.inherited = true;
    add_foreign_key(partition, std::move(key), scope);
  }
  scope.change(partition, [&from](Relation& relation) {
    for (Trigger trigger : from.triggers) {
      if (!trigger.row_level || relation.trigger(trigger.name) != nullptr) continue;
      trigger.inherited = true;
      relation.triggers.push_back(std::move(trigger));
    }
  });
}

void inherit_columns(const RelationId& parent, const RelationId& child, const Scope& scope) {
  const Relation from = scope.catalog.edit(parent);
  scope.change(child, [&from](Relation& relation) {
    for (const Column& column : from.columns) {
      Column* own = named(relation.columns, column.name);
      if (own == nullptr) {  // the server has made sure that it is there
        own = &relation.columns.emplace_back(column);
      }
      own->inherited = true;
      if (relation.is_partition()) own->local = false;
      own->not_null = own->not_null || column.not_null;
    }
    inherit_checks(from, relation);
  });
}

void attach_partition(const RelationId& parent, const OtherTable& other, const Scope& scope) {
  const RelationId partition = scope.resolve(other.table);
  learn_that_partitioned(parent, scope);
  scope.change(partition, [&](Relation& relation) {
    relation.partition_of = parent;
    relation.bound = bound_of(other.bound);
  });
  inherit_columns(parent, partition, scope);
  adopt_partition(parent, partition, scope);
}

void add_partition_check(const RelationId& parent, const RelationId& partition,
                         const Scope& scope) {
  // DetachAddConstraintIfNeeded, commands/tablecmds.c
  const Relation from = scope.catalog.edit(parent);
  Relation relation = scope.catalog.edit(partition);
  if (!from.partition_key || !relation.bound) return;
  const auto add_once = [](std::vector<std::string>& columns, std::string column) {
    if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
      columns.push_back(std::move(column));
    }
  };
  Check check{.valid = true};
  const std::vector<Bound::Value>& values = relation.bound->values;
  const bool takes_null = relation.bound->kind == Bound::Kind::kHash ||
                          (relation.bound->kind == Bound::Kind::kList &&
                           std::any_of(values.begin(), values.end(), [](const Bound::Value& value) {
                             return value.kind == Bound::Value::Kind::kNull;
                           }));
  for (const IndexPart& part : from.partition_key->parts) {
    if (!part.column.empty()) {
      add_once(takes_null ? check.other_columns : check.not_null_columns, part.column);
    }
    if (!part.expression) continue;
    for (std::string& column : part.expression->columns()) {
      add_once(check.other_columns, std::move(column));
    }
  }
  check.name = default_check_name(relation, check, scope.catalog);
  relation.checks.push_back(std::move(check));
  scope.catalog.put(std::move(relation));
}

void detach_partition(const RelationId& parent, const RelationId& partition, const Scope& scope) {
  learn_that_partitioned(parent, scope);
  if (scope.catalog.find(partition) == nullptr) return;
  const Relation from = scope.catalog.edit(parent);
  scope.change(partition, [&from](Relation& relation) {
    relation.partition_of = {};
    relation.bound.reset();
    disinherit_columns(from, relation);
    for (Key& key : relation.keys) key.inherited = false;
    for (ForeignKey& key : relation.foreign_keys) key.inherited = false;
    std::erase_if(relation.triggers, [](const Trigger& trigger) { return trigger.inherited; });
    for (Column& column : relation.columns) column.identity = Identity::kNone;
  });
  for (const Relation* index : scope.catalog.indexes_of(partition)) {
    if (!index->is_partition()) continue;
    scope.change(index->id, [](Relation& relation) { relation.partition_of = {}; });
  }
}

void attach_index(const RelationId& parent, const RelationId& child, const Scope& scope) {
  scope.change(child, [&parent](Relation& relation) {
    relation.kind = RelationKind::kIndex;
    relation.partition_of = parent;
  });
  const Relation index = scope.catalog.edit(child);
  if (index.index && !index.index->constraint.empty()) {
    scope.change(index.index_of, [&index](Relation& table) {
      if (Key* key = named(table.keys, index.index->constraint)) key->inherited = true;
    });
  }
  const Relation* whole = scope.catalog.find(parent);
  if (whole == nullptr || !whole->index || whole->index->valid) return;
  // validatePartitionedIndex, commands/tablecmds.c
  if (scope.catalog.children_of(parent).size() <
      scope.catalog.children_of(whole->index_of).size()) {
    return;
  }
  scope.change(parent, [](Relation& relation) { relation.index->valid = true; });
}

void no_inherit(const RelationId& parent, const RelationId& child, const Scope& scope) {
  const Relation from = scope.catalog.edit(parent);
  scope.change(child, [&](Relation& relation) {
    std::erase(relation.inherits, parent);
    disinherit_columns(from, relation);
  });
}

}  // namespace unwedge::schema
