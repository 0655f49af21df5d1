// Constraints of tables, and what partitions and inheriting tables get of them.

#include <algorithm>
#include <utility>

#include "schema/changes.h"
#include "schema/chosen_names.h"

namespace unwedge::schema {
namespace {

using Kind = Constraint::Kind;

/// The name of a foreign key has all its columns; before it had the first
/// (ChooseForeignKeyConstraintNameAddition, commands/tablecmds.c).
constexpr PgVersion kKeyNamedByAllColumns{12};

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void inherit_by_children(const RelationId& table, const Check& check, const Scope& scope) {
  if (check.no_inherit) return;
  for (const Relation* child : scope.catalog.children_of(table)) {
    scope.change(child->id, [&check](Relation& relation) { inherit_check(check, relation); });
    inherit_by_children(child->id, check, scope);
  }
}

void add_check(const RelationId& table, const Constraint& constraint, const Scope& scope) {
  if (!constraint.expression) return;
  Relation relation = scope.catalog.edit(table);
  Check check = check_of(*constraint.expression);
  check.name = constraint.name.empty() ? default_check_name(relation, check, scope.catalog)
                                       : std::string(constraint.name);
  check.valid = !constraint.not_valid && constraint.enforced;
  check.enforced = constraint.enforced;
  check.no_inherit = constraint.no_inherit;
  // A parent's check of the same name becomes its own, too.
  if (Check* inherited = named(relation.checks, check.name)) {
    inherited->local = true;
  } else {
    relation.checks.push_back(check);
  }
  scope.catalog.put(std::move(relation));
  inherit_by_children(table, check, scope);
}

void add_not_null(const RelationId& table, const Constraint& constraint, const Scope& scope) {
  for (const Name column : constraint.columns) {
    Relation relation = scope.catalog.edit(table);
    Check check{.valid = !constraint.not_valid,
                .not_null_columns = {std::string(column)},
                .is_not_null = true,
                .no_inherit = constraint.no_inherit};
    check.name = constraint.name.empty()
                     ? choose_constraint_name(scope.catalog, relation.id, column, "not_null",
                                              relation.checks)
                     : std::string(constraint.name);
    relation.checks.push_back(check);
    scope.catalog.put(std::move(relation));
    inherit_by_children(table, check, scope);
  }
}

NewIndex new_key(const Constraint& constraint) {
  NewIndex wanted{.name = std::string(constraint.name), .deferrable = constraint.deferrable};
  switch (constraint.kind) {
    case Kind::kPrimaryKey: wanted.key = Key::Kind::kPrimary; break;
    case Kind::kExclusion: wanted.key = Key::Kind::kExclusion; break;
    default: wanted.key = Key::Kind::kUnique; break;
  }
  Index& index = wanted.index;
  index.unique = constraint.kind != Kind::kExclusion;
  index.nulls_not_distinct = constraint.nulls_not_distinct;
  for (const Name column : constraint.columns) {
    index.parts.push_back({.column = std::string(column)});
  }
  for (const IndexColumn& column : constraint.exclusion) {
    index.parts.push_back(index_part(column));
  }
  if (!constraint.method.empty()) index.method = constraint.method;
  index.including = strings(constraint.including);
  index.predicate = stored(constraint.predicate);
  return wanted;
}

/// True when the second says nothing that the first does not (transformIndexConstraints,
/// parser/parse_utilcmd.c).
bool is_redundant(const Constraint& first, const Constraint& second) {
  return second.kind == Kind::kUnique && first.kind != Kind::kExclusion &&
         first.columns == second.columns && first.including == second.including &&
         first.nulls_not_distinct == second.nulls_not_distinct &&
         first.deferrable == second.deferrable &&
         first.initially_deferred == second.initially_deferred;
}

void add_keys(const RelationId& table, std::vector<const Constraint*> constraints, bool only,
              const Scope& scope) {
  std::stable_partition(constraints.begin(), constraints.end(),
                        [](const Constraint* each) { return each->kind == Kind::kPrimaryKey; });
  std::vector<std::pair<const Constraint*, NewIndex>> keys;
  for (const Constraint* constraint : constraints) {
    if (!constraint->using_index.empty()) {
      add_key_using_index(table, *constraint, scope);
      continue;
    }
    const auto same = std::find_if(keys.begin(), keys.end(), [constraint](const auto& known) {
      return is_redundant(*known.first, *constraint);
    });
    if (same == keys.end()) {
      keys.emplace_back(constraint, new_key(*constraint));
    } else if (same->second.name.empty()) {
      same->second.name = constraint->name;
    }
  }
  for (auto& key : keys) {
    key.second.only = only;
    add_index(table, key.second, scope);
  }
}

ForeignKey new_foreign_key(const Constraint& constraint, const Scope& scope) {
  ForeignKey key{.name = std::string(constraint.name),
                 .columns = strings(constraint.columns),
                 .references = scope.found(constraint.references),
                 .referenced_columns = strings(constraint.referenced_columns),
                 .on_delete = constraint.on_delete,
                 .on_update = constraint.on_update,
                 .set_columns = strings(constraint.set_columns),
                 .valid = !constraint.not_valid && constraint.enforced,
                 .enforced = constraint.enforced,
                 .deferrable = constraint.deferrable,
                 .initially_deferred = constraint.initially_deferred};
  const Relation* referenced = scope.catalog.find(key.references);
  if (key.referenced_columns.empty() && referenced != nullptr) {
    if (const Key* primary = referenced->primary_key()) key.referenced_columns = primary->columns;
  }
  return key;
}

bool same_foreign_key(const ForeignKey& left, const ForeignKey& right) {
  return left.columns == right.columns && left.references == right.references &&
         left.referenced_columns == right.referenced_columns && left.on_delete == right.on_delete &&
         left.on_update == right.on_update && left.deferrable == right.deferrable;
}

}  // namespace

Check check_of(const Expression& expression) {
  Check check;
  check.expression = StoredExpression(expression);
  for (std::string& column : check.expression->columns()) {
    auto& columns =
        implies_not_null(expression, column) ? check.not_null_columns : check.other_columns;
    if (!contains(columns, column)) columns.push_back(std::move(column));
  }
  return check;
}

std::string default_check_name(const Relation& relation, const Check& check,
                               const Catalog& catalog) {
  std::string column;
  if (check.not_null_columns.size() + check.other_columns.size() == 1) {
    column = check.not_null_columns.empty() ? check.other_columns[0] : check.not_null_columns[0];
  }
  return choose_constraint_name(catalog, relation.id, column, "check", relation.checks);
}

void inherit_check(const Check& check, Relation& child) {
  Check* known = named(child.checks, check.name);
  if (known == nullptr) {
    child.checks.push_back(check);
    known = &child.checks.back();
    known->local = false;
  }
  known->inherited = true;
}

void inherit_checks(const Relation& parent, Relation& child) {
  for (const Check& check : parent.checks) {
    if (!check.no_inherit) inherit_check(check, child);
  }
}

void add_foreign_key(const RelationId& table, ForeignKey key, const Scope& scope) {
  Relation relation = scope.catalog.edit(table);
  if (key.inherited) {
    // A partition that has the like keeps it (tryAttachPartitionForeignKey, tablecmds.c).
    for (ForeignKey& known : relation.foreign_keys) {
      if (known.inherited || !same_foreign_key(known, key)) continue;
      known.inherited = true;
      scope.catalog.put(std::move(relation));
      return;
    }
    if (scope.catalog.has_constraint({.schema = table.schema, .name = key.name}) &&
        relation.foreign_key(key.name) != nullptr) {
      key.name.clear();
    }
  }
  if (key.name.empty()) {
    const std::string columns =
        scope.version < kKeyNamedByAllColumns ? key.columns.front() : joined_columns(key.columns);
    key.name = choose_constraint_name(scope.catalog, table, columns, "fkey", relation.checks);
  }
  relation.foreign_keys.push_back(key);
  const bool partitioned = relation.kind == RelationKind::kPartitionedTable;
  scope.catalog.put(std::move(relation));
  if (!partitioned) return;
  key.inherited = true;
  for (const Relation* partition : scope.catalog.children_of(table)) {
    add_foreign_key(partition->id, key, scope);
  }
}

void add_constraints(const RelationId& table, const std::vector<const Constraint*>& constraints,
                     bool only, const Scope& scope) {
  std::vector<const Constraint*> keys;
  for (const Constraint* constraint : constraints) {
    if (constraint->kind == Kind::kCheck) add_check(table, *constraint, scope);
    if (constraint->kind == Kind::kNotNull) add_not_null(table, *constraint, scope);
    if (constraint->kind == Kind::kPrimaryKey || constraint->kind == Kind::kUnique ||
        constraint->kind == Kind::kExclusion) {
      keys.push_back(constraint);
    }
  }
  add_keys(table, std::move(keys), only, scope);
  for (const Constraint* constraint : constraints) {
    if (constraint->kind != Kind::kForeignKey) continue;
    add_foreign_key(table, new_foreign_key(*constraint, scope), scope);
  }
}

}  // namespace unwedge::schema
