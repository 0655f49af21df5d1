// What a database has applied, it does not apply again: an edit reaches only the databases that
// come later, and a runner that keeps checksums refuses to go on with the others.

#include <cstddef>
#include <string_view>

#include "unwedge/migration_name.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "edited-migration",
    .summary = "a migration that was merged before has been edited",
    .category = Category::kHistory,
    .kind = Kind::kBreaks,
    .severity = Severity::kError,
    .since = "0.1.0",
};

constexpr std::string_view kUndo =
    "Undo the edit, and write what it is to change into a new migration.";

/// Whether the runner takes the file for the one of that name, because it looks at versions only:
/// 2 is that of 2_a.sql, and not of 12_a.sql or 2.1_a.sql.
bool keeps_version(const HistoryFile& file) {
  const std::string_view version = file.version;
  const std::string_view name = migration_name(file.was);
  const auto digit_at = [name](std::size_t i) {
    return i < name.size() && name[i] >= '0' && name[i] <= '9';
  };
  for (std::size_t at = version.empty() ? name.npos : name.find(version); at != name.npos;
       at = name.find(version, at + 1)) {
    const std::size_t end = at + version.size();
    const bool goes_on =
        digit_at(end) || (end < name.size() && name[end] == '.' && digit_at(end + 1));
    std::size_t begin = at;
    while (begin > 0 && name[begin - 1] == '0') --begin;
    const bool has_begun =
        begin > 0 &&
        (digit_at(begin - 1) || (begin > 1 && name[begin - 1] == '.' && digit_at(begin - 2)));
    if (!goes_on && !has_begun) return true;
  }
  return false;
}

void report_edit(const HistoryFile& file, const RunnerInfo& runner, Findings& findings) {
  FindingBuilder finding = findings.report(file.head);
  if (runner.on_edit == OnEdit::kRefuses) {
    finding.message(
        "'{}' was merged before and has been edited: where it is applied, {} finds that its "
        "checksum is wrong and applies nothing more.",
        migration_name(file.path), runner.name);
  } else {
    finding.message(
        "'{}' was merged before and has been edited: a database that has applied it does not "
        "apply it again, and is not what a new one will be.",
        migration_name(file.path));
  }
  finding.help("{}", kUndo);
}

void report_rewording(const HistoryFile& file, const RunnerInfo& runner, Findings& findings) {
  findings.report(file.head)
      .message(
          "'{}' was merged before and its comments or white space have been edited: where it is "
          "applied, {} finds that its checksum is wrong and applies nothing more.",
          migration_name(file.path), runner.name)
      .help(
          "Undo the edit. What unwedge finds in it can be accepted in `unwedge.yaml`, under "
          "`acks:`.");
}

void report_renaming(const HistoryFile& file, Findings& findings) {
  findings.report(file.head)
      .message(
          "'{}' was merged before as '{}': a database that has applied it under that name applies "
          "it again, or lacks it.",
          migration_name(file.path), migration_name(file.was))
      .help("Give it its name back.");
}

void check(const History& history, Findings& findings) {
  for (const HistoryFile& file : history.files) {
    if (file.head.empty() || file.repeatable) continue;
    switch (file.change) {
      case FileChange::kEdited: report_edit(file, history.runner, findings); break;
      case FileChange::kReworded:
        if (history.runner.on_edit == OnEdit::kRefuses) {
          report_rewording(file, history.runner, findings);
        }
        break;
      case FileChange::kRenamed:
        if (!keeps_version(file)) report_renaming(file, findings);
        break;
      case FileChange::kUnknown:
      case FileChange::kMerged:
      case FileChange::kAdded:
      case FileChange::kRemoved:
      case FileChange::kIgnored: break;
    }
  }
}

}  // namespace

extern constinit const Rule edited_migration = on_history<check>(kInfo);

}  // namespace unwedge::rules
