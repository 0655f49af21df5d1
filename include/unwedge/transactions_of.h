// The transactions of a change set, for rules that look at the history: one may begin in one file
// and end in another.

#pragma once

#include <cstddef>
#include <vector>

#include "unwedge/history.h"
#include "unwedge/step.h"

namespace unwedge {

using StepsOfTransaction = std::vector<const Step*>;

/// In their order; a statement in autocommit is one of its own. Those that are rolled back at their
/// end are left out.
inline std::vector<StepsOfTransaction> transactions_of(const History& history) {
  std::vector<StepsOfTransaction> transactions;
  int number = 0;
  for (const Migration& migration : history.migrations) {
    for (const Step& step : migration.steps) {
      if (transactions.empty() || step.transaction().number != number) transactions.emplace_back();
      number = step.transaction().number;
      transactions.back().push_back(&step);
    }
  }
  std::erase_if(transactions, [](const StepsOfTransaction& steps) {
    const auto* end = steps.back()->statement().get<TransactionControl>();
    return end != nullptr && end->kind == TransactionControl::Kind::kRollback;
  });
  return transactions;
}

/// Whether a step of the transaction has the lock on the relation from an earlier one: ROLLBACK TO
/// gives back those that were taken since its savepoint.
inline bool holds(const Step& step, const RelationId& relation) {
  const HeldLocks& held = step.session().held_locks;
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (held[i].relation == relation) return true;
  }
  return false;
}

/// Takes those of `tables`, which say what the transaction has locked so far, out of the list that
/// a ROLLBACK TO just before the step has given back.
template <typename Table>
void forget_released(std::vector<Table>& tables, const Step* before, const Step& step) {
  if (before == nullptr) return;
  const auto* control = before->statement().get<TransactionControl>();
  if (control == nullptr || control->kind != TransactionControl::Kind::kRollbackTo) return;
  std::erase_if(tables, [&step](const Table& each) { return !holds(step, each.table); });
}

}  // namespace unwedge
