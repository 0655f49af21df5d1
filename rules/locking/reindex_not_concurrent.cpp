// REINDEX holds SHARE on the table and ACCESS EXCLUSIVE on each index while it rebuilds it. Writes
// wait for the one and most reads for the other, because the planner opens every index of a table.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "unwedge/rule.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "reindex-not-concurrent",
    .summary = "REINDEX without CONCURRENTLY blocks writes and most reads",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kError,
    .since = "0.1.0",
};

constexpr int kConcurrentlySince = 12;

using Target = Reindex::Target;

/// The objects that have a concurrent form; SYSTEM has none.
struct Words {
  Target target;
  std::string_view sql;
  std::string_view rebuilt;
  std::string_view blocked;  ///< what waits while it is rebuilt
};

constexpr std::array kWords{
    Words{Target::kIndex, "INDEX", "index", "its table"},
    Words{Target::kTable, "TABLE", "the indexes of", "it"},
    Words{Target::kSchema, "SCHEMA", "all indexes in schema", "one table after the other"},
    Words{Target::kDatabase, "DATABASE", "all indexes in database", "one table after the other"},
};

bool is_refused(const Step& step) {
  const auto& refusal = step.effects().refusal;
  return refusal && refusal->certainty == Certainty::kCertain;
}

bool blocks_others(const Reindex& reindex, const Step& step) {
  // SCHEMA and DATABASE lock tables that the statement does not name.
  if (reindex.relation.empty()) return true;
  const std::vector<Lock>& locks = step.effects().locks;
  return std::any_of(locks.begin(), locks.end(),
                     [](const Lock& lock) { return lock.existing && blocks_writes(lock.mode); });
}

/// With the options of the statement, which may name a tablespace.
std::string concurrent_form(const Reindex& reindex, const Words& words, const Step& step) {
  const std::string_view sql = step.sql();
  const std::string_view options = sql.substr(0, sql.find(')') + 1);
  const bool kept = options.find('(') != options.npos && !reindex.relation.empty() &&
                    options.find_first_of("Cc") == options.npos;  // CONCURRENTLY FALSE
  return fmt::format("{} {} CONCURRENTLY {};", kept ? options : "REINDEX", words.sql,
                     reindex.relation.empty() ? quoted(reindex.name) : quoted(reindex.relation));
}

std::string help(const Reindex& reindex, const Words& words, const Step& step) {
  if (step.postgres().major < kConcurrentlySince) {
    return "Build a second index like it with CREATE INDEX CONCURRENTLY, drop the old one with "
           "DROP INDEX CONCURRENTLY, and give its name to the new one.";
  }
  return fmt::format("Rebuild {} while reads and writes go on, in {}",
                     reindex.target == Target::kIndex ? "it" : "them",
                     outside_transaction(step.runner(), concurrent_form(reindex, words, step)));
}

void check(const Reindex& reindex, const Step& step, Findings& findings) {
  const auto* words = std::find_if(kWords.begin(), kWords.end(), [&reindex](const Words& each) {
    return each.target == reindex.target;
  });
  if (words == kWords.end() || reindex.concurrently) return;
  if (is_refused(step) || !blocks_others(reindex, step)) return;
  const std::string object =
      reindex.relation.empty() ? std::string(reindex.name) : fmt::format("{}", reindex.relation);
  findings.report(step.statement().keyword_span)
      .message(
          "Rebuilding {} '{}' blocks every write of {} until {}, and most reads as well, because "
          "the server opens all indexes of a table to plan a query.",
          words->rebuilt, object, words->blocked, locked_until(step))
      .help("{}", help(reindex, *words, step));
}

}  // namespace

extern constinit const Rule reindex_not_concurrent = on<Reindex, check>(kInfo);

}  // namespace unwedge::rules
