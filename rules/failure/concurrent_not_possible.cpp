// CONCURRENTLY where the server has no concurrent form of what is asked for.

#include <string>

#include "unwedge/refusal.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "concurrent-not-possible",
    .summary = "the server has no concurrent form of the statement",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
};

std::string help(const Step& step) {
  if (const auto* drop = step.statement().get<Drop>()) {
    if (drop->objects.size() > 1 || drop->cascade) {
      std::string text = "Drop each index by a statement of its own:";
      for (const QualifiedName& index : drop->objects) {
        text += fmt::format("\nDROP INDEX CONCURRENTLY {}{};", drop->missing_ok ? "IF EXISTS " : "",
                            quoted(index));
      }
      return text;
    }
    return fmt::format(
        "Drop it without CONCURRENTLY, with a lock_timeout, so that nothing queues behind it for "
        "long:\n"
        "SET lock_timeout = '2s';\n"
        "DROP INDEX {};",
        quoted(drop->objects.front()));
  }
  if (const auto* alter = step.statement().get<AlterTable>()) {
    for (const AlterAction& action : alter->actions) {
      const auto* partition = action.get<OtherTable>();
      if (partition == nullptr) continue;
      return fmt::format(
          "Detach it without CONCURRENTLY, with a lock_timeout; a CHECK on the default partition "
          "keeps the scan of it short:\n"
          "SET lock_timeout = '2s';\n"
          "ALTER TABLE {} DETACH PARTITION {};",
          quoted(alter->table), quoted(partition->table));
    }
  }
  if (step.statement().get<RefreshMaterializedView>() != nullptr) {
    return "Leave one of the two out: without CONCURRENTLY the view is emptied at once, and cannot "
           "be read until it is filled again; without WITH NO DATA it is filled while it is read.";
  }
  return "Rebuild the indexes of the tables that need it, with REINDEX TABLE CONCURRENTLY.";
}

void check(const Step& step, Findings& findings) {
  const Refusal* refusal = refused_for(step, RefusalCause::kNotConcurrently);
  if (refusal == nullptr) return;
  findings.report(place_of(*refusal, step))
      .message("Postgres refuses this {}: {}.", refusal->command, refusal->obstacle)
      .help("{}", help(step))
      .certainty(refusal->certainty);
}

}  // namespace

extern constinit const Rule concurrent_not_possible = on_step<check>(kInfo);

}  // namespace unwedge::rules
