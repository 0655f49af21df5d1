// A statement about what is not there, or that creates what is. It rests on the history: on what
// earlier statements dropped or renamed, and, where all migrations were read, on what none created.

#include "unwedge/refusal.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "unknown-object",
    .summary = "what the statement names is not there, or what it creates is",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

bool can_say_if_exists(const Step& step) {
  const Statement& statement = step.statement();
  return statement.get<Drop>() != nullptr || statement.get<AlterTable>() != nullptr;
}

void report_missing(const Refusal& refusal, const Step& step, Findings& findings) {
  const bool wrong_kind = refusal.sqlstate == "42809";
  findings.report(place_of(refusal, step))
      .message("This {} fails: {} {}: {}.", command_name(step.statement()), refusal.subject,
               wrong_kind ? "cannot be it" : "is not there", refusal.obstacle)
      .help("{}", !wrong_kind && can_say_if_exists(step)
                      ? "Correct the name; or say IF EXISTS where it is there in some databases only."
                      : "Correct the name, or the order of the migrations.")
      .certainty(refusal.certainty);
}

void report_there(const Refusal& refusal, const Step& step, Findings& findings) {
  findings.report(place_of(refusal, step))
      .message("This {} fails: {} is there already.", command_name(step.statement()),
               refusal.subject)
      .help("Drop what is there first, or choose another name.")
      .certainty(refusal.certainty);
}

void check(const Step& step, Findings& findings) {
  if (const Refusal* missing = refused_for(step, RefusalCause::kMissing)) {
    report_missing(*missing, step, findings);
  } else if (const Refusal* there = refused_for(step, RefusalCause::kAlreadyThere)) {
    report_there(*there, step, findings);
  }
}

}  // namespace

extern constinit const Rule unknown_object = on_step<check>(kInfo);

}  // namespace unwedge::rules
