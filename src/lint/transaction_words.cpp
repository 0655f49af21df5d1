// The words for PreventInTransactionBlock and RequireTransactionBlock, by kind of transaction.

#include "unwedge/transaction_words.h"

#include <string>

#include <fmt/format.h>

namespace unwedge {
namespace {

/// How this runner is told to run it outside its transaction.
std::string way_out(const RunnerInfo& runner) {
  if (runner.way_out.empty()) {
    return fmt::format("Run it by hand, with psql say: {} runs no file outside a transaction.",
                       runner.name);
  }
  return fmt::format("Put it {} a migration that has the line:\n{}",
                     runner.way_out_wants_single_statement ? "alone into" : "into", runner.way_out);
}

/// How this runner is told to send it by itself.
std::string alone(const RunnerInfo& runner) {
  if (runner.way_out.empty()) return "Make it the only statement of a migration.";
  if (!runner.way_out_wants_single_statement) {
    return "Make it the only statement on its line, and in its block if it is in one.";
  }
  return fmt::format("Make it the only statement of a section that has the line:\n{}",
                     runner.way_out);
}

}  // namespace

void explain_refused_inside(const Step& step, std::string_view command, FindingBuilder& finding) {
  const RunnerInfo& runner = step.runner();
  const TransactionState& transaction = step.transaction();
  switch (transaction.kind) {
    case TransactionKind::kExplicit:
      finding.message("{} cannot run inside a transaction block.", command)
          .related(transaction.opened_at, "The transaction begins here.")
          .help("Move it behind the COMMIT, or into a migration that runs outside a transaction.");
      break;
    case TransactionKind::kRunner:
      finding
          .message("{} cannot run inside a transaction, and {} runs this file in one.", command,
                   runner.name)
          .help("{}", way_out(runner));
      break;
    case TransactionKind::kImplicit:
      finding
          .message(
              "{} cannot run inside a transaction, and {} sends it in one message with other "
              "statements, which makes them one.",
              command, runner.name)
          .help("{}", alone(runner));
      break;
    case TransactionKind::kPipeline:
      finding
          .message(
              "{} cannot run inside a transaction, and {} sends it in one pipeline with the "
              "statements before it, which makes them one.",
              command, runner.name)
          .help("Make it the first statement of a migration.");
      break;
    case TransactionKind::kAssumed:
      finding
          .message(
              "{} cannot run inside a transaction: it fails if your migration tool runs this "
              "file in one.",
              command)
          .help(
              "Tell the tool to run this file without a transaction, and tell unwedge which tool "
              "it is: --runner, or 'runner:' in unwedge.yaml.")
          .certainty(Certainty::kPossible);
      break;
    case TransactionKind::kNone: break;
  }
}

void explain_refused_outside(const Step& step, std::string_view command, FindingBuilder& finding) {
  const RunnerInfo& runner = step.runner();
  if (!runner.known) {
    finding
        .message(
            "{} can only be used inside a transaction: it fails here unless your migration tool "
            "runs this file in one.",
            command)
        .certainty(Certainty::kPossible);
  } else if (step.transaction().kind == TransactionKind::kNone) {
    finding.message("{} can only be used inside a transaction, and {} runs it outside one.",
                    command, runner.name);
  } else {
    finding.message(
        "{} can only be used inside a transaction that BEGIN opens, not in the one that the "
        "statements of one message share.",
        command);
  }
  finding.help("Put it between BEGIN and COMMIT, together with the statements that need it.");
}

}  // namespace unwedge
