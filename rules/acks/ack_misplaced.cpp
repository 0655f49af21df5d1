// An acceptance that is neither at the head of the file nor above a statement covers nothing.

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "ack-misplaced",
    .summary = "an acknowledgement stands where it covers nothing",
    .category = Category::kAcks,
    .kind = Kind::kPolicy,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

}  // namespace

extern constinit const Rule ack_misplaced = reported_by_linter(kInfo);

}  // namespace unwedge::rules
