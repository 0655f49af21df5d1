// An acceptance that outlives its finding would hide the next one.

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "ack-unused",
    .summary = "an acknowledgement accepts nothing",
    .category = Category::kAcks,
    .kind = Kind::kPolicy,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

}  // namespace

extern constinit const Rule ack_unused = reported_by_linter(kInfo);

}  // namespace unwedge::rules
