// See prediction.h.

#include "effects/prediction.h"

#include <algorithm>

namespace unwedge::effects {

namespace {

/// An index is opened in its table's mode, not only that of a table that is written to.
constexpr int kIndexesLikeTables = 12;
/// The planner looks at the indexes of partitioned tables, too.
constexpr int kOpensPartitionedIndexes = 16;

/// Known not to be there; a composite type has a relation of its own.
bool is_missing(const RelationId& relation, const schema::Catalog& catalog) {
  return catalog.gone(relation) ||
         (catalog.absent(relation) && catalog.find_type(relation) == nullptr);
}

}  // namespace

bool is_partitioned(const schema::Relation* relation) {
  return relation != nullptr && relation->kind == schema::RelationKind::kPartitionedTable;
}

RelationId Prediction::resolve(const QualifiedName& name) const {
  return before_.resolve(name, session_.settings->search_path);
}

const schema::Type* Prediction::find_type(const QualifiedName& name) const {
  return before_.find_type(before_.resolve_type(name, session_.settings->search_path));
}

void Prediction::lock(const RelationId& relation, LockMode mode, Doubt doubt) {
  if (mode == LockMode::kNone || is_missing(relation, before_)) return;
  const Certainty certainty = doubt.empty() ? Certainty::kCertain : Certainty::kPossible;
  const auto held =
      std::find_if(effects_.locks.begin(), effects_.locks.end(),
                   [&relation](const Lock& lock) { return lock.relation == relation; });
  if (held == effects_.locks.end()) {
    const schema::Relation* known = find(relation);
    const bool of_table =
        known != nullptr && (!known->index_of.name.empty() || !known->owned_by.name.empty());
    effects_.locks.push_back({.relation = relation,
                              .of_table = of_table,
                              .mode = mode,
                              .existing = before_.existing(relation),
                              .certainty = certainty,
                              .reason = doubt});
    return;
  }
  if (mode < held->mode) return;
  if (mode == held->mode && held->certainty == Certainty::kCertain) return;
  held->mode = mode;
  held->certainty = certainty;
  held->reason = doubt;
}

void Prediction::lock(const QualifiedName& name, LockMode mode, Doubt doubt) {
  if (!name.empty()) lock(resolve(name), mode, doubt);
}

void Prediction::lock_index_and_table(const RelationId& index, LockMode table_mode) {
  const schema::Relation* known = find(index);
  if (known != nullptr && !known->index_of.name.empty()) {
    lock(index, LockMode::kAccessExclusive);
    lock(known->index_of, table_mode);
    return;
  }
  // CONCURRENTLY takes the index's own lock when nobody uses it any more. Otherwise the table's may
  // be weaker, but nothing is planned on a table without its indexes.
  const bool waits_first = table_mode == LockMode::kShareUpdateExclusive;
  const std::size_t count = effects_.locks.size();
  lock(index, waits_first ? table_mode : LockMode::kAccessExclusive);
  if (effects_.locks.size() > count) effects_.locks.back().is_index = true;
}

void Prediction::lock_index_of(const RelationId& index, LockMode mode) {
  lock(index, mode);
  for (Lock& lock : effects_.locks) lock.of_table = lock.of_table || lock.relation == index;
}

void Prediction::lock_indexes(const RelationId& table, LockMode mode, Doubt doubt) {
  for (const schema::Relation* index : before_.indexes_of(table)) lock(index->id, mode, doubt);
}

void Prediction::lock_descendants(const RelationId& parent, LockMode mode, Doubt doubt) {
  for (const schema::Relation* child : before_.descendants_of(parent)) lock(child->id, mode, doubt);
}

void Prediction::lock_default_partition(const RelationId& parent, LockMode mode) {
  if (const schema::Relation* partition = before_.default_partition_of(parent)) {
    lock(partition->id, mode);
  }
}

LockMode Prediction::index_mode(LockMode mode) const {
  return mode == LockMode::kRowShare && !since(kIndexesLikeTables) ? LockMode::kAccessShare : mode;
}

void Prediction::open(const RelationId& id, const schema::Relation* known, LockMode mode) {
  lock(id, mode);
  if (!is_partitioned(known) || since(kOpensPartitionedIndexes)) {
    lock_indexes(id, index_mode(mode));
  }
}

void Prediction::query(const RelationId& relation, LockMode mode) {
  open(relation, find(relation), mode);
  for (const schema::Relation* child : before_.descendants_of(relation)) {
    open(child->id, child, mode);
  }
}

void Prediction::query_key(const RelationId& relation, LockMode mode) {
  const schema::Relation* known = find(relation);
  if (is_partitioned(known)) {
    query(relation, mode);
  } else {
    open(relation, known, mode);
  }
}

void Prediction::work(WorkKind kind, const RelationId& relation, Doubt doubt) {
  if (is_missing(relation, before_)) return;
  // To build an index reads its table, however new the index is.
  const schema::Relation* known = find(relation);
  const bool is_index = known != nullptr && !known->index_of.name.empty();
  effects_.work.push_back({.kind = kind,
                           .relation = relation,
                           .existing = before_.existing(is_index ? known->index_of : relation),
                           .certainty = doubt.empty() ? Certainty::kCertain : Certainty::kPossible,
                           .reason = doubt,
                           .cause = cause_});
}

void Prediction::work(WorkKind kind, const RelationId& relation, Answer answer) {
  if (!answer.is_no()) work(kind, relation, answer.doubt());
}

void Prediction::work_on_family(WorkKind kind, const RelationId& table, Answer answer) {
  work(kind, table, answer);
  for (const schema::Relation* child : before_.descendants_of(table)) {
    if (!is_partitioned(child)) work(kind, child->id, answer);
  }
}

void Prediction::work_on_partitions(WorkKind kind, const RelationId& table, Answer answer) {
  if (is_partitioned(find(table))) {
    work_on_family(kind, table, answer);
  } else {
    work(kind, table, answer);
  }
}

void Prediction::drop_index(const RelationId& index) {
  if (before_.gone(index)) return;
  DroppedIndex dropped{.index = index};
  const schema::Relation* known = find(index);
  if (known != nullptr && !known->index_of.name.empty()) {
    dropped.table = known->index_of;
    dropped.existing = before_.existing(dropped.table);
    if (known->index) dropped.definition = std::make_shared<schema::Index>(*known->index);
  }
  effects_.dropped_indexes.push_back(std::move(dropped));
}

}  // namespace unwedge::effects
