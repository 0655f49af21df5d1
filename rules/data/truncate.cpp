// TRUNCATE: every row is gone, and no trigger of a DELETE has seen them. With CASCADE also the rows
// of every table that references this one.

#include <algorithm>
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

/// The tables that CASCADE empties as well, as far as they are known.
std::vector<RelationId> referencing(const std::vector<RelationId>& tables,
                                    const schema::Catalog& catalog) {
  std::vector<RelationId> found;
  std::vector<RelationId> open = tables;
  const auto has = [](const std::vector<RelationId>& list, const RelationId& id) {
    return std::find(list.begin(), list.end(), id) != list.end();
  };
  while (!open.empty()) {
    const RelationId table = open.back();
    open.pop_back();
    for (const auto& reference : catalog.references_to(table)) {
      const RelationId& id = reference.table->id;
      if (has(tables, id) || has(found, id)) continue;
      found.push_back(id);
      open.push_back(id);
    }
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
  const std::vector<RelationId> others = referencing(tables, step.schema());
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
