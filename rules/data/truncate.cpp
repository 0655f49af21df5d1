// TRUNCATE: every row is gone, and no trigger of a DELETE has seen them. With CASCADE also the rows
// of every table that references this one.

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "unwedge/rule.h"
#include "unwedge/words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "truncate",
    .summary = "TRUNCATE deletes every row of a table",
    .category = Category::kData,
    .kind = Kind::kLoses,
    .severity = Severity::kWarning,
    .since = "0.1.0",
    .aliases = {"ban-truncate-cascade"},  // squawk
};

/// The tables that CASCADE empties as well, as far as they are known; without the partitions, and
/// the tables that inherit, of those that are named anyway.
std::vector<RelationId> referencing(const std::vector<RelationId>& tables, const Step& step) {
  std::vector<RelationId> emptied = tables;
  for (const Work& work : step.effects().work) {
    if (work.kind == WorkKind::kTruncate) emptied.push_back(work.relation);
  }
  const auto is_emptied = [&emptied](const RelationId& id) {
    return std::find(emptied.begin(), emptied.end(), id) != emptied.end();
  };
  std::vector<RelationId> found;
  for (auto each = emptied.begin() + static_cast<std::ptrdiff_t>(tables.size());
       each != emptied.end(); ++each) {
    const auto parents = step.schema().ancestors_of(*each);
    const bool named = std::find(tables.begin(), tables.end(), *each) != tables.end();
    if (!named && std::none_of(parents.begin(), parents.end(), is_emptied)) found.push_back(*each);
  }
  return found;
}

void check(const Truncate& truncate, const Step& step, Findings& findings) {
  if (step.effects().refusal) return;
  std::vector<RelationId> tables;
  bool existing = false;
  bool has_rows = false;
  for (const QualifiedName& table : truncate.tables) {
    const RelationId& id = tables.emplace_back(step.resolve(table));
    existing = existing || step.schema().existing(id);
    has_rows = has_rows || (step.schema().existing(id) && !step.session().known_empty(id));
  }
  if (truncate.cascade ? !existing : !has_rows) return;
  FindingBuilder finding = findings.report(step.statement().keyword_span);
  if (!truncate.cascade) {
    finding.message("This deletes every row of {}.", list_in_words(tables))
        .help("Make sure that nobody needs the rows any more, or keep a copy of them.");
    return;
  }
  const std::vector<RelationId> others = referencing(tables, step);
  const bool harmless = others.empty() && step.schema().complete();
  finding
      .message("This deletes every row of {}{}.", list_in_words(tables),
               !others.empty() ? " and of what references it: " + list_in_words(others)
               : harmless      ? ""
                               : " and of every table that references it")
      .help(
          "Name every table that is to be emptied, without CASCADE: the server refuses it if one "
          "is missing.");
  if (!harmless) finding.severity(Severity::kError);
}

}  // namespace

extern constinit const Rule truncate = on<Truncate, check>(kInfo);

}  // namespace unwedge::rules
