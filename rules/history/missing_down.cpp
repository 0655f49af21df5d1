// Whether a team writes down sections is its own choice; where it does, the day on which one is
// needed is a bad day to find that it is missing.

#include "unwedge/migration_name.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "missing-down",
    .summary = "a migration has nothing that undoes it",
    .category = Category::kHistory,
    .kind = Kind::kPolicy,
    .severity = Severity::kInfo,
    .since = "0.1.0",
};

void check(const History& history, Findings& findings) {
  for (const HistoryFile& file : history.files) {
    if (file.head.empty() || file.repeatable) continue;
    if (file.way_back == WayBack::kMissing) {
      findings.report(file.head)
          .message("'{}' has no down migration, so {} cannot undo it.", migration_name(file.path),
                   history.runner.name)
          .help("Write what undoes it, or say in a comment why nothing does.");
    } else if (file.way_back == WayBack::kEmpty) {
      findings.report(file.head)
          .message("The down migration of '{}' is empty: {} takes it for undone when it is not.",
                   migration_name(file.path), history.runner.name)
          .help("Write what undoes it.");
    }
  }
}

}  // namespace

extern constinit const Rule missing_down = on_history<check>(kInfo);

}  // namespace unwedge::rules
