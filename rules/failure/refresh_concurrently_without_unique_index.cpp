// REFRESH … CONCURRENTLY compares the old rows with the new ones by a unique index, so there must
// be one on plain columns and over all rows.

#include "unwedge/refusal.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "refresh-concurrently-without-unique-index",
    .summary = "REFRESH … CONCURRENTLY of a view without a unique index is refused",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
};

void check(const RefreshMaterializedView& /*refresh*/, const Step& step, Findings& findings) {
  const Refusal* refusal = refused_for(step, RefusalCause::kNoUniqueIndex);
  if (refusal == nullptr) return;
  findings.report(place_of(*refusal, step))
      .message(
          "Postgres refuses REFRESH MATERIALIZED VIEW CONCURRENTLY: {} has no unique index on "
          "plain columns and without WHERE.",
          refusal->subject)
      .help("Make one first, with CREATE UNIQUE INDEX, of columns that no two rows share.");
}

}  // namespace

extern constinit const Rule refresh_concurrently_without_unique_index =
    on<RefreshMaterializedView, check>(kInfo);

}  // namespace unwedge::rules
