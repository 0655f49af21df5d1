// A statement about what is not there, or that creates what is. It rests on the history: on what
// earlier statements dropped or renamed, and, where all migrations were read, on what none created.

#include <algorithm>
#include <vector>

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

std::string_view fails(const Refusal& refusal) {
  return refusal.certainty == Certainty::kPossible ? "may fail" : "fails";
}

void report_missing(const Refusal& refusal, const Step& step, Findings& findings) {
  const bool wrong_kind = refusal.sqlstate == "42809";
  findings.report(place_of(refusal, step))
      .message("This {} {}: {} {}: {}.", command_name(step.statement()), fails(refusal),
               refusal.subject, wrong_kind ? "cannot be it" : "is not there", refusal.obstacle)
      .help("{}",
            !wrong_kind && can_say_if_exists(step)
                ? "Correct the name; or say IF EXISTS where it is there in some databases only."
                : "Correct the name, or the order of the migrations.")
      .certainty(refusal.certainty);
}

void report_there(const Refusal& refusal, const Step& step, Findings& findings) {
  findings.report(place_of(refusal, step))
      .message("This {} {}: {} is there already.", command_name(step.statement()), fails(refusal),
               refusal.subject)
      .help("Drop what is there first, or choose another name.")
      .certainty(refusal.certainty);
}

/// The same object, which an earlier statement was to drop, say, and did not.
bool is_consequence(const Refusal& refusal, const std::vector<const Refusal*>& earlier) {
  return std::any_of(earlier.begin(), earlier.end(),
                     [&refusal](const Refusal* each) { return each->subject == refusal.subject; });
}

void check(const Migration& migration, Findings& findings) {
  std::vector<const Refusal*> earlier;
  for (const Step& step : migration.steps) {
    const auto& refusal = step.effects().refusal;
    if (!refusal || refusal->cause == RefusalCause::kTransaction) continue;
    const bool consequence = is_consequence(*refusal, earlier);
    earlier.push_back(&*refusal);
    if (consequence) continue;
    if (refusal->cause == RefusalCause::kMissing) report_missing(*refusal, step, findings);
    if (refusal->cause == RefusalCause::kAlreadyThere) report_there(*refusal, step, findings);
  }
}

}  // namespace

extern constinit const Rule unknown_object = on_migration<check>(kInfo);

}  // namespace unwedge::rules
