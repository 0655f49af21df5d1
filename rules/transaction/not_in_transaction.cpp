// Some statements commit by themselves, or change what no ROLLBACK can bring back, so the server
// refuses them in any transaction block. Others are about the transaction, so it refuses them
// outside one. What works CONCURRENTLY is left to concurrently-in-transaction.

#include <algorithm>
#include <string_view>
#include <utility>

#include "unwedge/rule.h"
#include "unwedge/sqlstate.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "not-in-transaction",
    .summary = "the server refuses the statement inside, or outside, a transaction",
    .category = Category::kTransaction,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
};

bool is_concurrent(const Refusal& refusal) { return refusal.command.ends_with("CONCURRENTLY"); }

/// A script for psql that makes the database for the migrations, not one of them.
bool makes_database(const Migration& migration) {
  return std::any_of(migration.steps.begin(), migration.steps.end(), [](const Step& step) {
    const auto* command = step.statement().get<DatabaseCommand>();
    return command != nullptr && (command->kind == DatabaseCommand::Kind::kCreateDatabase ||
                                  command->kind == DatabaseCommand::Kind::kDropDatabase);
  });
}

/// What is possible is reported once: what the tool does with the file is one question, however
/// many statements ask it. What the runner itself refuses, it refuses as a whole.
void check_inside(const Migration& migration, Findings& findings) {
  bool questioned = !migration.runner.known && makes_database(migration);
  for (const Step& step : migration.steps) {
    const auto& refusal = step.effects().refusal;
    if (!refusal || refusal->sqlstate != kInTransactionBlock || is_concurrent(*refusal)) continue;
    const bool possible = refusal->certainty == Certainty::kPossible;
    if (possible && std::exchange(questioned, true)) continue;
    FindingBuilder finding = findings.report(step.statement().keyword_span);
    explain_refused_inside(step, refusal->command, finding);
    if (step.transaction().refused_by_runner) return;
  }
}

/// The first LOCK TABLE and the first savepoint: those after it want the same BEGIN. A file that
/// says nothing about transactions is taken to run in one.
void check_outside(const Migration& migration, Findings& findings) {
  bool lock_reported = false;
  bool savepoint_reported = false;
  for (const Step& step : migration.steps) {
    const auto& refusal = step.effects().refusal;
    if (!refusal || refusal->sqlstate != kNoTransactionBlock) continue;
    const bool is_taken_for_one = step.transaction().kind == TransactionKind::kAssumed &&
                                  refusal->certainty == Certainty::kPossible;
    if (is_taken_for_one) continue;
    const bool is_lock = step.statement().get<LockTable>() != nullptr;
    if (std::exchange(is_lock ? lock_reported : savepoint_reported, true)) continue;
    FindingBuilder finding = findings.report(step.statement().keyword_span);
    explain_refused_outside(step, refusal->command, finding);
  }
}

/// COMMIT in a DO block: only a block that is its own transaction may end it.
void check_termination(const Migration& migration, Findings& findings) {
  for (const Step& step : migration.steps) {
    const auto& refusal = step.effects().refusal;
    if (!refusal || refusal->sqlstate != kInvalidTermination) continue;
    // Whoever wrote the block knows which tool it is for.
    const bool depends_on_tool = refusal->certainty == Certainty::kPossible;
    if (step.transaction().kind == TransactionKind::kAssumed && depends_on_tool) continue;
    FindingBuilder finding = findings.report(step.statement().keyword_span);
    explain_refused_termination(step, refusal->command, finding);
    return;
  }
}

void check(const Migration& migration, Findings& findings) {
  check_termination(migration, findings);
  check_inside(migration, findings);
  check_outside(migration, findings);
}

}  // namespace

extern constinit const Rule not_in_transaction = on_migration<check>(kInfo);

}  // namespace unwedge::rules
