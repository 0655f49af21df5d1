// A transaction that has locked one table against writes, or against everything, and then does long
// work on another one: users of the first wait for work that does not concern them. A query that
// reads all of the locked table itself counts, too: it could have been asked before.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "lock-held-across-work",
    .summary = "a table stays locked while long work is done on another one",
    .category = Category::kTransaction,
    .kind = Kind::kBlocks,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

/// A query alone keeps nobody waiting, so that a lock on what it reads is an earlier statement's.
bool touches(const Step& step, const RelationId& relation) {
  if (step.statement().get<Dml>() != nullptr) return false;
  const auto& locks = step.effects().locks;
  return std::any_of(locks.begin(), locks.end(),
                     [&relation](const Lock& lock) { return lock.relation == relation; });
}

/// The identity that the relation has when the step comes, if the transaction has changed it.
RelationId name_before(const Step& step, const Transaction& transaction, RelationId relation) {
  for (const Step& earlier : transaction.steps) {
    if (&earlier == &step) break;
    const auto* rename = earlier.statement().get<Rename>();
    const auto* move = earlier.statement().get<SetSchema>();
    if (rename != nullptr && rename->part.empty() && touches(earlier, relation)) {
      relation.name = rename->new_name;
    } else if (move != nullptr && touches(earlier, relation)) {
      relation.schema = move->new_schema;
    }
  }
  return relation;
}

/// Work in proportion to the rows of an existing table. Rows that are written have a rule of their
/// own, and so does VALIDATE; of queries only those count that a block asks by itself.
const Work* long_work(const Step& step) {
  const auto* dml = step.statement().get<Dml>();
  if ((dml != nullptr && !dml->writes.empty()) || step.effects().refusal) return nullptr;
  const auto* alter = step.statement().get<AlterTable>();
  for (const Work& work : step.effects().work) {
    const bool takes_long = work.kind == WorkKind::kRewrite || work.kind == WorkKind::kScan ||
                            work.kind == WorkKind::kIndexBuild;
    if (!takes_long || !work.existing || work.certainty != Certainty::kCertain) continue;
    if (dml != nullptr && work.cause != step.statement().keyword_span) continue;
    const bool validates =
        alter != nullptr &&
        std::any_of(alter->actions.begin(), alter->actions.end(), [&work](const AlterAction& each) {
          return each.kind == AlterKind::kValidateConstraint && each.span == work.cause;
        });
    if (!validates) return &work;
  }
  return nullptr;
}

/// The strongest lock on a table with which the step has nothing to do.
const HeldLock* strongest_elsewhere(const Step& step, const Transaction& transaction) {
  const HeldLocks& held = step.session().held_locks;
  const HeldLock* strongest = nullptr;
  for (std::size_t i = 0; i < held.size(); ++i) {
    const HeldLock& lock = held[i];
    if (!lock.existing || !lock.certain || !blocks_writes(lock.mode)) continue;
    if (lock.is_index || lock.of_table) continue;
    if (strongest != nullptr && strongest->mode >= lock.mode) continue;
    if (!touches(step, name_before(step, transaction, lock.relation))) strongest = &lock;
  }
  return strongest;
}

std::string_view verb(WorkKind kind) {
  switch (kind) {
    case WorkKind::kRewrite: return "writes all of";
    case WorkKind::kIndexBuild: return "builds an index of";
    default: return "reads all of";
  }
}

void check(const Transaction& transaction, Findings& findings) {
  if (transaction.state.kind == TransactionKind::kNone) return;
  for (const Step& step : transaction.steps) {
    const Work* work = long_work(step);
    const HeldLock* lock = work == nullptr ? nullptr : strongest_elsewhere(step, transaction);
    if (lock == nullptr) continue;
    // A DO block is in one transaction in any case.
    const bool same_block = step.block() != nullptr && step.block()->block.contains(lock->taken_by);
    const bool assumed = transaction.state.kind == TransactionKind::kAssumed && !same_block;
    const bool only_reads = step.statement().get<Dml>() != nullptr;
    const std::string help =
        only_reads
            ? fmt::format("Look at the rows before the transaction locks '{}'.", lock->relation)
            : fmt::format(
                  "Give the two a transaction each, so that '{}' is locked only for its own "
                  "sake.",
                  lock->relation);
    findings.report(step.statement().keyword_span)
        .message(
            "{} {} {} '{}' while {} of '{}' waits for the same transaction to end.",
            assumed ? "If your migration tool runs this file in one transaction, this" : "This",
            command_name(step.statement()), verb(work->kind), work->relation,
            blocked_in_words(lock->mode), lock->relation)
        .help("{}", help)
        .related(lock->taken_by, "From here on {} of '{}' waits ({}).",
                 blocked_in_words(lock->mode), lock->relation, to_string(lock->mode));
    return;  // what follows only makes it longer
  }
}

}  // namespace

extern constinit const Rule lock_held_across_work = on_transaction<check>(kInfo);

}  // namespace unwedge::rules
