// Two transactions that lock the same two tables in opposite orders can wait for each other for
// ever: of any order that the application has, one of them has the opposite. Where several
// processes run the migrations at once, any two tables will do.

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unwedge/rule.h"
#include "unwedge/transactions_of.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "lock-order-inversion",
    .summary = "two transactions lock the same tables in opposite orders",
    .category = Category::kTransaction,
    .kind = Kind::kBlocks,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

/// More tables of one transaction than this are not looked through.
constexpr std::size_t kMostTables = 64;

struct Taken {
  RelationId table;
  LockMode mode = LockMode::kNone;
  const Step* step = nullptr;
};

bool calls(const Step& step, std::string_view function) {
  const auto* query = step.statement().get<Dml>();
  return query != nullptr && std::any_of(query->calls.begin(), query->calls.end(),
                                         [function](const FunctionCall& call) {
                                           return call.certain && call.function.name == function;
                                         });
}

/// Until the session ends, or the transaction.
bool takes_session_lock(const Step& step) { return calls(step, "pg_advisory_lock"); }
bool takes_advisory_lock(const Step& step) {
  return takes_session_lock(step) || calls(step, "pg_advisory_xact_lock");
}

/// The tables that the transaction locks against writes, in its order; nothing once it has an
/// advisory lock. `all`: new ones, too, which are none to a process that comes second.
std::vector<Taken> locks_in_order(const StepsOfTransaction& steps, bool all) {
  std::vector<Taken> taken;
  const Step* before = nullptr;
  for (const Step* step : steps) {
    forget_released(taken, std::exchange(before, step), *step);
    if (takes_advisory_lock(*step)) return taken;
    for (const Lock& lock : step->effects().locks) {
      const bool counts = (lock.existing || all) && !lock.is_index && !lock.of_table &&
                          blocks_writes(lock.mode) && lock.certainty == Certainty::kCertain;
      if (!counts || taken.size() == kMostTables) continue;
      const bool again = std::any_of(taken.begin(), taken.end(), [&lock](const Taken& each) {
        return each.table == lock.relation;
      });
      if (!again) taken.push_back({.table = lock.relation, .mode = lock.mode, .step = step});
    }
  }
  return taken;
}

/// SHARE is the only one of the modes that does not conflict with itself.
bool conflict(LockMode one, LockMode other) {
  return one != LockMode::kShare || other != LockMode::kShare;
}

struct Pair {
  Taken first;
  Taken second;
};

using Pairs = std::map<std::pair<RelationId, RelationId>, Pair>;

void report(const Pair& earlier, const Pair& now, Findings& findings) {
  findings.report(now.second.step->statement().keyword_span)
      .message(
          "This transaction locks '{0}' after '{1}', an earlier one locks '{1}' after '{0}': "
          "whichever order the application has, one of them can end in a deadlock.",
          now.second.table, now.first.table)
      .help(
          "Lock the two in the same order in every transaction, the order that the application "
          "has; or give each a transaction of its own.")
      .related(now.first.step->statement().keyword_span, "Here this transaction locks '{}'.",
               now.first.table)
      .related(earlier.second.step->statement().keyword_span,
               "Here the earlier transaction locks '{}', with '{}' locked already.",
               earlier.second.table, earlier.first.table);
}

/// One finding for each transaction is enough.
void look_at(const StepsOfTransaction& steps, Pairs& pairs, Findings& findings) {
  const std::vector<Taken> taken = locks_in_order(steps, false);
  bool reported = false;
  for (std::size_t i = 0; i < taken.size(); ++i) {
    for (std::size_t j = i + 1; j < taken.size(); ++j) {
      // In which order one statement locks its tables is not known.
      if (taken[i].step == taken[j].step) continue;
      const Pair pair{.first = taken[i], .second = taken[j]};
      const auto opposite = pairs.find({pair.second.table, pair.first.table});
      const bool inverted = opposite != pairs.end() &&
                            conflict(opposite->second.first.mode, pair.second.mode) &&
                            conflict(opposite->second.second.mode, pair.first.mode);
      if (inverted && !std::exchange(reported, true)) report(opposite->second, pair, findings);
      pairs.try_emplace({pair.first.table, pair.second.table}, pair);
    }
  }
}

void look_at_concurrent_runs(const StepsOfTransaction& steps, Findings& findings) {
  const std::vector<Taken> taken = locks_in_order(steps, true);
  const auto second = std::find_if(taken.begin(), taken.end(), [&taken](const Taken& each) {
    return each.step != taken.front().step;
  });
  if (second == taken.end()) return;
  findings.report(second->step->statement().keyword_span)
      .message(
          "This transaction locks '{}' after '{}': where several processes run it at once, one "
          "that has begun to work and one that is still here can end in a deadlock.",
          second->table, taken.front().table)
      .help(
          "Take an advisory lock first, so that one process runs it at a time:\n"
          "SELECT pg_advisory_xact_lock(4711);")
      .related(taken.front().step->statement().keyword_span, "Here it locks '{}'.",
               taken.front().table);
}

void check(const History& history, Findings& findings) {
  Pairs pairs;
  for (const StepsOfTransaction& steps : transactions_of(history)) {
    const bool for_good = std::any_of(steps.begin(), steps.end(),
                                      [](const Step* step) { return takes_session_lock(*step); });
    if (for_good) return;
    if (steps.front()->transaction().kind == TransactionKind::kNone) continue;
    if (history.runner.concurrent_runs) {
      look_at_concurrent_runs(steps, findings);
    } else {
      look_at(steps, pairs, findings);
    }
  }
}

}  // namespace

extern constinit const Rule lock_order_inversion = on_history<check>(kInfo);

}  // namespace unwedge::rules
