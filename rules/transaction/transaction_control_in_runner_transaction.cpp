// A runner that opens a transaction around a migration counts on ending it itself, together with
// its own record of the migration. To the server a BEGIN in between is no more than a warning, but
// the COMMIT that belongs to it ends the runner's transaction.

#include <algorithm>
#include <string_view>

#include "unwedge/rule.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "transaction-control-in-runner-transaction",
    .summary = "BEGIN, COMMIT or ROLLBACK in a transaction that the runner opened",
    .category = Category::kTransaction,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
    .aliases = {"transaction-nesting"},  // squawk
};

using Steps = std::span<const Step>;
using ControlKind = TransactionControl::Kind;

/// COMMIT in a DO block is another matter: where there is a transaction around it, it fails.
const TransactionControl* control_of(const Step& step) {
  if (step.block() != nullptr) return nullptr;
  return step.statement().get<TransactionControl>();
}

bool begins(const Step& step) {
  const TransactionControl* control = control_of(step);
  return control != nullptr &&
         (control->kind == ControlKind::kBegin || control->kind == ControlKind::kStart);
}

bool ends(const Step& step) {
  const TransactionControl* control = control_of(step);
  return control != nullptr &&
         (control->kind == ControlKind::kCommit || control->kind == ControlKind::kRollback ||
          control->kind == ControlKind::kPrepare);
}

bool rolls_back(const Step& step) {
  const TransactionControl* control = control_of(step);
  return control != nullptr && control->kind == ControlKind::kRollback;
}

/// Whether a transaction makes a difference to it.
bool is_work(const Step& step) {
  const Statement& statement = step.statement();
  return control_of(step) == nullptr && statement.get<SetVariable>() == nullptr &&
         statement.get<SyntaxError>() == nullptr;
}

/// What the server refuses in a transaction, or what commits by itself.
bool is_refused_inside(const Step& step) {
  return is_refused_in_transaction(step.statement(), step.postgres());
}

bool adds_enum_value(const Step& step) {
  const auto* alter = step.statement().get<AlterEnum>();
  return alter != nullptr && alter->old_value.empty();
}

/// What is better done when the locks of what came before are gone.
bool is_better_outside(const Step& step) {
  if (step.statement().get<Call>() != nullptr) return true;
  const auto* alter = step.statement().get<AlterTable>();
  return alter != nullptr &&
         std::any_of(alter->actions.begin(), alter->actions.end(), [](const AlterAction& action) {
           return action.kind == AlterKind::kValidateConstraint;
         });
}

template <typename Test>
bool any(Steps steps, Test&& test) {
  return std::any_of(steps.begin(), steps.end(), test);
}

/// Somebody ends the transaction for a reason: a new enum value cannot be used before the COMMIT,
/// what must not run in a transaction comes after it.
bool is_deliberate(Steps before, Steps after) {
  return any(before, adds_enum_value) || any(after, is_refused_inside) ||
         any(after, is_better_outside);
}

/// The first step of the runner's own transaction that begins or ends one.
template <typename Test>
const Step* find_in_runner_transaction(Steps steps, Test&& test) {
  const auto found = std::find_if(steps.begin(), steps.end(), [&test](const Step& step) {
    return step.transaction().kind == TransactionKind::kRunner && test(step);
  });
  return found == steps.end() ? nullptr : &*found;
}

void report_rollback(const Step& end, Steps before, Steps after, Findings& findings) {
  const std::string_view runner = end.runner().name;
  const bool undoes_work = any(before, is_work);
  if (!undoes_work && !any(after, is_work)) return;
  FindingBuilder finding = findings.report(end.statement().keyword_span);
  finding.help("Take it away.");
  if (undoes_work) {
    finding.message(
        "ROLLBACK ends {}'s own transaction and undoes all that this migration has done so far; {} "
        "may record it as applied all the same.",
        runner, runner);
  } else {
    finding
        .message("ROLLBACK ends {}'s own transaction: what follows is not undone if it fails.",
                 runner)
        .severity(Severity::kWarning);
  }
}

void report_last_commit(const Step& end, const Step* begin, FindingBuilder& finding) {
  finding
      .message(
          "{} ends {}'s own transaction, so its record of this migration is not committed together "
          "with it.",
          command_name(end.statement()), end.runner().name)
      .help("Take {}{} away: {} sends its own.", begin == nullptr ? "" : "BEGIN and ",
            command_name(end.statement()), end.runner().name)
      .severity(Severity::kWarning);
}

void report_early_commit(const Step& end, const Step* begin, Steps before, Steps after,
                         FindingBuilder& finding) {
  const std::string_view runner = end.runner().name;
  const std::string_view command = command_name(end.statement());
  const bool deliberate = is_deliberate(before, after);
  if (deliberate && !any(before, is_work)) {
    finding
        .message("{} ends {}'s own transaction: what follows is not undone if it fails.", command,
                 runner)
        .severity(Severity::kInfo);
  } else {
    finding
        .message(
            "{} ends {}'s own transaction: if a statement after it fails, what came before stays, "
            "and {} does not record that it was applied.",
            command, runner, runner)
        .severity(deliberate ? Severity::kWarning : Severity::kError);
  }
  if (any(after, is_refused_inside)) {
    finding.help("{}", way_out(end.runner(), "what must not run in a transaction"));
  } else if (deliberate) {
    finding.help("Put what follows into a migration of its own.");
  } else {
    finding.help("Take {}{} away, or put what follows into a migration of its own.",
                 begin == nullptr ? "" : "BEGIN and ", command);
  }
}

void check_section(Steps steps, Findings& findings) {
  const Step* begin = find_in_runner_transaction(steps, begins);
  const Step* end = find_in_runner_transaction(steps, ends);
  if (end == nullptr) {
    if (begin == nullptr) return;
    findings.report(begin->statement().keyword_span)
        .message("{} does nothing here: {} has opened a transaction already.",
                 command_name(begin->statement()), begin->runner().name)
        .help("Take it away: {} sends its own.", begin->runner().name)
        .severity(Severity::kInfo);
    return;
  }
  if (begin > end) begin = nullptr;
  const Steps before(steps.data(), end);
  const Steps after(end + 1, steps.data() + steps.size());
  if (rolls_back(*end)) {
    report_rollback(*end, before, after, findings);
  } else {
    FindingBuilder finding = findings.report(end->statement().keyword_span);
    if (any(after, is_work)) {
      report_early_commit(*end, begin, before, after, finding);
    } else {
      report_last_commit(*end, begin, finding);
    }
    if (begin != nullptr) {
      finding.related(begin->statement().keyword_span,
                      "This does nothing: {} has opened a transaction already.",
                      end->runner().name);
    }
  }
}

void check(const Migration& migration, Findings& findings) {
  for (const MigrationSection& section : migration.sections) {
    check_section(section.steps, findings);
  }
}

}  // namespace

extern constinit const Rule transaction_control_in_runner_transaction = on_migration<check>(kInfo);

}  // namespace unwedge::rules
