// NOT VALID is for constraints that are verified by reading the rows. Those with an index are
// verified by building it, so the grammar rejects the words.

#include <string_view>

#include "unwedge/refusal.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "not-valid-not-allowed",
    .summary = "NOT VALID on a constraint that has an index is refused",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
};

std::string help(std::string_view kind) {
  if (kind == "EXCLUDE") {
    return "Its index cannot be built beforehand: add it to a new table, or while nothing else "
           "runs.";
  }
  return fmt::format(
      "Build a unique index first, with CREATE UNIQUE INDEX CONCURRENTLY and outside a "
      "transaction, "
      "and let the constraint take it over: ADD CONSTRAINT … {} USING INDEX ….",
      kind);
}

void check(const SyntaxError& error, const Step& step, Findings& findings) {
  if (!is_not_valid_refused(error)) return;
  const std::string_view kind = error.message.substr(0, error.message.find(" constraints"));
  findings.report(error.at.empty() ? step.statement().keyword_span : error.at)
      .message("Postgres refuses NOT VALID here: {} constraints cannot be added unverified.", kind)
      .help("{}", help(kind));
}

}  // namespace

extern constinit const Rule not_valid_not_allowed = on<SyntaxError, check>(kInfo);

}  // namespace unwedge::rules
