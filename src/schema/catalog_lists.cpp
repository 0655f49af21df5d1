// What there is in the catalog, by schema or kind.

#include <set>
#include <utility>

#include "unwedge/schema.h"

namespace unwedge::schema {
namespace {

/// The names in `schema` of the objects that are there.
template <typename Versions>
std::vector<ObjectId> names_in(const Versions& versions, std::string_view schema) {
  std::vector<ObjectId> names;
  for (auto each = versions.all.lower_bound({.schema = std::string(schema), .name = {}});
       each != versions.all.end() && each->first.schema == schema; ++each) {
    if constexpr (requires { each->second->dropped; }) {
      if (each->second->dropped) continue;
    }
    names.push_back(each->first);
  }
  return names;
}

}  // namespace

std::vector<RelationId> Catalog::relations() const {
  std::vector<RelationId> ids;
  for (const auto& [id, relation] : relations_.all) {
    if (!relation->dropped) ids.push_back(id);
  }
  return ids;
}

bool Catalog::is_in_any_schema(std::string_view name) const {
  for (auto each = relations_.all.begin(); each != relations_.all.end();) {
    const std::string& schema = each->first.schema;
    if (find({.schema = schema, .name = std::string(name)}) != nullptr) return true;
    const std::string next = schema + '\0';  // the least name of another
    each = relations_.all.lower_bound({.schema = next, .name = {}});
  }
  return false;
}

std::vector<RelationId> Catalog::relations_in(std::string_view schema) const {
  return names_in(relations_, schema);
}

std::vector<ObjectId> Catalog::types_in(std::string_view schema) const {
  return names_in(types_, schema);
}

std::vector<ObjectId> Catalog::functions_in(std::string_view schema) const {
  return names_in(functions_, schema);
}

std::vector<ObjectId> Catalog::statistics_in(std::string_view schema) const {
  std::vector<ObjectId> names;
  const ObjectKey first(ObjectType::kStatistics, {.schema = std::string(schema), .name = {}});
  for (auto each = objects_.all.lower_bound(first);
       each != objects_.all.end() && each->first.first == ObjectType::kStatistics &&
       each->first.second.schema == schema;
       ++each) {
    if (!each->second->dropped) names.push_back(each->first.second);
  }
  return names;
}

std::vector<RelationId> Catalog::dropped_on_commit() const {
  std::vector<RelationId> ids;
  for (const RelationId& id : temporary_) {
    const Relation* relation = find(id);
    if (relation != nullptr && relation->drop_on_commit) ids.push_back(id);
  }
  return ids;
}

std::vector<std::string> Catalog::schemas() const {
  std::set<std::string> names{"public"};
  const auto add = [&names](const auto& versions) {
    for (const auto& [id, version] : versions.all) names.insert(id.schema);
  };
  add(relations_);
  add(types_);
  add(functions_);
  for (const NamedObject* schema : objects(ObjectType::kSchema)) names.insert(schema->id.name);
  return {names.begin(), names.end()};
}

std::vector<const NamedObject*> Catalog::objects(ObjectType type) const {
  std::vector<const NamedObject*> found;
  for (auto each = objects_.all.lower_bound(ObjectKey(type, {}));
       each != objects_.all.end() && each->first.first == type; ++each) {
    if (!each->second->dropped) found.push_back(each->second.get());
  }
  return found;
}

}  // namespace unwedge::schema
