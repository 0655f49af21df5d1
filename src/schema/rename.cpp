// RENAME and SET SCHEMA: the object's own name, and the names of its parts wherever they are
// written down. References between relations and types follow by themselves.

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "schema/changes.h"

namespace unwedge::schema {
namespace {

void replace(std::vector<std::string>& names, const std::string& from, const std::string& to) {
  std::replace(names.begin(), names.end(), from, to);
}

void replace(std::optional<StoredExpression>& expression, const std::string& from,
             const std::string& to) {
  if (expression) expression = expression->renamed(from, to);
}

void replace(std::vector<IndexPart>& parts, const std::string& from, const std::string& to) {
  for (IndexPart& part : parts) {
    if (part.column == from) part.column = to;
    replace(part.expression, from, to);
  }
}

void rename_in_table(Relation& relation, const std::string& from, const std::string& to) {
  for (Column& column : relation.columns) {
    if (column.name == from) column.name = to;
    replace(column.generated, from, to);
  }
  for (Check& check : relation.checks) {
    replace(check.not_null_columns, from, to);
    replace(check.other_columns, from, to);
    replace(check.expression, from, to);
  }
  for (Key& key : relation.keys) replace(key.columns, from, to);
  for (ForeignKey& key : relation.foreign_keys) {
    replace(key.columns, from, to);
    replace(key.set_columns, from, to);
  }
  for (auto& [policy, columns] : relation.policy_columns) replace(columns, from, to);
  for (Trigger& trigger : relation.triggers) {
    replace(trigger.update_columns, from, to);
    replace(trigger.when_columns, from, to);
  }
  if (relation.partition_key) replace(relation.partition_key->parts, from, to);
  replace(relation.key_columns, from, to);
}

void rename_in_index(Relation& index, const std::string& from, const std::string& to) {
  if (!index.index) return;
  replace(index.index->parts, from, to);
  replace(index.index->including, from, to);
  replace(index.index->predicate, from, to);
}

void rename_column(const RelationId& table, const std::string& from, const std::string& to,
                   const Scope& scope) {
  const Catalog& catalog = scope.catalog;
  const std::vector<const Relation*> children = catalog.children_of(table);
  scope.change(table, [&](Relation& relation) { rename_in_table(relation, from, to); });
  for (const Relation* index : catalog.indexes_of(table)) {
    scope.change(index->id, [&](Relation& relation) { rename_in_index(relation, from, to); });
  }
  for (const Catalog::Reference& reference : catalog.references_to(table)) {
    scope.change(reference.table->id, [&](Relation& relation) {
      for (ForeignKey& key : relation.foreign_keys) {
        if (key.references == table) replace(key.referenced_columns, from, to);
      }
    });
  }
  if (const Relation* sequence = catalog.sequence_of(table, from)) {
    scope.change(sequence->id, [&to](Relation& relation) { relation.owned_by_column = to; });
  }
  for (const Relation* view : catalog.views_on(table)) {
    // Where it reads others, too, the old name may be theirs.
    if (std::find(view->reads_columns.begin(), view->reads_columns.end(), from) ==
        view->reads_columns.end()) {
      continue;
    }
    scope.change(view->id, [&](Relation& relation) {
      if (relation.reads.size() == 1) std::erase(relation.reads_columns, from);
      relation.reads_columns.push_back(to);
    });
  }
  for (const NamedObject* statistics : catalog.objects_on(ObjectType::kStatistics, table)) {
    NamedObject renamed = *statistics;
    replace(renamed.columns, from, to);
    scope.catalog.put(std::move(renamed));
  }
  for (const Relation* child : children) {
    const Column* column = child->column(from);
    if (column != nullptr && column->inherited) rename_column(child->id, from, to, scope);
  }
}

/// Indexes and owned sequences live in the schema of their table.
void move_relation(const RelationId& id, const std::string& schema, const Scope& scope) {
  const Catalog& catalog = scope.catalog;
  for (const Relation* index : catalog.indexes_of(id)) move_relation(index->id, schema, scope);
  for (const Relation* sequence : catalog.sequences_of(id)) {
    move_relation(sequence->id, schema, scope);
  }
  scope.catalog.rename(id, {.schema = schema, .name = id.name});
  if (const Relation* moved = catalog.find({.schema = schema, .name = id.name});
      moved != nullptr && moved->kind == RelationKind::kIndex) {
    scope.change(moved->index_of, [&id, &schema](Relation& table) {
      for (Key& key : table.keys) {
        if (key.index == id) key.index.schema = schema;
      }
    });
  }
}

void move_function(const ObjectId& from, const ObjectId& to, const Scope& scope) {
  const Overloads* known = scope.catalog.find_function(from);
  if (known == nullptr) return;
  Overloads moved = *known;
  moved.id = to;
  scope.catalog.put(Overloads{from, {}});
  scope.catalog.put(std::move(moved));
  const std::span<const ObjectId> tables = scope.catalog.linked(Catalog::Link::kTriggerCall, from);
  for (const RelationId& table : std::vector<RelationId>(tables.begin(), tables.end())) {
    scope.change(table, [&from, &to](Relation& relation) {
      for (Trigger& trigger : relation.triggers) {
        if (trigger.function == from) trigger.function = to;
      }
    });
  }
}

void move_object(ObjectType type, const ObjectId& from, const ObjectId& to, const Scope& scope) {
  const NamedObject* known = scope.catalog.find_object(type, from);
  if (known == nullptr) return;
  NamedObject moved = *known;
  moved.id = to;
  scope.catalog.drop_object(type, from);
  scope.catalog.put(std::move(moved));
}

void rename_schema(const std::string& from, const std::string& to, const Scope& scope) {
  const auto renamed = [&to](const ObjectId& id) {
    return ObjectId{.schema = to, .name = id.name};
  };
  for (const RelationId& id : scope.catalog.relations_in(from)) {
    // Those of a table have moved with it.
    if (scope.catalog.find(id) != nullptr) move_relation(id, to, scope);
  }
  for (const ObjectId& id : scope.catalog.types_in(from)) {
    scope.catalog.rename_type(id, renamed(id));
  }
  for (const ObjectId& id : scope.catalog.functions_in(from)) {
    move_function(id, renamed(id), scope);
  }
  for (const ObjectId& id : scope.catalog.statistics_in(from)) {
    move_object(ObjectType::kStatistics, id, renamed(id), scope);
  }
  scope.catalog.drop_object(ObjectType::kSchema, {.schema = {}, .name = from});
  scope.catalog.put(NamedObject{.type = ObjectType::kSchema, .id = {.schema = {}, .name = to}});
}

/// Of IF EXISTS, which types, schemas and functions do not have.
bool is_missing(const QualifiedName& relation, const Scope& scope) {
  const RelationId id = scope.resolve(relation);
  return scope.catalog.gone(id) || scope.catalog.absent(id);
}

void rename_part(const Rename& rename, const Scope& scope) {
  const std::string from(rename.part);
  const std::string to(rename.new_name);
  if (rename.object_type == ObjectType::kAttribute ||
      rename.object_type == ObjectType::kDomainConstraint) {
    const ObjectId id = scope.catalog.resolve_type(rename.object, scope.settings.search_path);
    if (scope.catalog.find_type(id) == nullptr) return;
    scope.change_type(id, [&](Type& type) {
      if (Column* attribute = named(type.attributes, from)) attribute->name = to;
      if (Check* check = named(type.checks, from)) check->name = to;
    });
    return;
  }
  const RelationId id = scope.resolve(rename.object);
  switch (rename.object_type) {
    case ObjectType::kColumn: rename_column(id, from, to, scope); break;
    case ObjectType::kConstraint: rename_constraint(id, from, to, scope); break;
    case ObjectType::kTrigger:
    case ObjectType::kRule:
    case ObjectType::kPolicy:
      if (scope.catalog.find(id) == nullptr) break;
      scope.change(id, [&](Relation& relation) {
        if (rename.object_type == ObjectType::kRule) replace(relation.rules, from, to);
        if (rename.object_type == ObjectType::kPolicy) replace(relation.policies, from, to);
        Trigger* trigger = named(relation.triggers, from);
        if (rename.object_type == ObjectType::kTrigger && trigger != nullptr) trigger->name = to;
      });
      break;
    default: break;
  }
}

}  // namespace

void rename_constraint(const RelationId& table, std::string_view from, std::string_view to,
                       const Scope& scope) {
  const Relation before = scope.catalog.edit(table);
  const Check* check = before.check(from);
  const Key* key = before.key(from);
  if (key != nullptr) {
    rename_index(key->index, to, scope);  // and the constraint with it
    return;
  }
  scope.change(table, [&](Relation& relation) {
    if (Check* own = named(relation.checks, from)) own->name = to;
    if (ForeignKey* own = named(relation.foreign_keys, from)) own->name = to;
    if (Column* column = column_of_not_null(relation, from)) column->not_null_name = to;
  });
  if (check == nullptr) return;
  for (const Relation* child : scope.catalog.children_of(table)) {
    const Check* inherited = child->check(from);
    if (inherited != nullptr && inherited->inherited) rename_constraint(child->id, from, to, scope);
  }
}

void rename_index(const RelationId& index, std::string_view to, const Scope& scope) {
  const RelationId renamed{.schema = index.schema, .name = std::string(to)};
  scope.catalog.rename(index, renamed);
  const Relation* known = scope.catalog.find(renamed);
  if (known->index_of.name.empty() || !known->index || known->index->constraint.empty()) return;
  const std::string constraint = known->index->constraint;
  scope.change(known->index_of, [&](Relation& table) {
    if (Key* key = named(table.keys, constraint)) {
      key->name = to;
      key->index = renamed;
    }
  });
  scope.change(renamed, [&to](Relation& relation) { relation.index->constraint = to; });
}

void rename(const Rename& rename, const Scope& scope) {
  if (rename.missing_ok && is_missing(rename.object, scope)) return;
  if (!rename.part.empty()) {
    rename_part(rename, scope);
    return;
  }
  const std::string to(rename.new_name);
  const auto renamed = [&to](const ObjectId& id) {
    return ObjectId{.schema = id.schema, .name = to};
  };
  const auto& path = scope.settings.search_path;
  switch (rename.object_type) {
    case ObjectType::kTable:
    case ObjectType::kIndex:
    case ObjectType::kSequence:
    case ObjectType::kView:
    case ObjectType::kMaterializedView:
    case ObjectType::kForeignTable: {
      const RelationId id = scope.found(rename.object);
      const Relation* known = scope.catalog.find(id);
      if (known != nullptr && known->kind == RelationKind::kIndex) {
        rename_index(id, to, scope);
      } else {
        scope.catalog.rename(id, renamed(id));
      }
      break;
    }
    case ObjectType::kType:
    case ObjectType::kDomain: {
      const ObjectId id = scope.catalog.resolve_type(rename.object, path);
      if (!id.schema.empty()) scope.catalog.rename_type(id, renamed(id));
      break;
    }
    case ObjectType::kFunction:
    case ObjectType::kProcedure: {
      const ObjectId id = scope.catalog.resolve_function(rename.object, path);
      move_function(id, renamed(id), scope);
      break;
    }
    case ObjectType::kSchema: rename_schema(std::string(rename.object.name), to, scope); break;
    case ObjectType::kStatistics: {
      const ObjectId id = scope.resolve_statistics(rename.object);
      move_object(rename.object_type, id, renamed(id), scope);
      break;
    }
    case ObjectType::kPublication:
      move_object(rename.object_type, {.schema = {}, .name = std::string(rename.object.name)},
                  {.schema = {}, .name = to}, scope);
      break;
    default: break;
  }
}

void set_schema(const SetSchema& set, const Scope& scope) {
  if (set.missing_ok && is_missing(set.object, scope)) return;
  const std::string schema(set.new_schema);
  const auto moved = [&schema](const ObjectId& id) {
    return ObjectId{.schema = schema, .name = id.name};
  };
  const auto& path = scope.settings.search_path;
  switch (set.object_type) {
    case ObjectType::kTable:
    case ObjectType::kIndex:
    case ObjectType::kSequence:
    case ObjectType::kView:
    case ObjectType::kMaterializedView:
    case ObjectType::kForeignTable: move_relation(scope.found(set.object), schema, scope); break;
    case ObjectType::kType:
    case ObjectType::kDomain: {
      const ObjectId id = scope.catalog.resolve_type(set.object, path);
      if (!id.schema.empty()) scope.catalog.rename_type(id, moved(id));
      break;
    }
    case ObjectType::kFunction:
    case ObjectType::kProcedure: {
      const ObjectId id = scope.catalog.resolve_function(set.object, path);
      move_function(id, moved(id), scope);
      break;
    }
    case ObjectType::kStatistics: {
      const ObjectId id = scope.resolve_statistics(set.object);
      move_object(set.object_type, id, moved(id), scope);
      break;
    }
    default: break;
  }
}

}  // namespace unwedge::schema
