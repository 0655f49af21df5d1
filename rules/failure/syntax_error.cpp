// A statement that Postgres's own grammar rejects. It stands for itself alone: the other statements
// of the file are linted as usual.

#include "unwedge/refusal.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "syntax-error",
    .summary = "the statement is not valid PostgreSQL and will be rejected",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
};

void check(const SyntaxError& error, const Step& /*step*/, Findings& findings) {
  if (is_not_valid_refused(error)) return;
  findings.report(error.at).message("Postgres rejects this statement: {}.", error.message);
}

}  // namespace

extern constinit const Rule syntax_error = on<SyntaxError, check>(kInfo);

}  // namespace unwedge::rules
