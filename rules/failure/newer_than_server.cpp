// Syntax that this server does not know yet: `postgres` in the config says which one it is.

#include "unwedge/refusal.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "newer-than-server",
    .summary = "the statement needs a newer server than the config says",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

void check(const Step& step, Findings& findings) {
  const Refusal* refusal = refused_for(step, RefusalCause::kNewerSyntax);
  if (refusal == nullptr) return;
  findings.report(place_of(*refusal, step))
      .message("Postgres {} does not know {}, which came with {}.", step.postgres().major,
               refusal->subject, refusal->obstacle)
      .help(
          "Write it in words that the server knows, or set `postgres` in unwedge.yaml to the "
          "version that runs it.");
}

}  // namespace

extern constinit const Rule newer_than_server = on_step<check>(kInfo);

}  // namespace unwedge::rules
