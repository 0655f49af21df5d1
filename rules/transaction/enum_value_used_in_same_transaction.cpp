// A value that ALTER TYPE … ADD VALUE added may not be used before COMMIT: an index could come to
// hold it, and a ROLLBACK would leave it there.

#include "unwedge/refusal.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "enum-value-used-in-same-transaction",
    .summary = "a new enum value is used in the transaction that adds it",
    .category = Category::kTransaction,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
};

void check(const Step& step, Findings& findings) {
  const Refusal* refusal = refused_for(step, RefusalCause::kNewEnumValue);
  if (refusal == nullptr) return;
  const bool certain = refusal->certainty == Certainty::kCertain;
  findings.report(place_of(*refusal, step))
      .message(
          "The value {} of type {} {} used in the transaction that adds it, which Postgres "
          "refuses.",
          refusal->subject, refusal->obstacle, certain ? "is" : "may be")
      .help("Use it in a later migration, when the transaction with ADD VALUE has been committed.")
      .related(refusal->since, "the value is added here")
      .certainty(refusal->certainty);
}

}  // namespace

extern constinit const Rule enum_value_used_in_same_transaction = on_step<check>(kInfo);

}  // namespace unwedge::rules
