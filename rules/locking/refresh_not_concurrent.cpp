// REFRESH MATERIALIZED VIEW holds ACCESS EXCLUSIVE on the view while its query runs: nobody can
// read the view. CONCURRENTLY lets them, and puts the old and the new rows side by side instead.

#include <algorithm>
#include <vector>

#include "unwedge/rule.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "refresh-not-concurrent",
    .summary = "REFRESH MATERIALIZED VIEW without CONCURRENTLY blocks its readers",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

void check(const RefreshMaterializedView& refresh, const Step& step, Findings& findings) {
  const std::vector<Lock>& locks = step.effects().locks;
  const bool blocks_readers = std::any_of(locks.begin(), locks.end(), [](const Lock& lock) {
    return lock.existing && blocks_reads(lock.mode);
  });
  if (!blocks_readers) return;

  FindingBuilder finding = findings.report(step.statement().keyword_span);
  if (refresh.with_no_data) {
    finding.message(
        "Refreshing '{}' WITH NO DATA blocks every read of it until {}, and from then on each one "
        "fails until the view is filled again.",
        refresh.view, locked_until(step));
  } else {
    finding.message("Refreshing '{}' blocks every read of it while its query runs, until {}.",
                    refresh.view, locked_until(step));
  }
  finding.help(
      "Refresh it while reads go on, which needs a unique index on plain columns of all its "
      "rows:\nREFRESH MATERIALIZED VIEW CONCURRENTLY {};",
      quoted(refresh.view));
}

}  // namespace

extern constinit const Rule refresh_not_concurrent = on<RefreshMaterializedView, check>(kInfo);

}  // namespace unwedge::rules
