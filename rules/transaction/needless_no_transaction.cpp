// Whoever runs a migration without a transaction pays for it when it fails half-way. That is worth
// it where the server refuses a statement inside one, or where the work is to be committed in
// pieces; otherwise the opt-out is often left over from another migration.

#include <algorithm>
#include <set>
#include <span>
#include <string_view>

#include "unwedge/rule.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "needless-no-transaction",
    .summary = "no transaction, although nothing in the migration needs that",
    .category = Category::kTransaction,
    .kind = Kind::kPolicy,
    .severity = Severity::kInfo,
    .since = "0.1.0",
};

/// Work in proportion to rows: next to other statements, it is better done without their locks.
bool takes_long(const Step& step) {
  return std::any_of(step.effects().work.begin(), step.effects().work.end(),
                     [](const Work& work) { return work.existing; });
}

bool validates(const AlterTable& alter) {
  return std::any_of(alter.actions.begin(), alter.actions.end(), [](const AlterAction& action) {
    return action.kind == AlterKind::kValidateConstraint;
  });
}

/// There is, or may be, a reason for it not to be in a transaction.
bool may_need_it(const Step& step) {
  const Statement& statement = step.statement();
  if (is_refused_in_transaction(statement, step.postgres())) return true;
  if (statement.get<Execute>() != nullptr) return true;
  // A new enum value cannot be used before it is committed.
  if (const auto* alter = statement.get<AlterEnum>()) return alter->old_value.empty();
  if (const auto* alter = statement.get<AlterTable>()) return validates(*alter);
  return statement.get<Call>() != nullptr || statement.get<TransactionControl>() != nullptr ||
         statement.get<SyntaxError>() != nullptr;
}

/// Two locks that others wait for are better not held together.
bool locks_several(std::span<const Step> steps) {
  std::set<RelationId> locked;
  for (const Step& step : steps) {
    for (const Lock& lock : step.effects().locks) {
      if (lock.existing && blocks_writes(lock.mode)) locked.insert(lock.relation);
    }
  }
  return locked.size() > 1;
}

bool may_need_it(const MigrationSection& section) {
  const std::span<const Step> steps = section.steps;
  if (std::any_of(steps.begin(), steps.end(), [](const Step& step) { return may_need_it(step); })) {
    return true;
  }
  // A DO block is one statement, whatever there is in it.
  const auto statements = std::count_if(steps.begin(), steps.end(),
                                        [](const Step& step) { return step.block() == nullptr; });
  if (statements == 1) return false;
  return locks_several(steps) || std::any_of(steps.begin(), steps.end(), takes_long);
}

void check(const Migration& migration, Findings& findings) {
  for (const MigrationSection& section : migration.sections) {
    if (!section.opted_out || section.steps.empty() || may_need_it(section)) continue;
    const Step& first = section.steps.front();
    FindingBuilder finding = findings.report(first.statement().keyword_span);
    finding
        .message("Nothing in this migration needs to run outside {}'s transaction.",
                 first.runner().name)
        .help("Take the opt-out away.");
    if (!section.opt_out.empty()) {
      finding.related(section.opt_out, "This keeps it out of the transaction.");
    }
  }
}

}  // namespace

extern constinit const Rule needless_no_transaction = on_migration<check>(kInfo);

}  // namespace unwedge::rules
