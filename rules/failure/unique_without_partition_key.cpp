// A unique index of a partitioned table is one index for each partition. Values are only unique
// over all of them if equal ones must lie in the same partition: if the key has all of the
// partition key.

#include "unwedge/refusal.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "unique-without-partition-key",
    .summary = "a unique key of a partitioned table lacks a part of its partition key",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
};

void check(const Step& step, Findings& findings) {
  const Refusal* refusal = refused_for(step, RefusalCause::kPartitionKey);
  if (refusal == nullptr) return;
  FindingBuilder finding = findings.report(place_of(*refusal, step));
  if (refusal->obstacle.empty()) {
    finding
        .message("Postgres refuses {}, for the partition key has an expression.", refusal->subject)
        .help("Make each partition's rows unique by an index of its own.");
    return;
  }
  finding
      .message("Postgres refuses {} without '{}', which is part of the partition key.",
               refusal->subject, refusal->obstacle)
      .help(
          "Add {} to the columns of the key. If the others alone must be unique, no partitioned "
          "table can see to that: keep them in a table of their own.",
          quoted(Name(refusal->obstacle)));
}

}  // namespace

extern constinit const Rule unique_without_partition_key = on_step<check>(kInfo);

}  // namespace unwedge::rules
