// A column that was added as NOT NULL with a default and then loses the default: the application
// that still runs does not know the column, and every INSERT of it fails.

#include <map>
#include <string>
#include <utility>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "default-dropped-on-not-null",
    .summary = "a new NOT NULL column is left without a default",
    .category = Category::kCompatibility,
    .kind = Kind::kBreaks,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

using Place = std::pair<RelationId, std::string>;

/// Whether the step's table was there before the change set.
bool is_of_existing_table(const Step& step, const AlterTable& alter) {
  for (const Lock& lock : step.effects().locks) {
    if (lock.relation.name == alter.table.name && !lock.is_index) return lock.existing;
  }
  return false;
}

class Search {
 public:
  Search(const History& history, Findings& findings) : history_(history), findings_(findings) {}

  void look_at(const Step& step) {
    const auto* alter = step.statement().get<AlterTable>();
    if (alter == nullptr || step.effects().refusal) return;
    const RelationId table = history_.resolve(alter->table, step);
    for (const AlterAction& action : alter->actions) {
      const auto* add = action.get<AddColumn>();
      if (add != nullptr && is_of_existing_table(step, *alter)) {
        added_[{table, std::string(add->column.name)}] = add->column.name_span;
      } else if (action.kind == AlterKind::kDropDefault) {
        look_at(*alter, action, table);
      }
    }
  }

 private:
  void look_at(const AlterTable& alter, const AlterAction& action, const RelationId& table) {
    const auto added = added_.find({table, std::string(action.name)});
    const schema::Relation* relation = history_.schema->find(table);
    if (added == added_.end() || relation == nullptr) return;
    const schema::Column* column = relation->column(action.name);
    const bool fails = column != nullptr && column->not_null && !column->default_value &&
                       !column->generated && column->identity == Identity::kNone;
    if (!fails) return;
    findings_.report(action.span)
        .message(
            "'{}' of '{}' is new, NOT NULL, and left without a default: an application that does "
            "not know it yet fails with every INSERT.",
            action.name, alter.table)
        .help(
            "Drop the default in a later migration, when every running version writes the "
            "column.")
        .related(added->second, "Here the column is added.");
  }

  const History& history_;
  Findings& findings_;
  std::map<Place, Span> added_;
};

void check(const History& history, Findings& findings) {
  Search search(history, findings);
  for (const Migration& migration : history.migrations) {
    for (const Step& step : migration.steps) search.look_at(step);
  }
}

}  // namespace

extern constinit const Rule default_dropped_on_not_null = on_history<check>(kInfo);

}  // namespace unwedge::rules
