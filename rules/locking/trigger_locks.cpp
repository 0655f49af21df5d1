// To create, enable or disable a trigger takes SHARE ROW EXCLUSIVE on the table, to drop one ACCESS
// EXCLUSIVE. It is over at once, but it waits for every transaction that uses the table, and
// without a lock_timeout for as long as that takes, with everybody else behind it.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "unwedge/rule.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "trigger-locks",
    .summary = "a trigger is created or dropped without a lock_timeout",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kInfo,
    .since = "0.1.0",
};

/// What a step does to a trigger.
struct Change {
  std::string words;  ///< "Creating trigger 'x'"; empty: nothing
  const QualifiedName* table = nullptr;
};

Change altered(const AlterTable& alter) {
  const auto is_trigger = [](const AlterAction& action) {
    return action.kind == AlterKind::kEnableTrigger || action.kind == AlterKind::kDisableTrigger;
  };
  // Beside other subcommands it is their lock.
  if (!std::all_of(alter.actions.begin(), alter.actions.end(), is_trigger)) return {};
  if (alter.actions.empty()) return {};
  const AlterAction& action = alter.actions.front();
  const std::string_view verb = action.kind == AlterKind::kEnableTrigger ? "Enabling" : "Disabling";
  const bool one = alter.actions.size() == 1 && !action.name.empty();
  return {
      one ? fmt::format("{} trigger '{}'", verb, action.name) : fmt::format("{} triggers", verb),
      &alter.table};
}

Change change_of(const Statement& statement) {
  if (const auto* create = statement.get<CreateTrigger>()) {
    return {fmt::format("Creating trigger '{}'", create->name), &create->table};
  }
  const auto* drop = statement.get<Drop>();
  if (drop != nullptr && drop->object_type == ObjectType::kTrigger && !drop->objects.empty()) {
    return {fmt::format("Dropping trigger '{}'", drop->objects.front().name), &drop->table};
  }
  if (const auto* alter = statement.get<AlterTable>()) return altered(*alter);
  return {};
}

/// The lock on the table, unless the transaction holds one that strong already.
const Lock* new_lock(const Step& step) {
  const auto& locks = step.effects().locks;
  const auto lock = std::find_if(locks.begin(), locks.end(), [](const Lock& each) {
    return each.existing && blocks_writes(each.mode);
  });
  if (lock == locks.end()) return nullptr;
  const HeldLocks& held = step.session().held_locks;
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (held[i].relation == lock->relation && held[i].mode >= lock->mode) return nullptr;
  }
  return &*lock;
}

bool reports(const Step& step, const Change& change, Findings& findings) {
  const Lock* lock = change.words.empty() || step.session().settings->has_lock_timeout()
                         ? nullptr
                         : new_lock(step);
  if (lock == nullptr) return false;
  const TransactionKind transaction = step.transaction().kind;
  const bool local =
      transaction == TransactionKind::kExplicit || transaction == TransactionKind::kRunner;
  findings.report(step.statement().keyword_span)
      .message(
          "{} blocks {} of '{}' while it waits, however long, for running transactions, and until "
          "{}.",
          change.words, blocked_in_words(lock->mode), *change.table, locked_until(step))
      .help(
          "Let it give up instead of waiting, and try again later:\n"
          "SET {}lock_timeout = '2s';\n{};",
          local ? "LOCAL " : "", step.sql());
  return true;
}

/// One lock_timeout is enough for a transaction.
void check(const Transaction& transaction, Findings& findings) {
  for (const Step& step : transaction.steps) {
    if (reports(step, change_of(step.statement()), findings)) return;
  }
}

}  // namespace

extern constinit const Rule trigger_locks = on_transaction<check>(kInfo);

}  // namespace unwedge::rules
