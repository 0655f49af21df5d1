// DROP of anything, with all that goes with it. The server has run the statement: what depends on a
// dropped object is then gone, too, whether the statement said CASCADE or the server knew better
// than the catalog that nothing did.

#include <algorithm>
#include <utility>

#include "schema/changes.h"

namespace unwedge::schema {
namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

template <typename T>
void erase_named(std::vector<T>& items, std::string_view name) {
  std::erase_if(items, [name](const T& item) { return item.name == name; });
}

bool mentions(const std::optional<StoredExpression>& expression, std::string_view column) {
  return expression && expression->mentions(column);
}

/// The foreign keys that reference the table and that `goes` says yes to.
template <typename Goes>
void drop_references(const RelationId& table, const Goes& goes, const Scope& scope) {
  for (const Catalog::Reference& reference : scope.catalog.references_to(table)) {
    if (!goes(*reference.key)) continue;
    const std::string name = reference.key->name;
    scope.change(reference.table->id,
                 [&name](Relation& relation) { erase_named(relation.foreign_keys, name); });
  }
}

void drop_key_index(const RelationId& table, const Key& key, const Scope& scope) {
  if (scope.catalog.find(key.index) != nullptr) {
    drop_relation(key.index, scope);
    return;
  }
  drop_references(
      table,
      [&key](const ForeignKey& reference) { return reference.referenced_columns == key.columns; },
      scope);
}

std::vector<std::string> sorted_columns(const Index& index) {
  std::vector<std::string> columns;
  for (const IndexPart& part : index.parts) columns.push_back(part.column);
  std::sort(columns.begin(), columns.end());
  return columns;
}

/// The foreign keys that need the unique index, unless another will do.
void drop_references_by(const Relation& index, const Scope& scope) {
  const std::vector<std::string> columns = sorted_columns(*index.index);
  const std::vector<const Relation*> others = scope.catalog.indexes_of(index.index_of);
  const bool has_other = std::any_of(others.begin(), others.end(), [&](const Relation* other) {
    return other->id != index.id && other->index && other->index->unique &&
           sorted_columns(*other->index) == columns;
  });
  if (has_other) return;
  drop_references(
      index.index_of,
      [&columns](const ForeignKey& key) {
        std::vector<std::string> referenced = key.referenced_columns;
        std::sort(referenced.begin(), referenced.end());
        return referenced == columns;
      },
      scope);
}

void drop_index(const Relation& index, const Scope& scope) {
  for (const Relation* part : scope.catalog.children_of(index.id)) {
    if (scope.catalog.find(part->id) != nullptr) drop_relation(part->id, scope);
  }
  const Relation* table = scope.catalog.find(index.index_of);
  if (table == nullptr) return;
  if (index.index && index.index->unique) drop_references_by(index, scope);
  if (index.index && !index.index->constraint.empty()) {
    scope.change(table->id, [&index](Relation& relation) {
      erase_named(relation.keys, index.index->constraint);
    });
  }
  refresh_key_columns(index.index_of, scope);
}

/// Whether the view's query has the column. Where several relations have one of that name, or may
/// have, the server knows.
bool reads_column(const Relation& view, const RelationId& table, std::string_view column,
                  const Catalog& catalog) {
  if (view.reads_all_columns) return view.reads.size() == 1;
  return contains(view.reads_columns, column) &&
         std::all_of(view.reads.begin(), view.reads.end(), [&](const RelationId& id) {
           const Relation* other = catalog.find(id);
           return id == table ||
                  (other != nullptr && other->complete && other->column(column) == nullptr);
         });
}

void drop_type(const ObjectId& id, const Scope& scope) {
  if (id.schema.empty()) return;  // not known
  for (const ColumnPlace& place : scope.catalog.columns_of_type(id)) {
    if (place.column->type.id == id) {
      drop_column(place.relation->id, place.column->name, true, scope);
    }
  }
  scope.catalog.drop_type(id);
}

bool calls(const std::optional<StoredExpression>& expression, const ObjectId& function) {
  return expression && any_part(expression->get(), [&function](const Expression& part) {
           return part.kind == Expression::Kind::kCall && part.name == function.name &&
                  (part.schema.empty() || part.schema == function.schema);
         });
}

/// CASCADE: triggers and defaults go with the function.
void drop_uses(const ObjectId& function, const Scope& scope) {
  for (const RelationId& id : scope.catalog.relations()) {
    const Relation* known = scope.catalog.find(id);
    const bool uses =
        std::any_of(known->triggers.begin(), known->triggers.end(),
                    [&function](const Trigger& each) { return each.function == function; }) ||
        std::any_of(known->columns.begin(), known->columns.end(), [&function](const Column& each) {
          return calls(each.default_value, function);
        });
    if (!uses) continue;
    scope.change(id, [&function](Relation& relation) {
      std::erase_if(relation.triggers,
                    [&function](const Trigger& each) { return each.function == function; });
      for (Column& column : relation.columns) {
        if (calls(column.default_value, function)) column.default_value.reset();
      }
    });
  }
}

void drop_function(const QualifiedName& name,
                   const std::optional<std::vector<TypeReference>>& arguments, bool cascade,
                   const Scope& scope) {
  const Overloads* known =
      scope.catalog.find_function(scope.catalog.resolve_function(name, scope.settings.search_path));
  if (known == nullptr) return;
  Overloads left = *known;
  std::erase_if(left.functions, [&](const Function& function) {
    return !arguments || same_arguments(function, *arguments, scope);
  });
  const ObjectId id = left.id;
  const bool all = left.functions.empty();
  scope.catalog.put(std::move(left));
  if (cascade && all) drop_uses(id, scope);
}

void drop_schema(std::string_view schema, const Scope& scope) {
  for (const RelationId& id : scope.catalog.relations_in(schema)) {
    if (scope.catalog.find(id) != nullptr) drop_relation(id, scope);
  }
  for (const ObjectId& id : scope.catalog.types_in(schema)) drop_type(id, scope);
  for (const ObjectId& id : scope.catalog.functions_in(schema))
    scope.catalog.put(Overloads{id, {}});
  for (const ObjectId& id : scope.catalog.statistics_in(schema)) {
    scope.catalog.drop_object(ObjectType::kStatistics, id);
  }
  scope.catalog.drop_object(ObjectType::kSchema, {.schema = {}, .name = std::string(schema)});
}

void drop_from_table(ObjectType type, const RelationId& table, std::string_view name,
                     const Scope& scope) {
  if (scope.catalog.find(table) == nullptr) return;
  scope.change(table, [type, name](Relation& relation) {
    if (type == ObjectType::kTrigger) erase_named(relation.triggers, name);
    if (type == ObjectType::kRule) std::erase(relation.rules, std::string(name));
    if (type == ObjectType::kPolicy) std::erase(relation.policies, std::string(name));
  });
  if (type != ObjectType::kTrigger) return;
  for (const Relation* partition : scope.catalog.children_of(table)) {
    const Trigger* trigger = partition->trigger(name);
    if (trigger != nullptr && trigger->inherited) drop_from_table(type, partition->id, name, scope);
  }
}

}  // namespace

