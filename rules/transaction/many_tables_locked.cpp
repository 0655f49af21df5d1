// One transaction that shuts two tables which are used together: while it waits for the second, it
// holds the first, and an application that takes them in the other order is a deadlock.

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unwedge/rule.h"
#include "unwedge/transactions_of.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "many-tables-locked",
    .summary = "one transaction shuts several tables that are used together",
    .category = Category::kTransaction,
    .kind = Kind::kBlocks,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

/// A table that the transaction has shut, and the step that did.
struct Shut {
  RelationId table;
  const Step* step = nullptr;
};

/// More than this is not looked through: the first pair is what counts.
constexpr std::size_t kMostTables = 100;

bool references(const schema::Relation& from, const RelationId& to) {
  return std::any_of(from.foreign_keys.begin(), from.foreign_keys.end(),
                     [&to](const schema::ForeignKey& key) { return key.references == to; });
}

/// What joins them: a foreign key, or a view of both.
std::string link(const RelationId& one, const RelationId& other, const schema::Catalog& catalog) {
  const schema::Relation* left = catalog.find(one);
  const schema::Relation* right = catalog.find(other);
  if (left == nullptr || right == nullptr) return {};
  if (references(*left, other)) return fmt::format("'{}' references '{}'", one, other);
  if (references(*right, one)) return fmt::format("'{}' references '{}'", other, one);
  for (const schema::Relation* view : catalog.views_on(one)) {
    if (std::find(view->reads.begin(), view->reads.end(), other) != view->reads.end()) {
      return fmt::format("view '{}' reads both", view->id);
    }
  }
  return {};
}

bool is_table(const RelationId& id, const schema::Catalog& catalog) {
  const schema::Relation* relation = catalog.find(id);
  return relation == nullptr || relation->kind == schema::RelationKind::kTable ||
         relation->kind == schema::RelationKind::kPartitionedTable ||
         relation->kind == schema::RelationKind::kUnknown;
}

void report(const Shut& first, const Shut& second, std::string_view link, Findings& findings) {
  const bool assumed = second.step->transaction().kind == TransactionKind::kAssumed;
  findings.report(second.step->statement().keyword_span)
      .message(
          "{} waits for its turn on '{}' while every read and write of '{}' waits for the same "
          "transaction, and {}: a query that has taken the two in the other order is a deadlock.",
          assumed ? "If your migration tool runs this file in one transaction, it" : "This",
          second.table, first.table, link)
      .help(
          "Give each table a transaction of its own, or set a lock_timeout before the first "
          "statement, so that it gives up before others have queued for long:\n"
          "SET lock_timeout = '2s';")
      .related(first.step->statement().keyword_span, "Here '{}' is shut (ACCESS EXCLUSIVE).",
               first.table);
}

/// Reports the first two that are used together.
void look_at(const StepsOfTransaction& steps, const schema::Catalog& catalog, Findings& findings) {
  std::vector<Shut> shut;
  const Step* before = nullptr;
  for (const Step* step : steps) {
    forget_released(shut, std::exchange(before, step), *step);
    for (const Lock& lock : step->effects().locks) {
      const bool shuts = lock.existing && !lock.is_index && !lock.of_table &&
                         blocks_reads(lock.mode) && lock.certainty == Certainty::kCertain;
      if (!shuts || !is_table(lock.relation, catalog)) continue;
      const bool again = std::any_of(shut.begin(), shut.end(), [&lock](const Shut& each) {
        return each.table == lock.relation;
      });
      if (again || shut.size() == kMostTables) continue;
      const Shut next{.table = lock.relation, .step = step};
      for (const Shut& each : shut) {
        if (each.step == step || step->session().settings->has_lock_timeout()) continue;
        const std::string how = link(each.table, next.table, catalog);
        if (how.empty()) continue;
        report(each, next, how, findings);
        return;
      }
      shut.push_back(next);
    }
  }
}

void check(const History& history, Findings& findings) {
  for (const StepsOfTransaction& steps : transactions_of(history)) {
    if (steps.front()->transaction().kind == TransactionKind::kNone) continue;
    look_at(steps, *history.schema, findings);
  }
}

}  // namespace

extern constinit const Rule many_tables_locked = on_history<check>(kInfo);

}  // namespace unwedge::rules
