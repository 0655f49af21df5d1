// Without one transaction around it, a migration that fails in the middle leaves behind what came
// before, and the runner does not know of it: it runs the file again from its first statement. That
// works only where each statement can be repeated.

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "unwedge/repeated_run.h"
#include "unwedge/rule.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "half-applied-file",
    .summary = "a failure in the middle leaves a migration that cannot be retried",
    .category = Category::kTransaction,
    .kind = Kind::kBreaks,
    .severity = Severity::kWarning,
    .since = "0.1.0",
    .aliases = {"prefer-robust-stmts"},  // squawk
};

using Steps = std::span<const Step>;
using ControlKind = TransactionControl::Kind;

/// Whether it changes anything that would be there after a failure, or that could fail.
bool is_work(const Step& step) {
  const Statement& statement = step.statement();
  // What it does are steps of their own; of what may not run it is not known what it leaves.
  if (statement.get<DoBlock>() != nullptr || statement.get<Execute>() != nullptr) return false;
  const auto* command = statement.get<ClientCommand>();
  if (command != nullptr && command->followed) return false;
  const InBlock* block = step.block();
  if (block != nullptr && (block->guarded || block->possible || block->caught)) return false;
  if (const auto* dml = statement.get<Dml>()) return !dml->writes.empty();
  return statement.get<TransactionControl>() == nullptr &&
         statement.get<SetVariable>() == nullptr && statement.get<SetConstraints>() == nullptr &&
         statement.get<Discard>() == nullptr && statement.get<LockTable>() == nullptr &&
         statement.get<Vacuum>() == nullptr && statement.get<CommentOn>() == nullptr;
}

/// The transactions that end with ROLLBACK: nothing of them stays.
std::set<int> rolled_back(Steps steps) {
  std::set<int> numbers;
  for (const Step& step : steps) {
    const auto* control = step.statement().get<TransactionControl>();
    if (control != nullptr && control->kind == ControlKind::kRollback) {
      numbers.insert(step.transaction().number);
    }
  }
  return numbers;
}

/// Something in it is reported by a rule of its own, and mended along with this.
bool is_told_otherwise(const Step& step) {
  if (step.statement().get<SyntaxError>() != nullptr) return true;
  const auto* control = step.statement().get<TransactionControl>();
  return control != nullptr && step.transaction().kind == TransactionKind::kRunner &&
         (control->kind == ControlKind::kCommit || control->kind == ControlKind::kRollback);
}

/// It must not be in a transaction with others, or should not: what they lock would be locked for
/// as long as it takes.
bool is_best_alone(const Step& step) {
  if (is_refused_in_transaction(step.statement(), step.postgres())) return true;
  if (const auto* alter = step.statement().get<AlterTable>()) {
    const bool validates = std::any_of(
        alter->actions.begin(), alter->actions.end(),
        [](const AlterAction& action) { return action.kind == AlterKind::kValidateConstraint; });
    if (validates) return true;
  }
  const auto& work = step.effects().work;
  const bool takes_long =
      std::any_of(work.begin(), work.end(), [](const Work& each) { return each.existing; });
  return takes_long || step.statement().get<Call>() != nullptr ||
         step.statement().get<DoBlock>() != nullptr;
}

/// The rest begins with the step itself.
std::string help(const Repetition& repetition, Steps rest) {
  const bool may_share = std::none_of(rest.begin(), rest.end(), is_best_alone);
  std::string_view otherwise = "put it into a migration of its own";
  if (may_share) {
    const bool in_transaction = rest.front().transaction().kind == TransactionKind::kExplicit;
    otherwise = in_transaction ? "put what follows into the same transaction"
                               : "put it and what follows between BEGIN and COMMIT";
  }
  const std::string remedy =
      repetition.drop.empty() ? repetition.remedy : "drop first what an attempt before has left";
  std::string text =
      remedy.empty() ? std::string(otherwise) : fmt::format("{}, or {}", remedy, otherwise);
  text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return repetition.drop.empty() ? text + '.' : fmt::format("{}:\n{}", text, repetition.drop);
}

void check_section(const MigrationSection& section, Findings& findings) {
  const Steps steps = section.steps;
  if (std::any_of(steps.begin(), steps.end(), is_told_otherwise)) return;
  const std::set<int> undone = rolled_back(steps);
  const auto stays = [&undone](const Step& step) {
    return is_work(step) && !undone.contains(step.transaction().number);
  };
  RepeatedRun run;
  for (auto step = steps.begin(); step != steps.end(); ++step) {
    if (!stays(*step)) continue;
    const std::optional<Repetition> repetition = run.next(step->statement());
    if (!repetition) continue;
    const int transaction = step->transaction().number;
    const auto later = std::find_if(step, steps.end(), [&](const Step& other) {
      return stays(other) && other.transaction().number != transaction;
    });
    if (later == steps.end()) return;  // what can fail after it is in the same transaction
    findings.report(step->statement().keyword_span)
        .severity(section.opted_out ? Severity::kWarning : Severity::kInfo)
        .message("If a later statement fails, this {} stays, and the next attempt {}.",
                 command_name(step->statement()), repetition->outcome)
        .related(later->statement().keyword_span, "When this fails, what is above is not undone.")
        .help("{}",
              help(*repetition, steps.subspan(static_cast<std::size_t>(step - steps.begin()))));
    return;
  }
}

void check(const Migration& migration, Findings& findings) {
  if (!migration.runner.known) return;
  for (const MigrationSection& section : migration.sections) {
    check_section(section, findings);
  }
}

}  // namespace

extern constinit const Rule half_applied_file = on_migration<check>(kInfo);

}  // namespace unwedge::rules
