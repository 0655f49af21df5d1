// DETACH PARTITION takes ACCESS EXCLUSIVE on the parent, and since 14 on the partition, too: it
// waits behind every query on any of the partitions that goes through the parent.

#include <algorithm>
#include <vector>

#include "unwedge/rule.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "detach-partition-not-concurrent",
    .summary = "DETACH PARTITION without CONCURRENTLY blocks the whole parent",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kWarning,
    .since = "0.1.0",
    .aliases = {"require-concurrent-partition-detach"},  // squawk
};

constexpr int kConcurrentlySince = 14;

void check(const AlterTable& alter, const Step& step, Findings& findings) {
  if (step.postgres().major < kConcurrentlySince) return;
  const RelationId parent = step.resolve(alter.table);
  // Beside a DEFAULT partition the server refuses CONCURRENTLY.
  if (step.schema().default_partition_of(parent) != nullptr) return;
  const std::vector<Lock>& locks = step.effects().locks;
  const bool blocks_parent = std::any_of(locks.begin(), locks.end(), [&parent](const Lock& lock) {
    return lock.relation == parent && lock.existing && blocks_reads(lock.mode);
  });
  if (!blocks_parent) return;

  for (const AlterAction& action : alter.actions) {
    const auto* partition = action.get<OtherTable>();
    if (action.kind != AlterKind::kDetachPartition || partition == nullptr) continue;
    if (partition->concurrently) continue;
    findings.report(action.span)
        .message(
            "Detaching '{}' blocks every read and write of '{}' while it waits for running "
            "queries, and until {}.",
            partition->table, alter.table, locked_until(step))
        .help("Detach it without blocking anybody, in {}",
              outside_transaction(step.runner(),
                                  fmt::format("ALTER TABLE {} DETACH PARTITION {} CONCURRENTLY;",
                                              quoted(alter.table), quoted(partition->table))));
  }
}

}  // namespace

extern constinit const Rule detach_partition_not_concurrent = on<AlterTable, check>(kInfo);

}  // namespace unwedge::rules
