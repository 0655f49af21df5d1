// What something else depends on can only be dropped together with it: by CASCADE, or one by one.

#include "unwedge/refusal.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "drop-still-referenced",
    .summary = "a DROP is refused: something still depends on the object",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
};

void check(const Step& step, Findings& findings) {
  const Refusal* refusal = refused_for(step, RefusalCause::kStillReferenced);
  if (refusal == nullptr) return;
  const bool certain = refusal->certainty == Certainty::kCertain;
  FindingBuilder finding = findings.report(place_of(*refusal, step));
  finding.certainty(refusal->certainty);
  const bool is_part = refusal->sqlstate == "42P16";  // of the partition key, or of a parent
  if (is_part) {
    finding
        .message("Postgres {} to drop {}: it is {}.", certain ? "refuses" : "may refuse",
                 refusal->subject, refusal->obstacle)
        .help("Drop it where it comes from: it cannot go by itself.");
    return;
  }
  finding
      .message("Postgres {} to drop {}: {} {} on it.", certain ? "refuses" : "may refuse",
               refusal->subject, refusal->obstacle, certain ? "depends" : "may depend")
      .help(
          "Drop {} first. CASCADE would drop it, too, and whatever else depends on it, without a "
          "word.",
          refusal->obstacle);
}

}  // namespace

extern constinit const Rule drop_still_referenced = on_step<check>(kInfo);

}  // namespace unwedge::rules
