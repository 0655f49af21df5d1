// The words for PreventInTransactionBlock and RequireTransactionBlock, by kind of transaction.

#include "unwedge/transaction_words.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "effects/refusals.h"

namespace unwedge {
namespace {

/// More runners than this are only counted.
constexpr std::size_t kMostRunners = 4;

constexpr std::string_view kAnyMigration = "a migration that has the line";
constexpr std::string_view kOnlyStatement = "the only statement of a migration";

/// "golang-migrate, sqlx or tern"; "diesel, drizzle, goose, refinery or 7 others".
std::string any_of_them(const std::vector<std::string>& runners) {
  const std::size_t named = std::min(runners.size(), kMostRunners);
  const std::size_t others = runners.size() - named;
  std::string text;
  for (std::size_t i = 0; i < named; ++i) {
    const bool is_last = others == 0 && i + 1 == named;
    if (i > 0) text += is_last ? " or " : ", ";
    text += runners[i];
  }
  if (others > 0) text += fmt::format(" or {} other{}", others, others == 1 ? "" : "s");
  return text;
}

/// The place where the runner looks for its line, and the line: what is a comment of SQL stands by
/// itself, ready to paste.
std::string place_and_line(const WayOut& way) {
  std::string_view place = way.place.empty() ? kAnyMigration : way.place;
  if (place.ends_with(',')) place.remove_suffix(1);  // "that has, as its first line,"
  if (way.line.starts_with("--")) return fmt::format("{}:\n{}", place, way.line);
  return fmt::format("{} '{}'.", place, way.line);
}

/// How this runner is told to send it by itself.
std::string way_to_be_alone(const RunnerInfo& runner) {
  if (!runner.alone.empty()) return fmt::format("Make it {}.", runner.alone);
  if (runner.way_out.line.empty() || runner.way_out.then != WayOut::Then::kAlone) {
    return fmt::format("Make it {}.", kOnlyStatement);
  }
  return fmt::format("Make it the only statement of {}", place_and_line(runner.way_out));
}

void explain_refused_after_begin(const Step& step, std::string_view command,
                                 FindingBuilder& finding) {
  const RunnerInfo& runner = step.runner();
  finding.message("{} cannot run inside a transaction block.", command)
      .related(step.transaction().opened_at, "The transaction begins here.");
  if (runner.known && runner.way_out.then == WayOut::Then::kAlone) {
    finding.help("{}", way_to_be_alone(runner));  // behind the COMMIT it is still in the message
  } else {
    finding.help("Move it behind the COMMIT, or into a migration that runs outside a transaction.");
  }
}

void explain_refused_by_runner(const RunnerInfo& runner, std::string_view command,
                               FindingBuilder& finding) {
  finding
      .message(
          "{} refuses this file: {} cannot run inside a transaction, and other statements of the "
          "file need one.",
          runner.name, command)
      .help("Put it into a migration of its own.");
}

/// What is not known of the runner decides whether it is refused, or would have to be known to say
/// by what.
void explain_refused_somewhere(const Step& step, std::string_view command,
                               FindingBuilder& finding) {
  const Refusal& refusal = *step.effects().refusal;
  finding.certainty(refusal.certainty);
  if (refusal.certainty == Certainty::kCertain) {
    finding.message(
        "{} cannot run inside a transaction, and this file puts it into one whichever tool runs "
        "it.",
        command);
  } else if (refusal.under.empty()) {
    finding.message(
        "{} cannot run inside a transaction: it fails if your migration tool runs this file in "
        "one.",
        command);
  } else {
    finding.message("{} cannot run inside a transaction: it fails if the file is applied by {}.",
                    command, any_of_them(refusal.under));
  }
  if (step.runner().known) {
    finding.help("{}", way_to_be_alone(step.runner()));
  } else {
    finding.help(
        "Tell the tool to run this file without a transaction, and tell unwedge which tool it is: "
        "--runner, or 'runner:' in unwedge.yaml.");
  }
}

void explain_needed_somewhere(const Refusal& refusal, std::string_view command,
                              FindingBuilder& finding) {
  finding.certainty(Certainty::kPossible);
  if (refusal.under.empty()) {
    finding.message(
        "{} can only be used inside a transaction: it fails here unless your migration tool runs "
        "this file in one.",
        command);
  } else {
    finding.message(
        "{} can only be used inside a transaction: it fails if the file is applied by {}.", command,
        any_of_them(refusal.under));
  }
}

/// The word CONCURRENTLY in a step that runs and waits for snapshots; empty: it does not.
Span waits_for_snapshots(const Step& step) {
  if (step.effects().refusal) return {};
  if (const auto* index = step.statement().get<CreateIndex>()) return index->concurrently_span;
  if (const auto* reindex = step.statement().get<Reindex>()) return reindex->concurrently_span;
  return {};
}

}  // namespace

std::string way_out(const RunnerInfo& runner, std::string_view what) {
  const WayOut& way = runner.way_out;
  if (way.line.empty()) {
    return fmt::format("Run {} by hand, with psql say: {} runs no file outside a transaction.",
                       what, runner.name);
  }
  switch (way.then) {
    case WayOut::Then::kSplit: return fmt::format("Put {} into {}", what, place_and_line(way));
    case WayOut::Then::kAlone:
      return fmt::format("Put {} alone into {}", what, place_and_line(way));
    case WayOut::Then::kFirst:
      return fmt::format("Put {}, as the first statement, into {}", what, place_and_line(way));
  }
  return {};
}

std::string outside_transaction(const RunnerInfo& runner, std::string_view sql) {
  const WayOut& way = runner.way_out;
  const bool is_comment = way.line.starts_with("--");
  if (way.line.empty() || is_comment) {
    return fmt::format("a migration that runs outside a transaction:\n{}{}{}", way.line,
                       is_comment ? "\n" : "", sql);
  }
  return fmt::format("{} '{}':\n{}", way.place, way.line, sql);
}

std::string_view locked_until(const Step& step) {
  const TransactionKind kind = step.transaction().kind;
  const bool alone = step.block() == nullptr &&
                     (kind == TransactionKind::kNone || kind == TransactionKind::kAssumed);
  return alone ? "it is done" : "its transaction ends";
}

bool is_refused_in_transaction(const Statement& statement, PgVersion version) {
  return effects::refused_in_block(statement, version);
}

ConcurrentBuild first_build_in_danger(const Migration& migration, BuildDanger danger) {
  for (const Step& step : migration.steps) {
    if (step.runner().build_danger != danger) continue;
    const Span concurrently = waits_for_snapshots(step);
    if (!concurrently.empty()) return {.step = &step, .concurrently = concurrently};
  }
  return {};
}

void explain_refused_inside(const Step& step, std::string_view command, FindingBuilder& finding) {
  const RunnerInfo& runner = step.runner();
  const TransactionState& transaction = step.transaction();
  if (step.block() != nullptr) {
    finding.message("{} cannot run in a DO block: the block runs inside a transaction.", command)
        .help("Take it out of the block, into a migration that runs outside a transaction.")
        .certainty(step.effects().refusal->certainty);
  } else if (transaction.kind == TransactionKind::kExplicit) {
    explain_refused_after_begin(step, command, finding);
  } else if (!runner.known || !step.effects().refusal->under.empty()) {
    explain_refused_somewhere(step, command, finding);
  } else if (transaction.refused_by_runner) {
    explain_refused_by_runner(runner, command, finding);
  } else if (transaction.kind == TransactionKind::kImplicit) {
    finding
        .message(
            "{} cannot run inside a transaction, and {} sends it in one message with other "
            "statements, which makes them one.",
            command, runner.name)
        .help("{}", way_to_be_alone(runner));
  } else if (transaction.kind == TransactionKind::kPipeline) {
    finding
        .message(
            "{} cannot run inside a transaction, and {} sends it in one pipeline with the "
            "statements before it, which makes them one.",
            command, runner.name)
        .help("Make it the first statement of a migration.");
  } else {
    finding
        .message("{} cannot run inside a transaction, and {} runs this file in one.", command,
                 runner.name)
        .help("{}", way_out(runner, "it"));
  }
}

void explain_refused_termination(const Step& step, std::string_view command,
                                 FindingBuilder& finding) {
  const RunnerInfo& runner = step.runner();
  const TransactionKind kind = step.transaction().kind;
  const bool is_called = step.statement().get<TransactionControl>() == nullptr;
  const std::string what =
      is_called ? fmt::format("CALL runs {}, which", command) : std::string(command);
  const std::string_view moved = is_called ? "CALL" : "block";
  const std::string_view inside = is_called ? "" : "in a DO block ";
  finding.certainty(step.effects().refusal->certainty);
  if (step.statement().get<Dml>() != nullptr) {
    finding.message("This runs {}, which cannot run in a function.", command)
        .help("Make the function a procedure, and run it with CALL.");
  } else if (step.block() != nullptr && step.block()->caught) {
    finding
        .message("{} cannot run in a block with an exception handler, which is a savepoint.", what)
        .help("Move it behind the END of that block.");
  } else if (kind == TransactionKind::kExplicit) {
    finding.message("{} cannot run {}inside a transaction that the file has begun.", what, inside)
        .related(step.transaction().opened_at, "The transaction begins here.")
        .help("Move the {} behind the COMMIT, or into a migration that runs outside a transaction.",
              moved);
  } else if (is_called &&
             (kind == TransactionKind::kDo || !runner.known || !step.transaction().is_block())) {
    finding
        .message(
            "{} cannot run in a procedure with SET or SECURITY DEFINER, nor in what such a one or "
            "a function calls.",
            what)
        .help("Take SET and SECURITY DEFINER out of the procedure, or COMMIT.");
  } else {
    finding
        .message("{} cannot run {}inside a transaction, and {} runs this file in one.", what,
                 inside, runner.name)
        .help("{}", way_out(runner, fmt::format("the {}", moved)));
  }
}

void explain_refused_outside(const Step& step, std::string_view command, FindingBuilder& finding) {
  const RunnerInfo& runner = step.runner();
  if (!runner.known) {
    explain_needed_somewhere(*step.effects().refusal, command, finding);
  } else if (step.transaction().kind == TransactionKind::kNone) {
    finding.message("{} can only be used inside a transaction, and {} runs it outside one.",
                    command, runner.name);
  } else {
    const bool piped = step.transaction().kind == TransactionKind::kPipeline;
    finding.message("{} can only be used inside a transaction that BEGIN opens, not in {}.",
                    command,
                    piped ? "a pipeline" : "the one that the statements of one message share");
  }
  finding.help("Put it between BEGIN and COMMIT, together with the statements that need it.");
}

}  // namespace unwedge
