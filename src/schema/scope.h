// What every change of the catalog needs: the catalog itself, and the settings under which the
// statement's names are understood.

#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unwedge/schema.h"
#include "unwedge/session.h"
#include "unwedge/statement.h"

namespace unwedge::schema {

struct Scope {
  const Settings& settings;
  Catalog& catalog;
  PgVersion version;

  [[nodiscard]] RelationId resolve(const QualifiedName& name) const {
    return catalog.resolve(name, settings.search_path);
  }

  /// The relation that the server has found: if it was taken to be absent, not all was known.
  [[nodiscard]] RelationId found(const QualifiedName& name) const {
    RelationId id = resolve(name);
    if (catalog.absent(id)) catalog.set_complete(false);
    return id;
  }

  [[nodiscard]] bool exists(const QualifiedName& name) const {
    return catalog.find(resolve(name)) != nullptr;
  }

  /// The schema that takes new objects.
  [[nodiscard]] std::string schema_for(const QualifiedName& name) const {
    if (!name.schema.empty()) return std::string(name.schema);
    return settings.search_path.empty() ? "public" : settings.search_path.front();
  }

  /// The identity of a new object that is no relation.
  [[nodiscard]] ObjectId created(const QualifiedName& name) const {
    return {.schema = schema_for(name), .name = std::string(name.name)};
  }

  /// A new relation; it goes to the first schema of the search path, whatever others hold.
  [[nodiscard]] Relation created(const QualifiedName& name, Persistence persistence) const {
    Relation relation;
    relation.temporary = persistence == Persistence::kTemporary || name.schema == "pg_temp";
    relation.unlogged = persistence == Persistence::kUnlogged;
    relation.id = created(name);
    if (relation.temporary) relation.id.schema = "pg_temp";
    relation.is_new = true;
    return relation;
  }

  [[nodiscard]] DataType data_type(const TypeReference& type) const {
    DataType found{.id = catalog.resolve_type(type.name, settings.search_path),
                   .modifiers = type.modifiers,
                   .array_dimensions = type.array_dimensions};
    // "_int4" is int4[] by its own name (makeArrayTypeName, catalog/pg_type.c).
    if (type.name.name.starts_with('_') && catalog.find_type(found.id) == nullptr) {
      const Name element = type.name.name.substr(1);
      found.id =
          catalog.resolve_type({.schema = type.name.schema, .name = element}, settings.search_path);
      found.array_dimensions = 1;
    }
    return found;
  }

  /// The statistics object of that name that is known, or one in the first schema of the path.
  [[nodiscard]] ObjectId resolve_statistics(const QualifiedName& name) const {
    ObjectId id{.schema = std::string(name.schema), .name = std::string(name.name)};
    for (const std::string& schema : settings.search_path) {
      if (!name.schema.empty()) break;
      id.schema = schema;
      if (catalog.find_object(ObjectType::kStatistics, id) != nullptr) return id;
    }
    id.schema = schema_for(name);
    return id;
  }

  /// Changes what is known of a relation.
  template <typename Change>
  void change(const RelationId& id, const Change& change) const {
    Relation relation = catalog.edit(id);
    change(relation);
    catalog.put(std::move(relation));
  }

  template <typename Change>
  void change_type(const ObjectId& id, const Change& change) const {
    Type type = catalog.edit_type(id);
    change(type);
    catalog.put(std::move(type));
  }
};

inline std::optional<StoredExpression> stored(const std::optional<Expression>& expression) {
  if (!expression) return std::nullopt;
  return StoredExpression(*expression);
}

/// The default, unless it is NULL, which is as good as none, and the type has no length or checks
/// that it must pass (AddRelationNewConstraints, catalog/heap.c).
inline std::optional<StoredExpression> default_of(const std::optional<Expression>& expression,
                                                  const DataType& type, const Catalog& catalog) {
  const Expression* value = expression ? &*expression : nullptr;
  while (value != nullptr && value->kind == Expression::Kind::kCast) {
    value = &value->operands.front();
  }
  const Type* known = catalog.find_type(type.id);
  const bool passes_through =
      !type.modifiers.empty() || (known != nullptr && known->kind == Type::Kind::kDomain);
  const bool null = value != nullptr && value->kind == Expression::Kind::kNull && !passes_through;
  return null ? std::nullopt : stored(expression);
}

inline std::vector<std::string> strings(const std::vector<Name>& names) {
  return {names.begin(), names.end()};
}

/// The item of that name, or null.
template <typename T>
T* named(std::vector<T>& items, std::string_view name) {
  for (T& item : items) {
    if (item.name == name) return &item;
  }
  return nullptr;
}

/// The column, which is added when it was not known.
inline Column& column_of(Relation& relation, std::string_view name) {
  if (Column* known = named(relation.columns, name)) return *known;
  relation.columns.push_back({.name = std::string(name)});
  return relation.columns.back();
}

}  // namespace unwedge::schema
