// ALTER COLUMN … TYPE stores the old values in a column of the new type: where no cast does that by
// itself, USING must say how, and a default must be replaced.

#include <string>

#include "unwedge/refusal.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "cast-needs-using",
    .summary = "a type change needs USING, or a new default",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
};

bool is_about_default(const Refusal& refusal) { return refusal.subject.starts_with("the default"); }

std::string help(const AlterAction& action, const AlterColumnType& change, bool of_default) {
  const std::string column = quoted(action.name);
  const std::string type = quoted(change.type);
  if (!of_default) {
    return fmt::format(
        "Say how a value becomes one of the new type: TYPE {1} USING {0}::text::{1}.", column,
        type);
  }
  return fmt::format(
      "Drop the default of {} in the same statement, in front of the change of the type, and set "
      "one "
      "of the new type in a statement behind it.",
      column);
}

void check(const AlterTable& alter, const Step& step, Findings& findings) {
  const Refusal* refusal = refused_for(step, RefusalCause::kNoCast);
  if (refusal == nullptr) return;
  for (const AlterAction& action : alter.actions) {
    const auto* change = action.get<AlterColumnType>();
    if (change == nullptr || !action.span.contains(refusal->at)) continue;
    const bool of_default = is_about_default(*refusal);
    findings.report(action.span)
        .message("Postgres refuses to change {}{}: no cast leads from {} by itself.",
                 of_default ? "" : "the type of ", refusal->subject, refusal->obstacle)
        .certainty(refusal->certainty)
        .help("{}", help(action, *change, of_default));
  }
}

}  // namespace

extern constinit const Rule cast_needs_using = on<AlterTable, check>(kInfo);

}  // namespace unwedge::rules