bool same_arguments(const Function& function, const std::vector<TypeReference>& types,
                    const Scope& scope) {
  return std::equal(function.arguments.begin(), function.arguments.end(), types.begin(),
                    types.end(), [&scope](const DataType& argument, const TypeReference& type) {
                      return argument.id == scope.data_type(type).id &&
                             (argument.array_dimensions > 0) == (type.array_dimensions > 0);
                    });
}

void erase_column(Relation& relation, std::string_view column) {
  erase_named(relation.columns, column);
  std::erase(relation.key_columns, std::string(column));
  // A constraint that mentions the column goes with it.
  std::erase_if(relation.checks, [column](const Check& check) { return check.mentions(column); });
  std::erase_if(relation.keys, [column](const Key& key) { return contains(key.columns, column); });
  std::erase_if(relation.foreign_keys,
                [column](const ForeignKey& key) { return contains(key.columns, column); });
  std::erase_if(relation.triggers, [column](const Trigger& trigger) {
    return contains(trigger.update_columns, column) || contains(trigger.when_columns, column);
  });
  std::erase_if(relation.columns,
                [column](const Column& each) { return mentions(each.generated, column); });
}

Column* column_of_not_null(Relation& relation, std::string_view name) {
  for (Column& column : relation.columns) {
    if (!column.not_null) continue;
    const bool is_named = column.not_null_name.empty()
                              ? relation.id.name + "_" + column.name + "_not_null" == name
                              : column.not_null_name == name;
    if (is_named) return &column;
  }
  return nullptr;
}

void erase_constraint(Relation& relation, std::string_view name) {
  erase_named(relation.checks, name);
  erase_named(relation.keys, name);
  erase_named(relation.foreign_keys, name);
  // By name a NOT NULL that was written with its column, too (since Postgres 18).
  if (Column* column = column_of_not_null(relation, name)) column->not_null = false;
}

void drop_relation(const RelationId& id, const Scope& scope) {
  const Catalog& catalog = scope.catalog;
  const Relation relation = catalog.edit(id);
  const auto drop_known = [&](const Relation* other) {
    if (catalog.find(other->id) != nullptr && other->id != id) drop_relation(other->id, scope);
  };
  scope.catalog.drop(id);
  if (relation.kind == RelationKind::kIndex) {
    drop_index(relation, scope);
    return;
  }
  for (const Relation* child : catalog.children_of(id)) drop_known(child);
  for (const Relation* index : catalog.indexes_of(id)) drop_known(index);
  for (const Relation* sequence : catalog.sequences_of(id)) drop_known(sequence);
  for (const Relation* view : catalog.views_on(id)) drop_known(view);
  drop_references(
      id, [](const ForeignKey& /*key*/) { return true; }, scope);
  for (const NamedObject* statistics : catalog.objects_on(ObjectType::kStatistics, id)) {
    scope.catalog.drop_object(ObjectType::kStatistics, statistics->id);
  }
  for (const NamedObject* publication : catalog.objects_on(ObjectType::kPublication, id)) {
    NamedObject left = *publication;
    std::erase(left.relations, id);
    scope.catalog.put(std::move(left));
  }
  if (relation.kind == RelationKind::kSequence && !relation.owned_by.name.empty() &&
      catalog.find(relation.owned_by) != nullptr) {
    scope.change(relation.owned_by, [&relation](Relation& table) {
      if (Column* column = named(table.columns, relation.owned_by_column)) {
        column->default_value.reset();
      }
    });
  }
}

