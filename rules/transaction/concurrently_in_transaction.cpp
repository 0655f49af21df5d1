// What works CONCURRENTLY commits between its phases, so the server refuses it in any transaction
// block: one that the file opens, one that the runner opens, and the implicit one of a message with
// several statements.

#include <string>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "concurrently-in-transaction",
    .summary = "CONCURRENTLY inside a transaction is refused by the server",
    .category = Category::kTransaction,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
    .aliases = {"ban-concurrent-index-creation-in-transaction"},  // squawk
};

constexpr std::string_view kInTransactionBlock = "25001";

/// The word CONCURRENTLY in the statement; empty when it has none.
Span concurrently_span(const Statement& statement) {
  if (const auto* index = statement.get<CreateIndex>()) return index->concurrently_span;
  if (const auto* drop = statement.get<Drop>()) return drop->concurrently_span;
  if (const auto* reindex = statement.get<Reindex>()) return reindex->concurrently_span;
  if (const auto* alter = statement.get<AlterTable>()) {
    for (const AlterAction& action : alter->actions) {
      const auto* partition = action.get<OtherTable>();
      if (partition != nullptr && !partition->concurrently_span.empty()) {
        return partition->concurrently_span;
      }
    }
  }
  return {};
}

std::string_view command(const Step& step) {
  const bool detach = step.statement().get<AlterTable>() != nullptr;
  return detach ? "DETACH PARTITION CONCURRENTLY" : command_name(step.statement());
}

/// How this runner is told to run it otherwise.
std::string way_out(const RunnerInfo& runner) {
  if (runner.way_out.empty()) return "Move it behind the COMMIT.";
  return fmt::format("Put it {} a migration that has the line:\n{}",
                     runner.way_out_wants_single_statement ? "alone into" : "into", runner.way_out);
}

/// How this runner is told to send it by itself.
std::string alone(const RunnerInfo& runner) {
  if (!runner.way_out_wants_single_statement) {
    return "Make it the only statement on its line, and in its block if it is in one.";
  }
  return fmt::format("Make it the only statement of a section that has the line:\n{}",
                     runner.way_out);
}

void explain(const Step& step, const TransactionState& transaction, FindingBuilder finding) {
  const std::string_view name = command(step);
  const RunnerInfo& runner = step.runner();
  switch (transaction.kind) {
    case TransactionKind::kExplicit:
      finding.message("{} cannot run inside a transaction block.", name)
          .related(transaction.opened_at, "The transaction begins here.")
          .help("Move it behind the COMMIT, or into a migration that runs outside a transaction.");
      break;
    case TransactionKind::kRunner:
      finding
          .message("{} cannot run inside a transaction, and {} runs this file in one.", name,
                   runner.name)
          .help("{}", way_out(runner));
      break;
    case TransactionKind::kImplicit:
      finding
          .message(
              "{} cannot run inside a transaction, and {} sends it in one message with other "
              "statements, which makes them one.",
              name, runner.name)
          .help("{}", alone(runner));
      break;
    default:
      finding
          .message(
              "{} cannot run inside a transaction: it fails if your migration tool runs this "
              "file in one.",
              name)
          .help(
              "Tell the tool to run this file without a transaction, and tell unwedge which tool "
              "it is: --runner, or 'runner:' in unwedge.yaml.");
      break;
  }
}

void check(const Transaction& transaction, Findings& findings) {
  for (const Step& step : transaction.steps) {
    const auto& refusal = step.effects().refusal;
    if (!refusal || refusal->sqlstate != kInTransactionBlock) continue;
    const Span span = concurrently_span(step.statement());
    if (span.empty()) continue;
    FindingBuilder finding = findings.report(span);
    explain(step, transaction.state, finding);
    finding.certainty(refusal->certainty);
    // Whether the tool opens a transaction is one question, however many statements ask it.
    if (refusal->certainty == Certainty::kPossible) return;
  }
}

}  // namespace

extern constinit const Rule concurrently_in_transaction = on_transaction<check>(kInfo);

}  // namespace unwedge::rules
