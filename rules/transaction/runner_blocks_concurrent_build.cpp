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
  const ConcurrentBuild build = first_build_in_danger(migration, BuildDanger::kHangs);
  if (build.step == nullptr) return;
  const RunnerInfo& runner = build.step->runner();
  findings.report(build.concurrently)
      .message(
          "{} never ends: it waits for the transaction in which {}, by default, keeps its own "
          "lock.",
          command_name(build.step->statement()), runner.name)
      .help("{}", runner.build_cure);
}

}  // namespace

extern constinit const Rule runner_blocks_concurrent_build = on_migration<check>(kInfo);

}  // namespace unwedge::rules
