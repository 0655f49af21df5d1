// An acceptance until a day ends with that day.

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "ack-expired",
    .summary = "an acknowledgement has ended",
    .category = Category::kAcks,
    .kind = Kind::kPolicy,
    .severity = Severity::kError,
    .since = "0.1.0",
};

}  // namespace

extern constinit const Rule ack_expired = reported_by_linter(kInfo);

}  // namespace unwedge::rules
