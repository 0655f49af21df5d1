// Of two branches, the one that is merged later may bring the earlier migration. What becomes of it
// on a database that has applied the other depends on the runner: some never apply it, without a
// word.

#include <algorithm>

#include "unwedge/migration_name.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "out-of-order-migration",
    .summary = "a new migration comes before one that was merged already",
    .category = Category::kHistory,
    .kind = Kind::kBreaks,
    .severity = Severity::kError,
    .since = "0.1.0",
};

bool was_merged(const HistoryFile& file) {
  switch (file.change) {
    case FileChange::kMerged:
    case FileChange::kReworded:
    case FileChange::kEdited: return file.applied && !file.repeatable;
    case FileChange::kUnknown:
    case FileChange::kRenamed:
    case FileChange::kAdded:
    case FileChange::kRemoved:
    case FileChange::kIgnored: break;
  }
  return false;
}

void report(const HistoryFile& file, const HistoryFile& merged, const RunnerInfo& runner,
            Findings& findings) {
  FindingBuilder finding = findings.report(file.head);
  const std::string_view name = migration_name(file.path);
  const std::string_view other = migration_name(merged.path);
  switch (runner.on_late) {
    case OnLate::kSkips:
      finding.message(
          "'{}' is new and comes before '{}', which was merged already: where that one is applied, "
          "{} passes over this one without a word.",
          name, other, runner.name);
      break;
    case OnLate::kRefuses:
      finding.message(
          "'{}' is new and comes before '{}', which was merged already: where that one is applied, "
          "{} refuses to go on.",
          name, other, runner.name);
      break;
    case OnLate::kApplies:
      finding
          .message(
              "'{}' is new and comes before '{}', which was merged already: {} applies it after "
              "that one here, and before it on a new database.",
              name, other, runner.name)
          .severity(Severity::kInfo);
      break;
    case OnLate::kUnknown:
      finding
          .message(
              "'{}' is new and comes before '{}', which was merged already: where that one is "
              "applied, the migration tool may pass over this one or refuse to go on.",
              name, other)
          .severity(Severity::kWarning);
      break;
  }
  finding.help("Give it a version after that of '{}'.", other);
}

void check(const History& history, Findings& findings) {
  const auto last = std::find_if(history.files.rbegin(), history.files.rend(), was_merged);
  const auto merged = static_cast<std::size_t>(history.files.rend() - last);
  for (std::size_t i = 0; i < history.files.size(); ++i) {
    const HistoryFile& file = history.files[i];
    if (file.head.empty()) continue;
    if (!file.trouble.empty()) {
      findings.report(file.head)
          .message("'{}': {}.", migration_name(file.path), file.trouble)
          .help("Mend its name, or the list that the tool keeps.");
    } else if (i + 1 < merged && file.change == FileChange::kAdded && !file.repeatable &&
               (file.version.empty() || file.version != last->version)) {
      report(file, *last, history.runner, findings);
    }
  }
}

}  // namespace

extern constinit const Rule out_of_order_migration = on_history<check>(kInfo);

}  // namespace unwedge::rules
