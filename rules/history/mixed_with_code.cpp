// A migration and the code that goes with it are deployed one after the other. What breaks the code
// that still runs has to come in a change of its own, after the code has learnt to do without.

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "mixed-with-code",
    .summary = "a change that breaks running code comes together with code",
    .category = Category::kHistory,
    .kind = Kind::kPolicy,
    .severity = Severity::kInfo,
    .since = "0.1.0",
};

void check(const History& history, Findings& findings) {
  if (history.changed_code.empty() || history.breaks.empty()) return;
  findings.report(history.breaks.front())
      .message(
          "This breaks code that is running, and comes in one change with code such as '{}': until "
          "both are deployed, one of them does not fit.",
          history.changed_code)
      .help(
          "Deploy the code that does without first, and the migration in a change of its own "
          "after that.");
}

}  // namespace

extern constinit const Rule mixed_with_code = on_history<check>(kInfo);

}  // namespace unwedge::rules
