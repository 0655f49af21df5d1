// ON DELETE SET NULL of a column that is NOT NULL: the foreign key can be made, and every delete of
// a referenced row then fails.

#include <algorithm>
#include <string>
#include <vector>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "set-null-on-not-null",
    .summary = "ON DELETE or ON UPDATE SET NULL of a NOT NULL column fails later",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
};

using Action = Constraint::Action;

/// What the foreign key sets to null: nothing, where it does no such thing.
std::vector<Name> nulled(const Constraint& key) {
  if (key.kind != Constraint::Kind::kForeignKey) return {};
  if (key.on_delete == Action::kSetNull && !key.set_columns.empty()) return key.set_columns;
  const bool sets = key.on_delete == Action::kSetNull || key.on_update == Action::kSetNull;
  return sets ? key.columns : std::vector<Name>();
}

void report(const Constraint& key, Name column, const QualifiedName& table, Span place,
            Findings& findings) {
  const bool deletes = key.on_delete == Action::kSetNull;
  findings.report(place)
      .message(
          "'{}' of '{}' is NOT NULL, so the {} of a row of '{}' that is referenced fails: ON {} "
          "SET NULL cannot set it to null.",
          column, table, deletes ? "delete" : "key update", key.references,
          deletes ? "DELETE" : "UPDATE")
      .help(
          "Let the column be null, or choose another action: ON {0} CASCADE takes the referencing "
          "rows along, ON {0} RESTRICT says no in plain words.",
          deletes ? "DELETE" : "UPDATE");
}

bool is_not_null(const ColumnDefinition& column) {
  return column.not_null ||
         std::any_of(column.constraints.begin(), column.constraints.end(), [](const auto& each) {
           return each.kind == Constraint::Kind::kPrimaryKey ||
                  each.kind == Constraint::Kind::kNotNull;
         });
}

void check_new_table(const CreateTable& create, Findings& findings) {
  const auto not_null = [&create](Name name) {
    return std::any_of(
               create.columns.begin(), create.columns.end(),
               [name](const auto& each) { return each.name == name && is_not_null(each); }) ||
           std::any_of(create.constraints.begin(), create.constraints.end(),
                       [name](const auto& key) {
                         return key.kind == Constraint::Kind::kPrimaryKey &&
                                std::find(key.columns.begin(), key.columns.end(), name) !=
                                    key.columns.end();
                       });
  };
  const auto check_key = [&](const Constraint& key) {
    for (const Name column : nulled(key)) {
      if (not_null(column)) return report(key, column, create.table, key.span, findings);
    }
  };
  for (const ColumnDefinition& column : create.columns) {
    for (const Constraint& key : column.constraints) check_key(key);
  }
  for (const Constraint& key : create.constraints) check_key(key);
}

/// What one ALTER TABLE itself says of the column, and otherwise what is known of it.
bool not_null_after(const AlterTable& alter, Name name, const schema::Relation* table) {
  bool not_null =
      table != nullptr && table->column(name) != nullptr && table->column(name)->not_null;
  for (const AlterAction& action : alter.actions) {
    const auto* add = action.get<AddColumn>();
    if (action.name != name) continue;
    if (add != nullptr) not_null = is_not_null(add->column);
    if (action.kind == AlterKind::kSetNotNull) not_null = true;
    if (action.kind == AlterKind::kDropNotNull) not_null = false;
  }
  return not_null;
}

bool drops(const AlterTable& alter, const std::string& constraint) {
  return std::any_of(
      alter.actions.begin(), alter.actions.end(), [&constraint](const AlterAction& action) {
        return action.kind == AlterKind::kDropConstraint && action.name == constraint;
      });
}

void check_change(const AlterTable& alter, const Step& step, Findings& findings) {
  const schema::Relation* table = step.schema().find(step.resolve(alter.table));
  const auto check_key = [&](const Constraint& key, Span place) {
    for (const Name column : nulled(key)) {
      if (not_null_after(alter, column, table)) {
        return report(key, column, alter.table, place, findings);
      }
    }
  };
  for (const AlterAction& action : alter.actions) {
    if (const auto* add = action.get<AddColumn>()) {
      for (const Constraint& key : add->column.constraints) check_key(key, key.span);
    } else if (const auto* added = action.get<AddConstraint>()) {
      check_key(added->constraint, action.span);
    } else if (action.kind == AlterKind::kSetNotNull && table != nullptr) {
      for (const schema::ForeignKey& key : table->foreign_keys) {
        if (drops(alter, key.name)) continue;
        const auto& columns = key.set_columns.empty() ? key.columns : key.set_columns;
        const bool sets = key.on_delete == Action::kSetNull &&
                          std::find(columns.begin(), columns.end(), action.name) != columns.end();
        if (!sets) continue;
        findings.report(action.span)
            .message(
                "'{}' of '{}' becomes NOT NULL, but its foreign key '{}' says ON DELETE SET "
                "NULL: every delete of a row of '{}' that is referenced then fails.",
                action.name, alter.table, key.name, key.references)
            .help("Make the foreign key anew with another action, such as ON DELETE CASCADE.");
      }
    }
  }
}

void check(const Step& step, Findings& findings) {
  if (step.effects().refusal) return;
  if (const auto* create = step.statement().get<CreateTable>()) {
    check_new_table(*create, findings);
  } else if (const auto* alter = step.statement().get<AlterTable>()) {
    check_change(*alter, step, findings);
  }
}

}  // namespace

extern constinit const Rule set_null_on_not_null = on_step<check>(kInfo);

}  // namespace unwedge::rules