void drop_column(const RelationId& table, std::string_view column, bool only, const Scope& scope) {
  const Catalog& catalog = scope.catalog;
  const std::string name(column);  // it may be a view of what goes
  drop_references(
      table, [&name](const ForeignKey& key) { return contains(key.referenced_columns, name); },
      scope);
  for (const Relation* index : catalog.indexes_of(table)) {
    if (index->index && index->index->mentions(name)) drop_relation(index->id, scope);
  }
  if (const Relation* sequence = catalog.sequence_of(table, name)) {
    drop_relation(sequence->id, scope);
  }
  for (const Relation* view : catalog.views_on(table)) {
    if (reads_column(*view, table, name, catalog)) drop_relation(view->id, scope);
  }
  for (const NamedObject* statistics : catalog.objects_on(ObjectType::kStatistics, table)) {
    if (contains(statistics->columns, name)) {
      scope.catalog.drop_object(ObjectType::kStatistics, statistics->id);
    }
  }
  scope.change(table, [&name](Relation& relation) { erase_column(relation, name); });
  for (const Relation* child : catalog.children_of(table)) {
    const Column* inherited = child->column(name);
    if (inherited == nullptr || !inherited->inherited) continue;
    if (inherited->local || only) {
      scope.change(child->id, [&name](Relation& relation) {
        Column* own = named(relation.columns, name);
        own->inherited = false;
        own->local = true;
      });
    } else {
      drop_column(child->id, name, false, scope);
    }
  }
}

void drop_constraint(const RelationId& table, std::string_view name, const Scope& scope) {
  const Relation relation = scope.catalog.edit(table);
  const Key* key = relation.key(name);
  const bool inherited = key == nullptr && relation.check(name) != nullptr;
  const ForeignKey* foreign_key = relation.foreign_key(name);
  scope.change(table, [name](Relation& changed) { erase_constraint(changed, name); });
  if (key != nullptr) drop_key_index(table, *key, scope);
  for (const Relation* child : scope.catalog.children_of(table)) {
    const Check* check = child->check(name);
    if (inherited && check != nullptr && check->inherited) {
      if (check->local) {
        scope.change(child->id,
                     [name](Relation& changed) { named(changed.checks, name)->inherited = false; });
      } else {
        drop_constraint(child->id, name, scope);
      }
    }
    if (foreign_key == nullptr) continue;
    for (const ForeignKey& own : child->foreign_keys) {
      if (own.inherited && own.columns == foreign_key->columns &&
          own.references == foreign_key->references) {
        drop_constraint(child->id, std::string(own.name), scope);
        break;
      }
    }
  }
}

void drop_objects(const Drop& drop, const Scope& scope) {
  for (std::size_t i = 0; i < drop.objects.size(); ++i) {
    const QualifiedName& object = drop.objects[i];
    switch (drop.object_type) {
      case ObjectType::kTable:
      case ObjectType::kForeignTable:
      case ObjectType::kView:
      case ObjectType::kMaterializedView:
      case ObjectType::kIndex:
      case ObjectType::kSequence:
        drop_relation(drop.missing_ok ? scope.resolve(object) : scope.found(object), scope);
        break;
      case ObjectType::kTrigger:
      case ObjectType::kRule:
      case ObjectType::kPolicy:
        drop_from_table(drop.object_type, scope.resolve(drop.table), object.name, scope);
        break;
      case ObjectType::kType:
      case ObjectType::kDomain:
        drop_type(scope.catalog.resolve_type(object, scope.settings.search_path), scope);
        break;
      case ObjectType::kFunction:
      case ObjectType::kProcedure:
        drop_function(object, i < drop.arguments.size() ? drop.arguments[i] : std::nullopt,
                      drop.cascade, scope);
        break;
      case ObjectType::kSchema: drop_schema(object.name, scope); break;
      case ObjectType::kStatistics:
        scope.catalog.drop_object(ObjectType::kStatistics, scope.resolve_statistics(object));
        break;
      case ObjectType::kExtension:
      case ObjectType::kPublication:
        scope.catalog.drop_object(drop.object_type,
                                  {.schema = {}, .name = std::string(object.name)});
        break;
      default: break;
    }
  }
}

}  // namespace unwedge::schema
