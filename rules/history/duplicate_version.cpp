// Two branches took the same number. Most runners know a migration by its version alone.

#include <cstddef>
#include <span>
#include <string_view>

#include "unwedge/migration_name.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "duplicate-version",
    .summary = "two migrations have the same version",
    .category = Category::kHistory,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
};

/// The one that a person would give another version: the new one, or else the later.
bool is_second(const HistoryFile& file, const HistoryFile& twin, bool comes_later) {
  if (file.change != twin.change) return file.change == FileChange::kAdded;
  return comes_later;
}

/// Whether the history went on after two of one version: then the runner takes them, or is another.
bool is_tolerated(std::span<const HistoryFile> files) {
  bool seen = false;
  for (std::size_t i = 1; i < files.size(); ++i) {
    const HistoryFile& file = files[i];
    if (file.change == FileChange::kAdded || file.version.empty()) continue;
    const HistoryFile& before = files[i - 1];
    const bool is_twin = file.version == before.version;
    if (seen && !is_twin) return true;
    seen = seen || (is_twin && before.change != FileChange::kAdded);
  }
  return false;
}

void check(const History& history, Findings& findings) {
  const OnDuplicate on_duplicate = history.runner.on_duplicate;
  if (on_duplicate == OnDuplicate::kUnknown || on_duplicate == OnDuplicate::kAllows) return;
  const auto& files = history.files;
  if (is_tolerated(files)) return;
  // Files of one version are neighbours.
  for (std::size_t i = 0; i < files.size(); ++i) {
    const HistoryFile& file = files[i];
    if (file.head.empty() || file.version.empty() || file.repeatable) continue;
    for (const std::size_t other : {i - 1, i + 1}) {
      if (other >= files.size() || files[other].version != file.version) continue;
      const HistoryFile& twin = files[other];
      if (!is_second(file, twin, other < i)) continue;
      FindingBuilder finding = findings.report(file.head);
      if (on_duplicate == OnDuplicate::kRefuses) {
        finding.message("'{}' has the version of '{}', {}: {} refuses to apply either.",
                        migration_name(file.path), migration_name(twin.path), file.version,
                        history.runner.name);
      } else {
        finding.message(
            "'{}' has the version of '{}', {}: where {} has applied that one, it takes this one "
            "for applied, too.",
            migration_name(file.path), migration_name(twin.path), file.version,
            history.runner.name);
      }
      finding.help("Give it a version of its own.");
      break;
    }
  }
}

}  // namespace

extern constinit const Rule duplicate_version = on_history<check>(kInfo);

}  // namespace unwedge::rules
