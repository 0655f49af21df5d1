// The catalog is a few maps of immutable objects; the journal of replaced ones is what ROLLBACK and
// ROLLBACK TO undo. For every reference between objects there is a link back, kept by comparing the
// references of the old and the new version of an object. each_reference is the one place that
// knows where an object holds them.

#include <algorithm>
#include <array>
#include <set>
#include <type_traits>
#include <utility>

#include "schema/large_relations.h"
#include "unwedge/schema.h"

namespace unwedge::schema {
namespace {

using Link = Catalog::Link;

constexpr std::array kToRelations{Link::kIndex,       Link::kForeignKey, Link::kChild,
                                  Link::kView,        Link::kSequence,   Link::kTrigger,
                                  Link::kPublication, Link::kStatistics};
constexpr std::array kToTypes{Link::kColumnType, Link::kTypedTable, Link::kTypeOfType};

/// The version of `Object`, const or not, of the same kind as `Kind`.
template <typename Object, typename Kind>
constexpr bool kIs = std::is_same_v<std::remove_const_t<Object>, Kind>;

/// Calls visit(link, id) for every reference that the object holds.
template <typename Object, typename Visit>
void each_reference(Object& object, const Visit& visit) {
  const auto check = [&visit](Link link, auto& id) {
    if (!id.name.empty()) visit(link, id);
  };
  const auto check_type = [&visit](Link link, auto& type) {
    if (!type.id.schema.empty()) visit(link, type.id);  // built in otherwise
  };
  if constexpr (kIs<Object, Relation>) {
    check(Link::kIndex, object.index_of);
    for (auto& key : object.foreign_keys) check(Link::kForeignKey, key.references);
    for (auto& parent : object.inherits) check(Link::kChild, parent);
    check(Link::kChild, object.partition_of);
    if (object.bound && object.bound->kind == Bound::Kind::kDefault) {
      check(Link::kDefault, object.partition_of);
    }
    for (auto& read : object.reads) check(Link::kView, read);
    check(Link::kSequence, object.owned_by);
    for (auto& trigger : object.triggers) {
      check(Link::kTrigger, trigger.constraint_from);
      check(Link::kTriggerCall, trigger.function);
    }
    check(Link::kTypedTable, object.of_type);
    for (auto& column : object.columns) check_type(Link::kColumnType, column.type);
  } else if constexpr (kIs<Object, Type>) {
    check_type(Link::kTypeOfType, object.base);
    for (auto& attribute : object.attributes) check_type(Link::kTypeOfType, attribute.type);
  } else if constexpr (kIs<Object, NamedObject>) {
    const Link link =
        object.type == ObjectType::kPublication ? Link::kPublication : Link::kStatistics;
    for (auto& relation : object.relations) check(link, relation);
  }
}

template <typename Object>
std::vector<std::pair<Link, const ObjectId*>> references_of(const Object* object) {
  std::vector<std::pair<Link, const ObjectId*>> references;
  if (object != nullptr) {
    each_reference(*object, [&references](Link link, const ObjectId& id) {
      references.emplace_back(link, &id);
    });
  }
  return references;
}

template <typename Object>
void replace_references(Object& object, std::span<const Link> links, const ObjectId& from,
                        const ObjectId& to) {
  each_reference(object, [&](Link link, ObjectId& id) {
    if (id == from && std::find(links.begin(), links.end(), link) != links.end()) id = to;
  });
}

/// A relation with a row type, which is a type of the same name.
bool has_row_type(const Relation& relation) {
  return relation.kind != RelationKind::kIndex && relation.kind != RelationKind::kSequence;
}

/// The names of its constraints; NOT NULL has had one since Postgres 18 only.
std::vector<std::string_view> constraint_names(const Relation* relation) {
  std::vector<std::string_view> names;
  if (relation == nullptr) return names;
  for (const Check& check : relation->checks) names.emplace_back(check.name);
  for (const Key& key : relation->keys) names.emplace_back(key.name);
  for (const ForeignKey& key : relation->foreign_keys) names.emplace_back(key.name);
  return names;
}

template <typename Versions, typename Key>
const auto* version(const Versions& versions, const Key& key) {
  const auto found = versions.all.find(key);
  return found == versions.all.end() ? nullptr : found->second.get();
}

bool is_unsettled(const Overloads& overloads) {
  return std::any_of(overloads.functions.begin(), overloads.functions.end(),
                     [](const Function& function) { return function.is_new; });
}

template <typename Object>
bool is_unsettled(const Object& object) {
  return object.is_new;
}

void settle_one(Overloads& overloads) {
  for (Function& function : overloads.functions) function.is_new = false;
}

template <typename Object>
void settle_one(Object& object) {
  object.is_new = false;
}

/// The first schema of the path in which `known` says that there is such an object.
template <typename Known>
ObjectId first_known(const QualifiedName& name, std::span<const std::string> search_path,
                     const Known& known) {
  ObjectId id{.schema = std::string(name.schema), .name = std::string(name.name)};
  if (!id.schema.empty()) return id;
  for (const std::string& schema : search_path) {
    id.schema = schema;
    if (known(id)) return id;
  }
  id.schema.clear();
  return id;
}

}  // namespace

// ---------------------------------------------------------------------------------------------
// Lookup

RelationId Catalog::resolve(const QualifiedName& name,
                            std::span<const std::string> search_path) const {
  RelationId id{.schema = std::string(name.schema), .name = std::string(name.name)};
  if (!id.schema.empty()) return id;
  // Temporary tables come first, whatever the search path says (catalog/namespace.c).
  if (!temporary_.empty()) {
    id.schema = "pg_temp";
    if (find(id) != nullptr) return id;
  }
  for (const std::string& schema : search_path) {
    id.schema = schema;
    if (find(id) != nullptr) return id;
  }
  // The server's own are found whatever the search path says, and their names are reserved.
  id.schema = search_path.empty() ? "public" : search_path.front();
  if (id.name.starts_with("pg_")) id.schema = "pg_catalog";
  return id;
}

const Relation* Catalog::find(const RelationId& id) const {
  const Relation* relation = version(relations_, id);
  return relation == nullptr || relation->dropped ? nullptr : relation;
}

bool Catalog::existing(const RelationId& id) const {
  const Relation* relation = find(id);
  return relation == nullptr || !(relation->is_new || relation->temporary);
}

bool Catalog::gone(const RelationId& id) const {
  const Relation* relation = version(relations_, id);
  return relation != nullptr && relation->dropped;
}

bool Catalog::absent(const RelationId& id) const {
  if (!complete() || find(id) != nullptr) return false;
  const bool own_schema =
      id.schema == "public" ||
      find_object(ObjectType::kSchema, {.schema = {}, .name = id.schema}) != nullptr;
  return own_schema && !may_be_of_extension(ObjectType::kTable, id.name);
}

std::span<const ObjectId> Catalog::linked(Link link, const ObjectId& to) const {
  const auto of_kind = links_.find(link);
  if (of_kind == links_.end()) return {};
  const auto found = of_kind->second.find(to);
  return found == of_kind->second.end() ? std::span<const ObjectId>() : found->second;
}

std::vector<const Relation*> Catalog::linked_relations(Link link, const ObjectId& to) const {
  std::vector<const Relation*> relations;
  for (const RelationId& id : linked(link, to)) relations.push_back(find(id));
  return relations;
}

std::vector<const Relation*> Catalog::indexes_of(const RelationId& table) const {
  return linked_relations(Link::kIndex, table);
}

std::vector<Catalog::Reference> Catalog::references_to(const RelationId& table) const {
  std::vector<Reference> references;
  for (const Relation* referencing : linked_relations(Link::kForeignKey, table)) {
    for (const ForeignKey& key : referencing->foreign_keys) {
      if (key.references == table) references.push_back({.table = referencing, .key = &key});
    }
  }
  return references;
}

std::vector<const Relation*> Catalog::children_of(const RelationId& parent) const {
  return linked_relations(Link::kChild, parent);
}

namespace {

/// What `next` leads to from `start`, at any distance, each once: breadth first.
template <typename Next>
std::vector<const Relation*> reachable(const RelationId& start, const Next& next) {
  std::vector<const Relation*> reached = next(start);
  std::set<const Relation*> seen(reached.begin(), reached.end());
  for (std::size_t done = 0; done != reached.size(); ++done) {  // it grows
    for (const Relation* relation : next(reached[done]->id)) {
      if (seen.insert(relation).second) reached.push_back(relation);
    }
  }
  return reached;
}

}  // namespace

std::vector<const Relation*> Catalog::descendants_of(const RelationId& parent) const {
  return reachable(parent, [this](const RelationId& id) { return children_of(id); });
}

std::vector<RelationId> Catalog::ancestors_of(const RelationId& child) const {
  std::vector<RelationId> ancestors;
  const auto add_parents = [this, &ancestors](const RelationId& id) {
    const Relation* relation = find(id);
    if (relation == nullptr) return;
    std::vector<RelationId> parents = relation->inherits;
    if (relation->is_partition()) parents.push_back(relation->partition_of);
    for (RelationId& parent : parents) {
      if (std::find(ancestors.begin(), ancestors.end(), parent) == ancestors.end()) {
        ancestors.push_back(std::move(parent));
      }
    }
  };
  add_parents(child);
  std::size_t done = 0;
  while (done < ancestors.size()) add_parents(RelationId(ancestors[done++]));  // it grows
  return ancestors;
}

const Relation* Catalog::default_partition_of(const RelationId& parent) const {
  const std::span<const RelationId> partitions = linked(Link::kDefault, parent);
  return partitions.empty() ? nullptr : find(partitions.front());
}

std::vector<const Relation*> Catalog::views_on(const RelationId& relation) const {
  return linked_relations(Link::kView, relation);
}

std::vector<const Relation*> Catalog::all_views_on(const RelationId& relation) const {
  return reachable(relation, [this](const RelationId& id) { return views_on(id); });
}

std::vector<const Relation*> Catalog::sequences_of(const RelationId& table) const {
  return linked_relations(Link::kSequence, table);
}

const Relation* Catalog::sequence_of(const RelationId& table, std::string_view column) const {
  for (const Relation* sequence : sequences_of(table)) {
    if (sequence->owned_by_column == column) return sequence;
  }
  return nullptr;
}

ObjectId Catalog::resolve_type(const QualifiedName& name,
                               std::span<const std::string> search_path) const {
  return first_known(name, search_path, [this](const ObjectId& id) {
    return find_type(id) != nullptr || find(id) != nullptr;
  });
}

ObjectId Catalog::resolve_function(const QualifiedName& name,
                                   std::span<const std::string> search_path) const {
  return first_known(name, search_path,
                     [this](const ObjectId& id) { return find_function(id) != nullptr; });
}

const Type* Catalog::find_type(const ObjectId& id) const {
  const Type* type = version(types_, id);
  return type == nullptr || type->dropped ? nullptr : type;
}

const Overloads* Catalog::find_function(const ObjectId& id) const {
  const Overloads* overloads = version(functions_, id);
  return overloads == nullptr || overloads->functions.empty() ? nullptr : overloads;
}

const NamedObject* Catalog::find_object(ObjectType type, const ObjectId& id) const {
  const NamedObject* object = version(objects_, ObjectKey(type, id));
  return object == nullptr || object->dropped ? nullptr : object;
}

std::vector<ColumnPlace> Catalog::columns_of_type(const ObjectId& type) const {
  std::vector<ColumnPlace> places;
  std::vector<ObjectId> types{type};  // and those made from it
  const auto add = [&types](const ObjectId& id) {
    if (std::find(types.begin(), types.end(), id) == types.end()) types.push_back(id);
  };
  std::size_t done = 0;
  while (done < types.size()) {  // it grows
    const ObjectId current = types[done++];
    for (const ObjectId& made : linked(Link::kTypeOfType, current)) add(made);
    for (const Relation* relation : linked_relations(Link::kColumnType, current)) {
      for (const Column& column : relation->columns) {
        if (column.type.id == current) places.push_back({.relation = relation, .column = &column});
      }
      add(relation->id);  // its row type
    }
  }
  return places;
}

std::vector<const NamedObject*> Catalog::objects_on(ObjectType type,
                                                    const RelationId& table) const {
  std::vector<const NamedObject*> objects;
  const Link link = type == ObjectType::kPublication ? Link::kPublication : Link::kStatistics;
  for (const ObjectId& id : linked(link, table)) objects.push_back(find_object(type, id));
  return objects;
}

bool Catalog::has_constraint(const ObjectId& name) const {
  return constraint_names_.contains(name);
}

// ---------------------------------------------------------------------------------------------
// Changes

Relation Catalog::edit(const RelationId& id) const {
  if (const Relation* known = find(id)) return *known;
  Relation relation;
  relation.id = id;
  return relation;
}

Type Catalog::edit_type(const ObjectId& id) const {
  if (const Type* known = find_type(id)) return *known;
  Type type;
  type.id = id;
  return type;
}

template <typename T>
void Catalog::relink(const ObjectId& from, const T* before, const T* after) {
  const auto old_references = references_of(before);
  const auto new_references = references_of(after);
  const auto same = [](const auto& left, const auto& right) {
    return left.first == right.first && *left.second == *right.second;
  };
  if (std::equal(old_references.begin(), old_references.end(), new_references.begin(),
                 new_references.end(), same)) {
    return;
  }
  for (const auto& [link, to] : old_references) {
    auto& of_kind = links_[link];
    const auto found = of_kind.find(*to);
    if (found == of_kind.end()) continue;  // a second reference to the same
    const auto place = std::lower_bound(found->second.begin(), found->second.end(), from);
    if (place != found->second.end() && *place == from) found->second.erase(place);
    if (found->second.empty()) of_kind.erase(found);
  }
  for (const auto& [link, to] : new_references) {
    std::vector<ObjectId>& referrers = links_[link][*to];
    const auto place = std::lower_bound(referrers.begin(), referrers.end(), from);
    if (place == referrers.end() || *place != from) referrers.insert(place, from);
  }
}

void Catalog::recount_constraints(const Relation* before, const Relation* after) {
  const std::vector<std::string_view> old_names = constraint_names(before);
  const std::vector<std::string_view> new_names = constraint_names(after);
  if (old_names == new_names) return;
  for (const std::string_view name : old_names) {
    const auto found =
        constraint_names_.find({.schema = before->id.schema, .name = std::string(name)});
    if (--found->second == 0) constraint_names_.erase(found);
  }
  for (const std::string_view name : new_names) {
    ++constraint_names_[{.schema = after->id.schema, .name = std::string(name)}];
  }
}

template <typename Key, typename T>
void Catalog::put_version(Versions<Key, T>& versions, const Key& key, T next) {
  std::shared_ptr<const T>& place = versions.all[key];
  if (is_unsettled(next)) versions.unsettled.push_back(key);
  auto now = std::make_shared<const T>(std::move(next));
  relink(now->id, place.get(), now.get());
  if constexpr (std::is_same_v<T, Relation>) recount_constraints(place.get(), now.get());
  journal_.push_back(Change<Key, T>{.key = key, .before = std::move(place)});
  place = std::move(now);
}

void Catalog::put(Relation relation) {
  limit_versions(relation, kept_of_large_);
  if (relation.temporary) temporary_.push_back(relation.id);
  const RelationId id = relation.id;
  put_version(relations_, id, std::move(relation));
}

void Catalog::put(Type type) {
  const ObjectId id = type.id;
  put_version(types_, id, std::move(type));
}

void Catalog::put(Overloads functions) {
  const ObjectId id = functions.id;
  put_version(functions_, id, std::move(functions));
}

void Catalog::put(NamedObject object) {
  const ObjectKey key(object.type, object.id);
  put_version(objects_, key, std::move(object));
}

void Catalog::drop(const RelationId& id) {
  Relation gone;
  gone.id = id;
  gone.dropped = true;
  put(std::move(gone));
}

void Catalog::drop_type(const ObjectId& id) {
  Type gone;
  gone.id = id;
  gone.dropped = true;
  put(std::move(gone));
}

void Catalog::drop_object(ObjectType type, const ObjectId& id) {
  put(NamedObject{.type = type, .id = id, .dropped = true});
}

void Catalog::replace_in_referrers(std::span<const Link> links, const ObjectId& from,
                                   const ObjectId& to) {
  const auto put_replaced = [&](auto object) {
    replace_references(object, links, from, to);
    put(std::move(object));
  };
  for (const Link link : links) {
    const std::span<const ObjectId> now = linked(link, from);
    for (const ObjectId& id : std::vector<ObjectId>(now.begin(), now.end())) {
      switch (link) {
        case Link::kPublication: put_replaced(*find_object(ObjectType::kPublication, id)); break;
        case Link::kStatistics: put_replaced(*find_object(ObjectType::kStatistics, id)); break;
        case Link::kTypeOfType: put_replaced(edit_type(id)); break;
        default: put_replaced(edit(id)); break;
      }
    }
  }
}

void Catalog::rename(const RelationId& from, const RelationId& to) {
  Relation relation = edit(from);
  const bool row_type = has_row_type(relation);
  relation.id = to;
  drop(from);
  put(std::move(relation));
  replace_in_referrers(kToRelations, from, to);
  if (row_type) replace_in_referrers(kToTypes, from, to);
}

void Catalog::rename_type(const ObjectId& from, const ObjectId& to) {
  Type type = edit_type(from);
  type.id = to;
  drop_type(from);
  put(std::move(type));
  replace_in_referrers(kToTypes, from, to);
}

void Catalog::undo_to(Mark mark) {
  const auto restore = [this](auto& versions, auto& change) {
    auto& place = versions.all[change.key];
    relink(place->id, place.get(), change.before.get());
    if constexpr (std::is_same_v<decltype(change.before), std::shared_ptr<const Relation>>) {
      recount_constraints(place.get(), change.before.get());
    }
    if (change.before == nullptr) {
      versions.all.erase(change.key);
    } else {
      place = std::move(change.before);
    }
  };
  while (journal_.size() > mark) {
    AnyChange& change = journal_.back();
    std::visit(
        [this, &restore](auto& each) {
          using T = std::remove_const_t<typename decltype(each.before)::element_type>;
          if constexpr (std::is_same_v<T, Relation>) restore(relations_, each);
          if constexpr (std::is_same_v<T, Type>) restore(types_, each);
          if constexpr (std::is_same_v<T, Overloads>) restore(functions_, each);
          if constexpr (std::is_same_v<T, NamedObject>) restore(objects_, each);
        },
        change);
    journal_.pop_back();
  }
}

template <typename Key, typename T>
void Catalog::settle(Versions<Key, T>& versions) {
  for (const Key& key : std::exchange(versions.unsettled, {})) {
    const auto found = versions.all.find(key);
    if (found == versions.all.end() || !is_unsettled(*found->second)) continue;
    if constexpr (std::is_same_v<T, Relation>) has_past_ = true;
    T settled = *found->second;
    settle_one(settled);
    found->second = std::make_shared<const T>(std::move(settled));
  }
}

void Catalog::settle() {
  settle(relations_);
  settle(types_);
  settle(functions_);
  settle(objects_);
  commit();
}

void Catalog::leave_database() {
  auto sizes = std::move(sizes_);
  *this = Catalog();
  sizes_ = std::move(sizes);
}

void Catalog::end_session() {
  for (const RelationId& id : std::exchange(temporary_, {})) {
    const auto found = relations_.all.find(id);
    if (found == relations_.all.end() || !found->second->temporary) continue;
    relink<Relation>(id, found->second.get(), nullptr);
    recount_constraints(found->second.get(), nullptr);
    relations_.all.erase(found);
  }
  commit();
}

}  // namespace unwedge::schema
