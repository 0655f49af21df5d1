// ADD EXCLUDE builds its index and then compares every row with the others, under ACCESS EXCLUSIVE.
// It has neither NOT VALID nor a concurrent form.

#include <string>

#include "unwedge/rule.h"
#include "unwedge/subcommand.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "exclusion-constraint",
    .summary = "adding an exclusion constraint builds and checks it under a lock",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kError,
    .since = "0.1.0",
};

void check(const AlterTable& alter, const Step& step, Findings& findings) {
  if (step.effects().refusal) return;
  for (const AlterAction& action : alter.actions) {
    const auto* add = action.get<AddConstraint>();
    if (add == nullptr || add->constraint.kind != Constraint::Kind::kExclusion) continue;
    const Work* build = work_for(step, action, WorkKind::kIndexBuild);
    if (build == nullptr) continue;
    const std::string subject =
        add->constraint.name.empty()
            ? std::string("this exclusion constraint")
            : fmt::format("the exclusion constraint '{}'", add->constraint.name);
    findings.report(action.span)
        .message(
            "Adding {} builds an index of '{}', compares its rows and blocks every read and write "
            "of it until {}.",
            subject, alter.table, locked_until(step))
        .help(
            "Run it while nobody uses '{0}', for Postgres has no form of it that lets others go "
            "on; or create a new table that has the constraint from the beginning, copy the rows "
            "of '{0}' in batches, and swap the names.",
            alter.table)
        .certainty(build->certainty);
  }
}

}  // namespace

extern constinit const Rule exclusion_constraint = on<AlterTable, check>(kInfo);

}  // namespace unwedge::rules
