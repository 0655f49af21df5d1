// A deferred constraint is checked at COMMIT. Until then the rows that were written are remembered
// by their places in the table, so the server lets nobody change the table.

#include "unwedge/refusal.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "pending-trigger-events",
    .summary = "a table is changed while its deferred constraints are unchecked",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
};

void check(const Step& step, Findings& findings) {
  const Refusal* refusal = refused_for(step, RefusalCause::kPendingEvents);
  if (refusal == nullptr) return;
  const bool certain = refusal->certainty == Certainty::kCertain;
  findings.report(place_of(*refusal, step))
      .message(
          "This {} of {} {}: deferred constraints on rows written in the same transaction have "
          "not been checked yet.",
          refusal->command, refusal->subject,
          certain ? "fails" : "fails if there were any rows to write")
      .help(
          "Commit in between, in a migration of its own, or have them checked at once:\n"
          "SET CONSTRAINTS ALL IMMEDIATE;")
      .related(refusal->since, "the rows are written here")
      .certainty(refusal->certainty);
}

}  // namespace

extern constinit const Rule pending_trigger_events = on_step<check>(kInfo);

}  // namespace unwedge::rules
