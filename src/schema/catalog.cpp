// The catalog is a map of immutable relations; the journal of replaced ones is what ROLLBACK and
// ROLLBACK TO undo.

#include <algorithm>
#include <utility>

#include "unwedge/schema.h"

namespace unwedge::schema {

const Column* Relation::column(std::string_view column_name) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(),
                   [column_name](const Column& each) { return each.name == column_name; });
  return found == columns.end() ? nullptr : &*found;
}

bool Relation::proves_not_null(std::string_view column_name) const {
  if (const Column* known = column(column_name); known != nullptr && known->not_null) return true;
  return std::any_of(checks.begin(), checks.end(), [column_name](const Check& check) {
    return check.valid && std::find(check.not_null_columns.begin(), check.not_null_columns.end(),
                                    column_name) != check.not_null_columns.end();
  });
}

RelationId Catalog::resolve(const QualifiedName& name,
                            std::span<const std::string> search_path) const {
  RelationId id{.schema = std::string(name.schema), .name = std::string(name.name)};
  if (!id.schema.empty()) return id;
  // Temporary tables come first, whatever the search path says (catalog/namespace.c).
  if (has_temporary_) {
    id.schema = "pg_temp";
    if (find(id) != nullptr) return id;
  }
  for (const std::string& schema : search_path) {
    id.schema = schema;
    if (find(id) != nullptr) return id;
  }
  id.schema = search_path.empty() ? "public" : search_path.front();
  return id;
}

const Relation* Catalog::find(const RelationId& id) const {
  const auto found = relations_.find(id);
  if (found == relations_.end() || found->second == nullptr || found->second->dropped) {
    return nullptr;
  }
  return found->second.get();
}

bool Catalog::existing(const RelationId& id) const {
  const Relation* relation = find(id);
  return relation == nullptr || !(relation->is_new || relation->temporary);
}

Relation Catalog::edit(const RelationId& id) const {
  if (const Relation* known = find(id)) return *known;
  Relation relation;
  relation.id = id;
  return relation;
}

void Catalog::put(Relation relation) {
  has_temporary_ = has_temporary_ || relation.temporary;
  const RelationId id = relation.id;
  std::shared_ptr<const Relation>& place = relations_[id];
  journal_.push_back({.id = id, .before = std::move(place)});
  place = std::make_shared<const Relation>(std::move(relation));
}

void Catalog::drop(const RelationId& id) {
  Relation gone;
  gone.id = id;
  gone.dropped = true;
  put(std::move(gone));
}

void Catalog::undo_to(Mark mark) {
  while (journal_.size() > mark) {
    Change& change = journal_.back();
    if (change.before == nullptr) {
      relations_.erase(change.id);
    } else {
      relations_[change.id] = std::move(change.before);
    }
    journal_.pop_back();
  }
}

}  // namespace unwedge::schema
