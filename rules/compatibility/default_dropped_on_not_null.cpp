// A column that is added, and when the change set has run is NOT NULL without a default: the
// application that still runs does not know the column, and every INSERT of it fails.

#include <algorithm>
#include <map>
#include <set>
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

/// Whether a trigger may give the column a value: its function names the column, or is not known.
bool may_be_filled(const schema::Relation& table, Name column, const schema::Catalog& catalog) {
  const auto mentions = [column](const schema::Function& function) {
    return function.source.empty() || function.source.find(column) != std::string::npos;
  };
  return std::any_of(
      table.triggers.begin(), table.triggers.end(), [&](const schema::Trigger& trigger) {
        if (!trigger.row_level || trigger.constraint) return false;
        const schema::Overloads* known = catalog.find_function(trigger.function);
        return known == nullptr ||
               std::any_of(known->functions.begin(), known->functions.end(), mentions);
      });
}

struct Added {
  Span place;
  bool may_be_there = false;  ///< IF NOT EXISTS: it may have been NOT NULL before
  /// What made it NOT NULL without a default, as far as is known; null: nothing.
  const AlterTable* alter = nullptr;
  const AlterAction* action = nullptr;
};

class Search {
 public:
  Search(const History& history, Findings& findings) : history_(history), findings_(findings) {}

  void look_at(const Step& step) {
    if (step.effects().refusal) return;
    if (const auto* rename = step.statement().get<Rename>()) {
      if (rename->object_type == ObjectType::kColumn) look_at(*rename, step);
    } else if (const auto* alter = step.statement().get<AlterTable>()) {
      const RelationId table = history_.resolve(alter->table, step);
      for (const AlterAction& action : alter->actions) look_at(*alter, action, table, step);
    }
  }

  void report() {
    for (const auto& [place, added] : added_) {
      if (added.action == nullptr || !fails(place)) continue;
      const bool sets_not_null = added.action->kind == AlterKind::kSetNotNull;
      findings_.report(added.action->span)
          .message(
              "'{}' of '{}' is new, NOT NULL, and left without a default: an application that does "
              "not know it yet fails with every INSERT.",
              place.second, added.alter->table)
          .help("{} in a later migration, when every running version writes the column.",
                sets_not_null ? "Give it a default as well, or set NOT NULL" : "Drop the default")
          .related(added.place, "Here the column is added.");
    }
  }

 private:
  /// With a default of its own the application need not have written it.
  void look_at(const Rename& rename, const Step& step) {
    const RelationId table = history_.resolve(rename.object, step);
    const schema::Relation* relation = history_.schema->find(table);
    const schema::Column* now = relation == nullptr ? nullptr : relation->column(rename.new_name);
    if (now != nullptr && (now->default_value || now->identity != Identity::kNone)) return;
    known_.emplace(table, std::string(rename.part));
  }

  void look_at(const AlterTable& alter, const AlterAction& action, const RelationId& table,
               const Step& step) {
    const auto* add = action.get<AddColumn>();
    const Place place(table, std::string(add == nullptr ? action.name : add->column.name));
    if (action.kind == AlterKind::kDropColumn) known_.insert(place);
    if (add != nullptr) {
      if (!known_.contains(place) && step.locks_existing(alter.table)) {
        added_[place] = {.place = add->column.name_span, .may_be_there = add->if_not_exists};
      }
      return;
    }
    // A statement that fails where there are rows is another rule's matter.
    const bool sets_not_null =
        action.kind == AlterKind::kSetNotNull && step.effects().rejected_by_rows.empty();
    if (!sets_not_null && action.kind != AlterKind::kDropDefault) return;
    const auto added = added_.find(place);
    if (added == added_.end() || (sets_not_null && added->second.may_be_there)) return;
    added->second.alter = &alter;
    added->second.action = &action;
  }

  /// Whether an INSERT that does not name the column fails.
  [[nodiscard]] bool fails(const Place& place) const {
    const schema::Relation* relation = history_.schema->find(place.first);
    const schema::Column* column = relation == nullptr ? nullptr : relation->column(place.second);
    return column != nullptr && column->not_null && !column->default_value && !column->generated &&
           column->identity == Identity::kNone &&
           !may_be_filled(*relation, place.second, *history_.schema);
  }

  const History& history_;
  Findings& findings_;
  std::map<Place, Added> added_;
  std::set<Place> known_;  ///< a column of that name was there, so that the application writes it
};

void check(const History& history, Findings& findings) {
  Search search(history, findings);
  for (const Migration& migration : history.migrations) {
    for (const Step& step : migration.steps) search.look_at(step);
  }
  search.report();
}

}  // namespace

extern constinit const Rule default_dropped_on_not_null = on_history<check>(kInfo);

}  // namespace unwedge::rules
