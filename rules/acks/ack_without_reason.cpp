// An acceptance without a reason tells the next reader nothing; it accepts nothing either.

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "ack-without-reason",
    .summary = "an acknowledgement says nothing of why",
    .category = Category::kAcks,
    .kind = Kind::kPolicy,
    .severity = Severity::kError,
    .since = "0.1.0",
};

}  // namespace

extern constinit const Rule ack_without_reason = reported_by_linter(kInfo);

}  // namespace unwedge::rules
