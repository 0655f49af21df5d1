// A table's new name: every query of the running application that has the old one fails.

#include <algorithm>
#include <string>

#include "unwedge/rule.h"
#include "unwedge/transactions_of.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "rename-table",
    .summary = "the running application knows the table by its old name",
    .category = Category::kCompatibility,
    .kind = Kind::kBreaks,
    .severity = Severity::kWarning,
    .since = "0.1.0",
    .aliases = {"renaming-table"},  // squawk
};

/// Whether something takes the old name in the same transaction: a view of the table, or another
/// table.
bool comes_back(const Rename& rename, const StepsOfTransaction& steps, const Step& renaming) {
  const auto from = std::find(steps.begin(), steps.end(), &renaming);
  return std::any_of(from, steps.end(), [&](const Step* step) {
    if (step == &renaming) return false;
    if (const auto* view = step->statement().get<CreateView>()) {
      return view->view.name == rename.object.name;
    }
    if (const auto* table = step->statement().get<CreateTable>()) {
      return table->table.name == rename.object.name;
    }
    const auto* other = step->statement().get<Rename>();
    return other != nullptr && other->part.empty() && other->new_name == rename.object.name;
  });
}

std::string help(const Rename& rename) {
  const QualifiedName now{.schema = rename.object.schema, .name = rename.new_name};
  return fmt::format(
      "Put a view in its place in the same transaction, and drop that when no version uses it any "
      "more:\n"
      "ALTER TABLE {} RENAME TO {};\n"
      "CREATE VIEW {} AS SELECT * FROM {};",
      quoted(rename.object), quoted(rename.new_name), quoted(rename.object), quoted(now));
}

void check(const History& history, Findings& findings) {
  for (const StepsOfTransaction& steps : transactions_of(history)) {
    for (const Step* step : steps) {
      const auto* rename = step->statement().get<Rename>();
      if (rename == nullptr || rename->object_type != ObjectType::kTable ||
          step->effects().refusal) {
        continue;
      }
      if (!step->locks_existing(rename->object) || comes_back(*rename, steps, *step)) continue;
      findings.report(step->statement().keyword_span)
          .message(
              "Renaming '{}' to '{}' breaks the running application, which knows the table by its "
              "old name.",
              rename->object, rename->new_name)
          .help("{}", help(*rename));
    }
  }
}

}  // namespace

extern constinit const Rule rename_table = on_history<check>(kInfo);

}  // namespace unwedge::rules
