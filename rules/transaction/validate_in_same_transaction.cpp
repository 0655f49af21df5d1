// VALIDATE CONSTRAINT reads the whole table under a weak lock, and that is all its worth: in a
// transaction that holds a strong lock already, everybody waits for it after all.

#include <cstddef>
#include <string>

#include "unwedge/rule.h"
#include "unwedge/subcommand.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "validate-in-same-transaction",
    .summary = "VALIDATE runs while the transaction blocks reads or writes",
    .category = Category::kTransaction,
    .kind = Kind::kBlocks,
    .severity = Severity::kError,
    .since = "0.1.0",
};

/// The lock that hurts most: that on the table itself if there is one.
const HeldLock* worst_lock(const Step& step, const RelationId& table) {
  const HeldLocks& held = step.session().held_locks;
  const HeldLock* worst = nullptr;
  for (std::size_t i = 0; i < held.size(); ++i) {
    const HeldLock& lock = held[i];
    if (!lock.existing || !lock.certain || !blocks_writes(lock.mode)) continue;
    const bool better =
        worst == nullptr || (lock.relation == table && worst->relation != table) ||
        ((lock.relation == table) == (worst->relation == table) && lock.mode > worst->mode);
    if (better) worst = &lock;
  }
  return worst;
}

void check(const AlterTable& alter, const Step& step, Findings& findings) {
  const RelationId table = step.resolve(alter.table);
  for (const AlterAction& action : alter.actions) {
    if (action.kind != AlterKind::kValidateConstraint) continue;
    if (work_for(step, action, WorkKind::kScan) == nullptr) continue;
    const HeldLock* lock = worst_lock(step, table);
    if (lock == nullptr) return;
    const std::string_view of_index = lock->is_index ? "the table of index " : "";
    const bool assumed = step.transaction().kind == TransactionKind::kAssumed;
    findings.report(action.span)
        .message("{} '{}' reads all of '{}' while {} of {}'{}' waits for this transaction to end.",
                 assumed ? "If your migration tool runs this file in one transaction, validating"
                         : "Validating",
                 action.name, alter.table, blocked_in_words(lock->mode), of_index, lock->relation)
        .help(
            "Validate it in a migration of its own, where reads and writes go on:\n"
            "ALTER TABLE {} VALIDATE CONSTRAINT {};",
            quoted(alter.table), quoted(action.name))
        .related(lock->taken_by, "From here on {} of {}'{}' waits ({}).",
                 blocked_in_words(lock->mode), of_index, lock->relation, to_string(lock->mode));
    return;  // the second one waits no longer than the first
  }
}

}  // namespace

extern constinit const Rule validate_in_same_transaction = on<AlterTable, check>(kInfo);

}  // namespace unwedge::rules
