// The type of a column cannot change while something is made of it that would have to change, too:
// a view, a policy, a trigger, a generated column, a partition key.

#include <string>

#include "unwedge/refusal.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "type-change-blocked",
    .summary = "a type change is refused: something is made of the column",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
};

std::string help(const Refusal& refusal) {
  if (refusal.obstacle.starts_with("view ")) {
    return fmt::format(
        "Drop {} first and make it again behind the change, in the same transaction, with its "
        "grants.",
        refusal.obstacle);
  }
  if (refusal.obstacle.starts_with("materialized view ")) {
    return fmt::format(
        "Drop {} first and make it again behind the change, with its indexes and grants.",
        refusal.obstacle);
  }
  if (refusal.obstacle == "the partition key") {
    return "Make a new table that is partitioned by the new type, and move the rows.";
  }
  return fmt::format("Drop {} first and make it again behind the change, in the same transaction.",
                     refusal.obstacle);
}

void check(const Step& step, Findings& findings) {
  const Refusal* refusal = refused_for(step, RefusalCause::kTypeInUse);
  if (refusal == nullptr) return;
  const bool certain = refusal->certainty == Certainty::kCertain;
  const bool of_type = refusal->command == "ALTER TYPE";  // an attribute's, with it the type's own
  findings.report(place_of(*refusal, step))
      .message("Postgres {} to change {}{}: {} {} it.", certain ? "refuses" : "may refuse",
               of_type ? "" : "the type of ", refusal->subject, refusal->obstacle,
               certain ? "uses" : "may use")
      .help("{}", help(*refusal))
      .certainty(refusal->certainty);
}

}  // namespace

extern constinit const Rule type_change_blocked = on_step<check>(kInfo);

}  // namespace unwedge::rules
