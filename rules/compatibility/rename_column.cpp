// A column's new name: until the last old version of the application is gone, there is always one
// that names it wrongly.

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "unwedge/rule.h"
#include "unwedge/transactions_of.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "rename-column",
    .summary = "the running application knows the column by its old name",
    .category = Category::kCompatibility,
    .kind = Kind::kBreaks,
    .severity = Severity::kWarning,
    .since = "0.1.0",
    .aliases = {"renaming-column"},  // squawk
};

using Columns = std::set<std::pair<RelationId, std::string>>;

bool is_relation(ObjectType type) {
  return type == ObjectType::kTable || type == ObjectType::kView ||
         type == ObjectType::kMaterializedView || type == ObjectType::kForeignTable;
}

/// Whether a later step of the transaction gives the table, or a view in its place, a column of the
/// old name, or the table another name.
bool comes_back(const Rename& rename, const StepsOfTransaction& steps, const Step& renaming) {
  const auto from = std::find(steps.begin(), steps.end(), &renaming);
  return std::any_of(from, steps.end(), [&](const Step* step) {
    if (step == &renaming) return false;
    if (const auto* alter = step->statement().get<AlterTable>()) {
      return alter->table.name == rename.object.name &&
             std::any_of(alter->actions.begin(), alter->actions.end(), [&](const auto& action) {
               const auto* add = action.template get<AddColumn>();
               return add != nullptr && add->column.name == rename.part;
             });
    }
    if (const auto* other = step->statement().get<Rename>()) {
      const bool same_table = other->object.name == rename.object.name;
      return same_table && (other->object_type == ObjectType::kTable ||
                            (!other->part.empty() && other->new_name == rename.part));
    }
    const auto* view = step->statement().get<CreateView>();
    return view != nullptr && view->view.name == rename.object.name;
  });
}

void check(const History& history, Findings& findings) {
  Columns added;
  for (const StepsOfTransaction& steps : transactions_of(history)) {
    for (const Step* step : steps) {
      if (const auto* alter = step->statement().get<AlterTable>()) {
        const RelationId table = history.resolve(alter->table, *step);
        for (const AlterAction& action : alter->actions) {
          const auto* add = action.get<AddColumn>();
          if (add != nullptr) added.emplace(table, std::string(add->column.name));
        }
      }
      const auto* rename = step->statement().get<Rename>();
      if (rename == nullptr || rename->object_type != ObjectType::kColumn ||
          !is_relation(rename->relation_type) || step->effects().refusal) {
        continue;
      }
      const RelationId table = history.resolve(rename->object, *step);
      const bool is_new = added.contains({table, std::string(rename->part)});
      if (is_new) added.emplace(table, std::string(rename->new_name));
      if (is_new || !step->locks_existing(rename->object) || comes_back(*rename, steps, *step))
        continue;
      findings.report(step->statement().keyword_span)
          .message(
              "Renaming '{}' of '{}' to '{}' breaks the running application, which knows the "
              "column "
              "by its old name.",
              rename->part, rename->object, rename->new_name)
          .help(
              "Add a column of the new name, have both written, fill the old rows in batches, and "
              "drop the old one when no version uses it any more.");
    }
  }
}

}  // namespace

extern constinit const Rule rename_column = on_history<check>(kInfo);

}  // namespace unwedge::rules
