// See table_size_notes.h.

#include "lint/table_size_notes.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace unwedge::lint {
namespace {

/// The tables whose rows the step reads or writes in proportion to their number, each once.
std::vector<RelationId> tables_worked_on(const Step& step) {
  std::vector<RelationId> tables;
  for (const Work& work : step.effects().work) {
    if (!work.existing || work.kind == WorkKind::kTruncate) continue;
    const schema::Relation* relation = step.schema().find(work.relation);
    const bool is_index = relation != nullptr && relation->kind == schema::RelationKind::kIndex;
    const RelationId& table = is_index ? relation->index_of : work.relation;
    if (std::find(tables.begin(), tables.end(), table) == tables.end()) tables.push_back(table);
  }
  return tables;
}

}  // namespace

void add_table_sizes(const RuleInfo& rule, const Step& step, Finding& finding) {
  const TableSizes& sizes = step.schema().sizes();
  if (rule.kind != Kind::kBlocks || sizes.empty()) return;
  const std::vector<RelationId> tables = tables_worked_on(step);
  for (const RelationId& table : tables) {
    const std::string size = sizes.describe(table);
    if (!size.empty()) finding.message += fmt::format(" '{}' {}.", table, size);
  }
  const bool all_small =
      !tables.empty() && std::all_of(tables.begin(), tables.end(),
                                     [&](const RelationId& table) { return sizes.small(table); });
  if (all_small) finding.severity = Severity::kInfo;
}

}  // namespace unwedge::lint
