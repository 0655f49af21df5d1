// What works CONCURRENTLY commits between its phases, so the server refuses it in any transaction
// block: one that the file opens, one that the runner opens, and the implicit one of a message or
// pipeline with several statements.

#include <string_view>
#include <utility>

#include "unwedge/rule.h"
#include "unwedge/sqlstate.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "concurrently-in-transaction",
    .summary = "CONCURRENTLY inside a transaction is refused by the server",
    .category = Category::kTransaction,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
    .aliases = {"ban-concurrent-index-creation-in-transaction"},  // squawk
};

/// The word CONCURRENTLY in the statement; empty when it has none.
Span concurrently_span(const Step& step) {
  const Statement& statement = step.statement();
  if (const auto* index = statement.get<CreateIndex>()) return index->concurrently_span;
  if (const auto* drop = statement.get<Drop>()) return drop->concurrently_span;
  if (const auto* reindex = statement.get<Reindex>()) return reindex->concurrently_span;
  if (const auto* alter = statement.get<AlterTable>()) {
    for (const AlterAction& action : alter->actions) {
      const auto* partition = action.get<OtherTable>();
      if (partition != nullptr && !partition->concurrently_span.empty()) {
        return partition->concurrently_span;
      }
    }
  }
  return {};
}

std::string_view command(const Step& step) {
  const bool detach = step.statement().get<AlterTable>() != nullptr;
  return detach ? "DETACH PARTITION CONCURRENTLY" : command_name(step.statement());
}

void check(const Migration& migration, Findings& findings) {
  bool questioned = false;
  for (const Step& step : migration.steps) {
    const auto& refusal = step.effects().refusal;
    if (!refusal || refusal->sqlstate != kInTransactionBlock) continue;
    const Span span = concurrently_span(step);
    if (span.empty()) continue;
    // What the tool does with the file is one question, however many statements ask it.
    const bool possible = refusal->certainty == Certainty::kPossible;
    if (possible && std::exchange(questioned, true)) continue;
    FindingBuilder finding = findings.report(span);
    explain_refused_inside(step, command(step), finding);
    // The runner refuses the file once, and as a whole.
    if (step.transaction().refused_by_runner) return;
  }
}

}  // namespace

extern constinit const Rule concurrently_in_transaction = on_migration<check>(kInfo);

}  // namespace unwedge::rules
