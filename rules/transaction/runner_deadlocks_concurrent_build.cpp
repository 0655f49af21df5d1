// Runners that take an advisory lock let a second run wait for it. A session that waits in a query
// has a snapshot, a concurrent build waits for all snapshots that are older than it, and the server
// sees a deadlock: the build fails and leaves an index that is not valid.

#include "unwedge/rule.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "runner-deadlocks-concurrent-build",
    .summary = "a second run that waits for the runner's lock makes the build fail",
    .category = Category::kTransaction,
    .kind = Kind::kFails,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

void check(const Migration& migration, Findings& findings) {
  for (const Step& step : migration.steps) {
    const RunnerInfo& runner = step.runner();
    const Span concurrently = waits_for_snapshots(step);
    if (runner.build_danger != BuildDanger::kDeadlocks || concurrently.empty()) continue;
    findings.report(concurrently)
        .message(
            "{} fails with a deadlock if a second run of {} has been waiting for the lock of this "
            "one.",
            command_name(step.statement()), runner.name)
        .help("{}", runner.build_cure);
    return;  // it is a matter of the runner's configuration, not of each build
  }
}

}  // namespace

extern constinit const Rule runner_deadlocks_concurrent_build = on_migration<check>(kInfo);

}  // namespace unwedge::rules
