// See partitions.h. All of it is in commands/tablecmds.c; places name the functions.

#include "effects/partitions.h"

#include <algorithm>
#include <string>

#include "effects/constraints.h"
#include "effects/partition_proof.h"

namespace unwedge::effects {
namespace {

constexpr Doubt kBoundCached = "whether the session knows the partition's bound already";
constexpr Doubt kProofUnknown = "whether a valid CHECK implies the partition bound is not known";

/// ATTACH PARTITION locked foreign keys' tables less in 11, and so did PARTITION OF.
constexpr int kClonesForeignKeys = 12;
/// CREATE TABLE … PARTITION OF makes the triggers of foreign keys that reference the parent itself.
constexpr int kClonesReferencingKeys = 15;
constexpr int kReferencesToPartitioned = 12;
/// Before, whatever opened a partition as a target (InitResultRelInfo, executor/execMain.c) read
/// its bound, DELETE and TRUNCATE included.
constexpr int kReadsBoundsForRows = 14;
/// Before, the indexes of the parent were not kept locked.
constexpr int kLocksParentIndexes = 12;

schema::Bound::Value value_of(const Expression& expression) {
  using Kind = schema::Bound::Value::Kind;
  switch (expression.kind) {
    case Expression::Kind::kConstant:
      return {.kind = Kind::kConstant, .text = std::string(expression.text)};
    case Expression::Kind::kNull: return {.kind = Kind::kNull};
    case Expression::Kind::kColumn:
      if (expression.name == "minvalue") return {.kind = Kind::kMinimum};
      if (expression.name == "maxvalue") return {.kind = Kind::kMaximum};
      break;
    case Expression::Kind::kOperator:
      if (expression.name == "-" && expression.operands.size() == 1 &&
          expression.operands.front().kind == Expression::Kind::kConstant) {
        return {.kind = Kind::kConstant,
                .text = "-" + std::string(expression.operands.front().text)};
      }
      break;
    default: break;
  }
  return {.kind = Kind::kExpression};
}

schema::Bound bound_of(const PartitionBound& written) {
  schema::Bound bound{.kind = static_cast<schema::Bound::Kind>(written.kind),
                      .modulus = written.modulus,
                      .remainder = written.remainder};
  for (const Expression& value : written.values) bound.values.push_back(value_of(value));
  for (const Expression& value : written.upper) bound.upper.push_back(value_of(value));
  return bound;
}

/// Whether the new partition's rows are read: not those of a partitioned one itself.
Answer needs_scan(const schema::Relation* parent, const schema::Relation* partition,
                  const std::optional<PartitionBound>& bound) {
  if (parent == nullptr || partition == nullptr || !parent->partition_key || !bound) {
    return Answer::maybe(kProofUnknown);
  }
  const bool proved = bound->kind != PartitionBound::Kind::kDefault &&
                      implies_bound(*partition, *parent->partition_key, bound_of(*bound));
  if (proved) return Answer::no();
  return partition->complete ? Answer::yes() : Answer::maybe(kProofUnknown);
}

// QueuePartitionConstraintValidation; check_default_partition_contents (partitioning/
// partbounds.c) in CREATE TABLE
void lock_and_check_default(const RelationId& parent, const std::optional<PartitionBound>& bound,
                            Prediction& prediction) {
  const schema::Relation* partition = prediction.catalog().default_partition_of(parent);
  if (partition == nullptr) return;
  prediction.lock(partition->id, LockMode::kAccessExclusive);
  const schema::Relation* known = prediction.find(parent);
  const bool excluded = known != nullptr && known->partition_key && bound &&
                        excludes_bound(*partition, *known->partition_key, bound_of(*bound));
  if (!excluded) prediction.work_on_family(WorkKind::kScan, partition->id);
}

bool same_key(const schema::ForeignKey& left, const schema::ForeignKey& right) {
  return left.references == right.references && left.columns == right.columns &&
         left.on_delete == right.on_delete && left.on_update == right.on_update;
}

// CloneFkReferencing, tryAttachPartitionForeignKey: a foreign key that the partition has already is
// taken over, and its own triggers on the referenced table are dropped.
void clone_foreign_keys(const schema::Relation& parent, const RelationId& child,
                        Prediction& prediction) {
  const schema::Relation* known = prediction.find(child);
  for (const schema::ForeignKey& key : parent.foreign_keys) {
    const bool there =
        known != nullptr &&
        std::ranges::any_of(known->foreign_keys, [&key](const schema::ForeignKey& own) {
          return own.valid && same_key(own, key);
        });
    if (there) {
      prediction.lock(key.references, LockMode::kAccessExclusive);
      continue;
    }
    lock_referenced(
        key.references,
        prediction.since(kClonesForeignKeys) ? LockMode::kShareRowExclusive : LockMode::kRowShare,
        prediction);
    verify_foreign_key(child, key.references, prediction);
  }
}

bool same_index(const schema::Index& left, const schema::Index& right) {
  const auto same_part = [](const schema::IndexPart& a, const schema::IndexPart& b) {
    return a.column == b.column && a.expression == b.expression &&
           a.operator_class == b.operator_class;
  };
  return left.method == right.method && left.unique == right.unique &&
         left.including == right.including && left.predicate == right.predicate &&
         std::ranges::equal(left.parts, right.parts, same_part);
}

// AttachPartitionEnsureIndexes
void ensure_indexes(const RelationId& parent, const RelationId& child, Prediction& prediction) {
  for (const schema::Relation* wanted : prediction.catalog().indexes_of(parent)) {
    if (!wanted->index) continue;
    if (prediction.since(kLocksParentIndexes)) {
      prediction.lock(wanted->id, LockMode::kShareUpdateExclusive);
    }
    const schema::Relation* fitting = nullptr;
    for (const schema::Relation* own : prediction.catalog().indexes_of(child)) {
      if (own->index && same_index(*own->index, *wanted->index)) fitting = own;
    }
    if (fitting == nullptr) {
      prediction.work_on_family(WorkKind::kIndexBuild, child);
    } else {
      prediction.lock(fitting->id, LockMode::kAccessExclusive);
    }
  }
}

}  // namespace

// ATExecAttachPartition
void attach_partition(const RelationId& parent, const OtherTable& other, Prediction& prediction) {
  const RelationId child = prediction.resolve(other.table);
  const schema::Relation* known = prediction.find(parent);
  prediction.lock(child, LockMode::kAccessExclusive);
  prediction.lock_descendants(child, LockMode::kAccessExclusive);
  prediction.work_on_family(WorkKind::kScan, child,
                            needs_scan(known, prediction.find(child), other.bound));
  lock_and_check_default(parent, other.bound, prediction);
  ensure_indexes(parent, child, prediction);
  if (known != nullptr) clone_foreign_keys(*known, child, prediction);
}

// ATExecDetachPartition
void detach_partition(const RelationId& parent, const OtherTable& other, Prediction& prediction) {
  const RelationId child = prediction.resolve(other.table);
  prediction.lock(
      child, prediction.since(14) ? LockMode::kAccessExclusive : LockMode::kShareUpdateExclusive);
  if (other.concurrently) return;
  prediction.lock_default_partition(parent, LockMode::kAccessExclusive);
  for (const schema::Relation* index : prediction.catalog().indexes_of(child)) {
    if (index->is_partition()) prediction.lock(index->id, LockMode::kAccessExclusive);
  }
  const schema::Relation* known = prediction.find(parent);
  if (known == nullptr) return;
  for (const schema::ForeignKey& key : known->foreign_keys) {
    prediction.lock(key.references, LockMode::kShareRowExclusive);
  }
  // RI_PartitionRemove_Check: that no row references what is taken away
  for (const auto& reference : prediction.catalog().references_to(parent)) {
    prediction.lock(reference.table->id, LockMode::kAccessExclusive);
    prediction.work_on_family(WorkKind::kScan, reference.table->id);
  }
}

// DefineRelation
void create_partition(const RelationId& parent, const CreateTable& create, Prediction& prediction) {
  prediction.lock(parent, LockMode::kAccessExclusive);
  lock_and_check_default(parent, create.bound, prediction);
  const schema::Relation* known = prediction.find(parent);
  if (known == nullptr) return;
  for (const schema::ForeignKey& key : known->foreign_keys) {
    lock_referenced(key.references,
                    prediction.since(kClonesForeignKeys) ? LockMode::kShareRowExclusive
                                                         : LockMode::kAccessShare,
                    prediction);
  }
  if (prediction.since(kLocksParentIndexes)) {
    prediction.lock_indexes(parent, LockMode::kShareUpdateExclusive);
  }
  if (!prediction.since(kReferencesToPartitioned)) return;
  for (const auto& reference : prediction.catalog().references_to(parent)) {
    prediction.lock(reference.table->id, prediction.since(kClonesReferencingKeys)
                                             ? LockMode::kShareRowExclusive
                                             : LockMode::kAccessShare);
  }
}

// ExecPartitionCheck (executor/execMain.c); generate_partition_qual (utils/cache/partcache.c)
void read_bound(const RelationId& target, bool writes_rows, Prediction& prediction) {
  const schema::Relation* known = prediction.find(target);
  if (known == nullptr || !known->is_partition()) return;
  if (!writes_rows && prediction.since(kReadsBoundsForRows)) return;
  for (const RelationId& parent : prediction.catalog().ancestors_of(target)) {
    prediction.lock(parent, LockMode::kAccessShare, kBoundCached);
  }
}

// heap_drop_with_catalog (catalog/heap.c)
void lock_around_dropped(const schema::Relation& partition, Prediction& prediction) {
  if (!partition.is_partition()) return;
  prediction.lock(partition.partition_of, LockMode::kAccessExclusive);
  prediction.lock_default_partition(partition.partition_of, LockMode::kAccessExclusive);
}

}  // namespace unwedge::effects
