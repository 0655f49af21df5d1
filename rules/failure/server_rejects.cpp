// What no other rule has a name for: the server refuses the statement, as the schema is before it.

#include "unwedge/refusal.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "server-rejects",
    .summary = "the server rejects the statement",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
    .fallback = true,
};

/// Those of which another rule says, for every kind of statement, whether they are worth a word.
bool has_rule_for_all(RefusalCause cause) {
  return cause == RefusalCause::kTransaction || cause == RefusalCause::kMissing ||
         cause == RefusalCause::kAlreadyThere;
}

void check(const Step& step, Findings& findings) {
  const auto& refusal = step.effects().refusal;
  if (!refusal || has_rule_for_all(refusal->cause)) return;
  const bool certain = refusal->certainty == Certainty::kCertain;
  FindingBuilder finding = findings.report(place_of(*refusal, step));
  finding
      .message("Postgres {} this {}: {}{}.", certain ? "refuses" : "may refuse",
               command_name(step.statement()), refusal->message,
               refusal->obstacle.empty() ? "" : fmt::format(" ({})", refusal->obstacle))
      .certainty(refusal->certainty);
}

}  // namespace

extern constinit const Rule server_rejects = on_step<check>(kInfo);

}  // namespace unwedge::rules
