// LOCK TABLE takes a lock that is held until the transaction ends, whatever comes in between.
// ACCESS EXCLUSIVE, which blocks reads, too, is what it takes when no mode is given.

#include <string>
#include <vector>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "explicit-table-lock",
    .summary = "LOCK TABLE blocks reads or writes until the transaction ends",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

/// 'a'; 'a' and 'b'; 'a' and 2 others.
std::string in_words(const std::vector<RelationId>& tables) {
  std::string text = fmt::format("'{}'", tables.front());
  if (tables.size() == 2) text += fmt::format(" and '{}'", tables.back());
  if (tables.size() > 2) text += fmt::format(" and {} others", tables.size() - 1);
  return text;
}

std::string names(const LockTable& statement) {
  std::string text;
  for (const QualifiedName& table : statement.tables) {
    if (!text.empty()) text += ", ";
    text += quoted(table);
  }
  return text;
}

void check(const LockTable& statement, const Step& step, Findings& findings) {
  const Effects& effects = step.effects();
  if (effects.refusal && effects.refusal->certainty == Certainty::kCertain) return;
  std::vector<RelationId> locked;
  for (const Lock& lock : effects.locks) {
    if (lock.existing && blocks_writes(lock.mode)) locked.push_back(lock.relation);
  }
  if (locked.empty()) return;
  findings.report(step.statement().keyword_span)
      .message("LOCK TABLE blocks {} of {} until its transaction ends.",
               blocked_in_words(statement.mode), in_words(locked))
      .help(
          "Leave it out: each statement takes the lock that it needs. If it is to keep other "
          "migrations away, take one that reads and writes do not wait for:\n"
          "LOCK TABLE {} IN SHARE UPDATE EXCLUSIVE MODE;",
          names(statement));
}

}  // namespace

extern constinit const Rule explicit_table_lock = on<LockTable, check>(kInfo);

}  // namespace unwedge::rules
