// A concurrent build waits for every transaction that can still see the table as it was before. A
// runner that keeps one open for a lock of its own, on a second connection, is waited for as well;
// and the runner waits for the build.

#include "unwedge/rule.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "runner-blocks-concurrent-build",
    .summary = "the runner's own open transaction keeps a concurrent build waiting",
    .category = Category::kTransaction,
    .kind = Kind::kBlocks,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

void check(const Migration& migration, Findings& findings) {
  for (const Step& step : migration.steps) {
    const RunnerInfo& runner = step.runner();
    const Span concurrently = waits_for_snapshots(step);
    if (runner.build_danger != BuildDanger::kHangs || concurrently.empty()) continue;
    findings.report(concurrently)
        .message(
            "{} never ends: it waits for the transaction in which {}, by default, keeps its own "
            "lock.",
            command_name(step.statement()), runner.name)
        .help("{}", runner.build_cure);
    return;  // it is a matter of the runner's configuration, not of each build
  }
}

}  // namespace

extern constinit const Rule runner_blocks_concurrent_build = on_migration<check>(kInfo);

}  // namespace unwedge::rules
