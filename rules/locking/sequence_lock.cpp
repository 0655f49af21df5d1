// ALTER SEQUENCE holds SHARE ROW EXCLUSIVE on the sequence, and nextval() waits for that: so does
// every INSERT that takes a number from it. Alone that is over in a moment. A transaction that goes
// on with something long keeps it.

#include <algorithm>
#include <cstddef>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "sequence-lock",
    .summary = "ALTER SEQUENCE blocks INSERTs while its transaction goes on",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kInfo,
    .since = "0.1.0",
};

const Lock* sequence_lock_of(const Step& step) {
  if (step.statement().get<AlterSequence>() == nullptr) return nullptr;
  for (const Lock& lock : step.effects().locks) {
    if (lock.existing && blocks_writes(lock.mode)) return &lock;
  }
  return nullptr;
}

bool is_held(const Lock& lock, const HeldLocks& held) {
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (held[i].relation == lock.relation && held[i].mode >= lock.mode) return true;
  }
  return false;
}

/// Whether nobody can say how long it takes: it works through a table, or waits for those who use
/// one. Rows that it changes under a lock are the business of ddl-with-bulk-dml.
bool takes_long(const Step& step) {
  if (step.statement().get<AlterSequence>() != nullptr) return false;
  if (step.statement().get<Dml>() != nullptr) return false;
  const Effects& effects = step.effects();
  const bool works = std::any_of(effects.work.begin(), effects.work.end(), [](const Work& work) {
    return work.existing && work.kind != WorkKind::kTruncate;
  });
  const HeldLocks& held = step.session().held_locks;
  return works || std::any_of(effects.locks.begin(), effects.locks.end(), [&](const Lock& lock) {
           return lock.existing && blocks_writes(lock.mode) && !is_held(lock, held);
         });
}

void check(const Transaction& transaction, Findings& findings) {
  const auto altering = std::find_if(transaction.steps.begin(), transaction.steps.end(),
                                     [](const Step& step) { return sequence_lock_of(step); });
  const auto long_one = std::find_if(altering, transaction.steps.end(), takes_long);
  if (long_one == transaction.steps.end()) return;

  const RelationId& sequence = sequence_lock_of(*altering)->relation;
  const bool assumed = transaction.state.kind == TransactionKind::kAssumed;
  findings.report(long_one->statement().keyword_span)
      .message(
          "{} INSERT that takes a number from '{}' waits for this {} and until the transaction "
          "ends.",
          assumed ? "If your migration tool runs this file in one transaction, every" : "Every",
          sequence, command_name(long_one->statement()))
      .related(altering->statement().keyword_span,
               "From here on '{}' is locked (SHARE ROW EXCLUSIVE).", sequence)
      .help("Alter the sequence after it, or in a migration of its own.");
}

}  // namespace

extern constinit const Rule sequence_lock = on_transaction<check>(kInfo);

}  // namespace unwedge::rules
