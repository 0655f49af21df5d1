// See constraints.h.

#include "effects/constraints.h"

#include <algorithm>

#include "unwedge/features.h"

namespace unwedge::effects {
namespace {

constexpr Doubt kIndexUnknown = "whether the index's columns may be null is not known";

/// An index that becomes a constraint's is renamed like one under ALTER INDEX … RENAME.
constexpr int kRenamesIndexesSoftly = 12;

// ATExecAddIndex: on a partitioned table DefineIndex goes on to the partitions
void add_index(const Constraint& constraint, const RelationId& table, bool only,
               Prediction& prediction) {
  if (only) {
    prediction.work(WorkKind::kIndexBuild, table);
    return;
  }
  if (is_partitioned(prediction.find(table))) {
    prediction.lock_descendants(table, LockMode::kShare);
  }
  if (constraint.kind == Constraint::Kind::kPrimaryKey) {
    const schema::Relation* known = prediction.find(table);
    for (const Name column : constraint.columns) {
      if (known == nullptr || known->column(column) == nullptr) continue;
      prediction.work_on_family(WorkKind::kScan, table,
                                needs_not_null_scan(known, column, prediction));
    }
  }
  prediction.work_on_partitions(WorkKind::kIndexBuild, table);
}

// ATExecAddIndexConstraint: the index is renamed if the constraint has another name, and the
// columns of a primary key are set NOT NULL (index_check_primary_key, catalog/index.c).
void use_index(const Constraint& constraint, const RelationId& table, Prediction& prediction) {
  const RelationId index{.schema = table.schema, .name = std::string(constraint.using_index)};
  const bool renamed = !constraint.name.empty() && constraint.name != constraint.using_index;
  const LockMode rename = prediction.since(kRenamesIndexesSoftly) ? LockMode::kShareUpdateExclusive
                                                                  : LockMode::kAccessExclusive;
  prediction.lock_index_of(index, renamed ? rename : LockMode::kAccessShare);
  if (constraint.kind != Constraint::Kind::kPrimaryKey) return;
  const schema::Relation* known = prediction.find(index);
  if (known == nullptr || !known->index) {
    prediction.work(WorkKind::kScan, table, kIndexUnknown);
    return;
  }
  Answer scan = Answer::no();
  const schema::Relation* relation = prediction.find(table);
  for (const schema::IndexPart& part : known->index->parts) {
    const Answer needed = needs_not_null_scan(relation, part.column, prediction);
    const bool is_known = relation != nullptr && relation->column(part.column) != nullptr;
    scan = scan || (needed.is_no() || is_known ? needed : Answer::maybe(kIndexUnknown));
  }
  prediction.work(WorkKind::kScan, table, scan);
}

}  // namespace

void lock_referenced(const RelationId& table, LockMode mode, Prediction& prediction) {
  prediction.lock(table, mode);
  if (is_partitioned(prediction.find(table))) prediction.lock_descendants(table, mode);
}

void verify_foreign_key(const RelationId& table, const RelationId& referenced,
                        Prediction& prediction) {
  // Each partition has the key, and is verified for itself.
  if (is_partitioned(prediction.find(table))) {
    for (const schema::Relation* child : prediction.catalog().descendants_of(table)) {
      if (!is_partitioned(child)) prediction.query_key(child->id, LockMode::kAccessShare);
    }
  } else {
    prediction.query_key(table, LockMode::kAccessShare);
  }
  prediction.query_key(referenced, LockMode::kAccessShare);
  prediction.work_on_partitions(WorkKind::kScan, table);
  // The query looks up rows of the referencing table, and a new one has none to look up.
  if (prediction.catalog().existing(table)) {
    prediction.work_on_partitions(WorkKind::kScan, referenced);
  }
}

void add_constraint(const Constraint& constraint, const RelationId& table, Adding adding,
                    Prediction& prediction) {
  const bool verifies = adding.verifies && !constraint.not_valid && constraint.enforced;
  switch (constraint.kind) {
    case Constraint::Kind::kCheck:
      if (!verifies) break;
      if (constraint.no_inherit) {
        prediction.work(WorkKind::kScan, table);
      } else {
        prediction.work_on_family(WorkKind::kScan, table);
      }
      break;
    case Constraint::Kind::kNotNull:
      if (!verifies) break;
      for (const Name column : constraint.columns) {
        prediction.work_on_family(WorkKind::kScan, table,
                                  needs_not_null_scan(prediction.find(table), column, prediction));
      }
      break;
    case Constraint::Kind::kForeignKey: {
      const RelationId referenced = prediction.resolve(constraint.references);
      lock_referenced(referenced, LockMode::kShareRowExclusive, prediction);
      if (verifies) verify_foreign_key(table, referenced, prediction);
      break;
    }
    case Constraint::Kind::kPrimaryKey:
    case Constraint::Kind::kUnique:
      if (constraint.using_index.empty()) {
        add_index(constraint, table, adding.only, prediction);
      } else {
        use_index(constraint, table, prediction);
      }
      break;
    case Constraint::Kind::kExclusion:
      // The index is built, and then every row looked up in it.
      add_index(constraint, table, adding.only, prediction);
      prediction.work_on_partitions(WorkKind::kScan, table);
      break;
  }
}

// NotNullImpliedByRelConstraints (commands/tablecmds.c)
Answer needs_not_null_scan(const schema::Relation* known, Name column,
                           const Prediction& prediction) {
  if (known == nullptr) return Answer::yes();
  const schema::Column* present = known->column(column);
  if (present != nullptr && present->not_null) return Answer::no();
  const bool proved =
      prediction.version() >= kNotNullProvedByCheck && known->proves_not_null(column);
  return Answer::of(!proved);
}

}  // namespace unwedge::effects
