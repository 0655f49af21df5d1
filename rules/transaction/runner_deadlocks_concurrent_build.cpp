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
  const ConcurrentBuild build = first_build_in_danger(migration, BuildDanger::kDeadlocks);
  if (build.step == nullptr) return;
  const RunnerInfo& runner = build.step->runner();
  findings.report(build.concurrently)
      .message(
          "{} fails with a deadlock if a second run of {} has been waiting for the lock of this "
          "one.",
          command_name(build.step->statement()), runner.name)
      .help("{}", runner.build_cure);
}

}  // namespace

extern constinit const Rule runner_deadlocks_concurrent_build = on_migration<check>(kInfo);

}  // namespace unwedge::rules
