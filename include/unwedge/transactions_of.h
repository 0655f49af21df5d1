// The transactions of a change set, for rules that look at the history: one may begin in one file
// and end in another.

#pragma once

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

}  // namespace unwedge
