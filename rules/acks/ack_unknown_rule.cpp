// A misspelt rule would leave its author believing that the finding was accepted.

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "ack-unknown-rule",
    .summary = "an acknowledgement names a rule that does not exist",
    .category = Category::kAcks,
    .kind = Kind::kPolicy,
    .severity = Severity::kError,
    .since = "0.1.0",
};

}  // namespace

extern constinit const Rule ack_unknown_rule = reported_by_linter(kInfo);

}  // namespace unwedge::rules
