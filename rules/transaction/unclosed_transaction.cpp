// The server rolls an open transaction back when the connection ends. psql reports no error then,
// and a runner's own record of the migration is part of what is lost, or cannot be written.

#include <algorithm>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "unclosed-transaction",
    .summary = "BEGIN without COMMIT: the server rolls everything back",
    .category = Category::kTransaction,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
    .aliases = {"ban-uncommitted-transaction"},  // squawk
};

bool is_syntax_error(const Step& step) { return step.statement().get<SyntaxError>() != nullptr; }

void check(const Transaction& transaction, Findings& findings) {
  if (!transaction.unclosed) return;
  // What cannot be read may have been the COMMIT.
  if (std::any_of(transaction.steps.begin(), transaction.steps.end(), is_syntax_error)) return;

  FindingBuilder finding = findings.report(transaction.state.opened_at);
  finding.help("End it with:\nCOMMIT;");
  if (transaction.steps.front().runner().known) {
    finding.message(
        "No COMMIT ends the transaction that begins here: the server rolls everything in it back "
        "when the connection ends.");
  } else {
    finding
        .message(
            "No COMMIT ends the transaction that begins here: unless your migration tool sends "
            "one, the server rolls everything in it back when the connection ends.")
        .certainty(Certainty::kPossible);
  }
}

}  // namespace

extern constinit const Rule unclosed_transaction = on_transaction<check>(kInfo);

}  // namespace unwedge::rules
