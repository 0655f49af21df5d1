// A line that is to tell the runner to use no transaction, and is not quite what it looks for: the
// runner takes it for a comment and opens its transaction.

#include <algorithm>
#include <string_view>

#include "unwedge/rule.h"
#include "unwedge/sqlstate.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "opt-out-ignored",
    .summary = "the runner ignores the line that should keep it from a transaction",
    .category = Category::kTransaction,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
};

bool is_refused(const Step& step) {
  const auto& refusal = step.effects().refusal;
  return refusal && refusal->sqlstate == kInTransactionBlock &&
         step.transaction().kind != TransactionKind::kExplicit;
}

bool is_in_block(const Step& step) { return step.transaction().is_block(); }

void check(const Migration& migration, Findings& findings) {
  const auto in_block = std::find_if(migration.steps.begin(), migration.steps.end(), is_in_block);
  if (in_block == migration.steps.end()) return;  // what the line asks for is so without it
  const auto refused = std::find_if(migration.steps.begin(), migration.steps.end(), is_refused);
  const bool opened_by_runner = in_block->transaction().kind == TransactionKind::kRunner;
  for (const IgnoredOptOut& opt_out : migration.ignored_opt_outs) {
    const RunnerInfo& runner = in_block->runner();
    FindingBuilder finding = findings.report(opt_out.span);
    finding.message("{} ignores this line{}: {}.", runner.name,
                    opened_by_runner ? " and runs the migration in a transaction" : "",
                    opt_out.why);
    if (opened_by_runner) {
      finding.help("{}", way_out(runner, "what must not run in a transaction"));
    } else {
      finding.help("Put what must not run in a transaction into a migration of its own.");
    }
    if (refused == migration.steps.end()) {
      finding.severity(Severity::kWarning);
    } else {
      finding.certainty(refused->effects().refusal->certainty)
          .related(refused->statement().keyword_span, "In a transaction, {} fails.",
                   refused->effects().refusal->command);
    }
  }
}

}  // namespace

extern constinit const Rule opt_out_ignored = on_migration<check>(kInfo);

}  // namespace unwedge::rules
