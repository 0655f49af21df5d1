// What no other rule has a name for: the step's effects are a lock that blocks reads or writes of
// an existing relation, and work in proportion to the rows of that relation.

#include <algorithm>
#include <string_view>

#include "unwedge/rule.h"
#include "unwedge/subcommand.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "long-blocking-lock",
    .summary = "a statement does long work under a lock that others wait for",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kError,
    .since = "0.1.0",
    .fallback = true,
};

struct BlockingWork {
  const Work* work = nullptr;
  const Lock* lock = nullptr;

  [[nodiscard]] Certainty certainty() const { return std::max(work->certainty, lock->certainty); }
};

/// The lock of the step itself that others wait for while the work is done; null: none. Nobody but
/// REFRESH writes a materialized view.
const Lock* blocking_lock(const Work& work, const Step& step) {
  const bool only_read = step.statement().get<RefreshMaterializedView>() != nullptr;
  const auto& locks = step.effects().locks;
  const auto found = std::find_if(locks.begin(), locks.end(), [&](const Lock& lock) {
    return lock.relation == work.relation && lock.existing &&
           (only_read ? blocks_reads(lock.mode) : blocks_writes(lock.mode));
  });
  return found == locks.end() ? nullptr : &*found;
}

/// Rules of their own decide about the work that a new column causes: a type that is not known may
/// be no domain, and to look for nulls in a column that can only have nulls ends at the first row.
bool is_of_new_column(const Work& work, const Step& step) {
  const auto* alter = step.statement().get<AlterTable>();
  return alter != nullptr &&
         std::any_of(alter->actions.begin(), alter->actions.end(), [&work](const auto& action) {
           return action.kind == AlterKind::kAddColumn && action.span == work.cause;
         });
}

/// That which is certain and blocks most.
BlockingWork worst(const Step& step) {
  BlockingWork worst;
  for (const Work& work : step.effects().work) {
    if (!work.existing || work.kind == WorkKind::kTruncate) continue;
    if (is_of_new_column(work, step)) continue;
    const BlockingWork each{.work = &work, .lock = blocking_lock(work, step)};
    if (each.lock == nullptr) continue;
    const bool worse =
        worst.work == nullptr || each.certainty() < worst.certainty() ||
        (each.certainty() == worst.certainty() && each.lock->mode > worst.lock->mode);
    if (worse) worst = each;
  }
  return worst;
}

std::string_view verb(WorkKind kind, bool certain) {
  switch (kind) {
    case WorkKind::kRewrite: return certain ? "writes all of" : "may write all of";
    case WorkKind::kIndexBuild: return certain ? "builds an index of" : "may build an index of";
    case WorkKind::kRows: return certain ? "changes rows of" : "may change rows of";
    default: return certain ? "reads all of" : "may read all of";
  }
}

void check(const Step& step, Findings& findings) {
  if (step.effects().refusal) return;
  const BlockingWork found = worst(step);
  if (found.work == nullptr) return;
  const bool certain = found.certainty() == Certainty::kCertain;
  const Work& work = *found.work;
  findings.report(work.cause.empty() ? step.statement().keyword_span : work.cause)
      .message("This {} {} {}'{}'{} and {} {} of it until {}.", command_name(step.statement()),
               verb(work.kind, certain), found.lock->is_index ? "the table of index " : "",
               work.relation, work.kind == WorkKind::kRewrite ? " anew" : "",
               certain ? "blocks" : "block", blocked_in_words(found.lock->mode), locked_until(step))
      .help(
          "Look for a form of it that does the long part under a weaker lock, such as NOT VALID or "
          "CONCURRENTLY; if there is none, run it while nobody uses '{}'.",
          work.relation)
      .certainty(found.certainty());
}

}  // namespace

extern constinit const Rule long_blocking_lock = on_step<check>(kInfo);

}  // namespace unwedge::rules
