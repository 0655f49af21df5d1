// USING INDEX takes over an index as it is: it must be one that the constraint itself would have
// built.

#include <string>

#include "unwedge/refusal.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "using-index-not-usable",
    .summary = "USING INDEX names an index that no constraint can use",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
};

std::string help(const AlterTable& alter, const Refusal& refusal) {
  if (refusal.sqlstate == "0A000") {
    return "Add the constraint without USING INDEX: with ALTER TABLE ONLY it builds nothing, and "
           "an index that was built for each partition can be attached to it.";
  }
  return fmt::format(
      "Build one with CREATE UNIQUE INDEX CONCURRENTLY, on plain columns of '{}' in their usual "
      "order, without WHERE, and name that.",
      alter.table);
}

void check(const AlterTable& alter, const Step& step, Findings& findings) {
  const Refusal* refusal = refused_for(step, RefusalCause::kIndexNotUsable);
  if (refusal == nullptr) return;
  for (const AlterAction& action : alter.actions) {
    const auto* add = action.get<AddConstraint>();
    if (add == nullptr || !action.span.contains(refusal->at)) continue;
    findings.report(action.span)
        .message("Postgres refuses {} for a constraint: {}.", refusal->subject, refusal->obstacle)
        .help("{}", help(alter, *refusal))
        .certainty(refusal->certainty);
  }
}

}  // namespace

extern constinit const Rule using_index_not_usable = on<AlterTable, check>(kInfo);

}  // namespace unwedge::rules
