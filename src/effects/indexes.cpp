// CREATE INDEX and REINDEX: commands/indexcmds.c.

#include "effects/predict.h"

namespace unwedge::effects {
namespace {

/// Before, REINDEX TABLE skipped a partitioned table.
constexpr int kReindexesPartitions = 14;

/// One table's indexes, or one index.
void rebuild(const RelationId& relation, bool concurrently, Prediction& prediction) {
  const LockMode mode = concurrently ? LockMode::kShareUpdateExclusive : LockMode::kShare;
  prediction.lock(relation, mode);
  prediction.lock_indexes(relation, LockMode::kAccessExclusive);
  prediction.work(WorkKind::kIndexBuild, relation);
}

void rebuild_index(const RelationId& index, bool concurrently, Prediction& prediction) {
  const LockMode mode = concurrently ? LockMode::kShareUpdateExclusive : LockMode::kShare;
  prediction.lock_index_and_table(index, mode);
  prediction.work(WorkKind::kIndexBuild, index);
}

}  // namespace

// DefineIndex; on a temporary table CONCURRENTLY is ignored
void predict(const CreateIndex& index, Prediction& prediction) {
  const RelationId table = prediction.resolve(index.table);
  const schema::Relation* known = prediction.find(table);
  const bool concurrently = index.concurrently && !(known != nullptr && known->temporary);
  const LockMode mode = concurrently ? LockMode::kShareUpdateExclusive : LockMode::kShare;
  prediction.lock(table, mode);
  const RelationId id{.schema = table.schema, .name = std::string(index.name)};
  const bool there = index.if_not_exists && prediction.find(id) != nullptr;
  if (there || index.only) return;
  if (is_partitioned(known)) prediction.lock_descendants(table, mode);
  prediction.work(WorkKind::kIndexBuild, table);
  if (!is_partitioned(known)) return;
  for (const schema::Relation* child : prediction.catalog().descendants_of(table)) {
    if (!is_partitioned(child)) prediction.work(WorkKind::kIndexBuild, child->id);
  }
}

// ReindexIndex, ReindexTable, ReindexPartitions, ReindexMultipleTables
void predict(const Reindex& reindex, Prediction& prediction) {
  if (reindex.relation.empty()) {
    for_all_relations(prediction, [&](const schema::Relation& table) {
      const bool in_scope =
          reindex.target == Reindex::Target::kDatabase ||
          (reindex.target == Reindex::Target::kSchema && table.id.schema == reindex.name);
      const bool has_indexes = table.kind == schema::RelationKind::kTable ||
                               table.kind == schema::RelationKind::kMaterializedView;
      if (in_scope && has_indexes) rebuild(table.id, reindex.concurrently, prediction);
    });
    return;
  }
  const RelationId id = prediction.resolve(reindex.relation);
  const schema::Relation* known = prediction.find(id);
  if (reindex.target == Reindex::Target::kTable) {
    if (!is_partitioned(known)) {
      rebuild(id, reindex.concurrently, prediction);
      return;
    }
    prediction.lock(id, LockMode::kShare);
    if (!prediction.since(kReindexesPartitions)) return;
    for (const schema::Relation* child : prediction.catalog().descendants_of(id)) {
      if (!is_partitioned(child)) rebuild(child->id, reindex.concurrently, prediction);
    }
    return;
  }
  rebuild_index(id, reindex.concurrently, prediction);
  for (const schema::Relation* partition : prediction.catalog().descendants_of(id)) {
    rebuild_index(partition->id, reindex.concurrently, prediction);
  }
}

}  // namespace unwedge::effects
