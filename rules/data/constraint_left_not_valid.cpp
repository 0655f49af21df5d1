// NOT VALID is a beginning: the rows from before stay unchecked until VALIDATE CONSTRAINT has read
// them. When several later migrations have not done that, it has been forgotten.

#include <algorithm>
#include <cstddef>
#include <string>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "constraint-left-not-valid",
    .summary = "no later migration validates the constraint",
    .category = Category::kData,
    .kind = Kind::kLoses,
    .severity = Severity::kInfo,
    .since = "0.1.0",
};

/// The next migration may have been meant to come with a later release.
constexpr std::size_t kLaterFiles = 3;

/// The name that the constraint has in the schema, if it is there and still NOT VALID.
std::string name_if_not_valid(const Constraint& constraint, const schema::Relation& table) {
  if (constraint.kind == Constraint::Kind::kForeignKey) {
    for (const schema::ForeignKey& key : table.foreign_keys) {
      const bool same = constraint.name.empty()
                            ? std::equal(key.columns.begin(), key.columns.end(),
                                         constraint.columns.begin(), constraint.columns.end())
                            : key.name == constraint.name;
      if (same && !key.valid && key.enforced) return key.name;
    }
    return {};
  }
  for (const schema::Check& check : table.checks) {
    const bool same = constraint.name.empty() ? check.expression && constraint.expression &&
                                                    schema::same_expression(check.expression->get(),
                                                                            *constraint.expression)
                                              : check.name == constraint.name;
    if (same && !check.valid && check.enforced) return check.name;
  }
  return {};
}

void look_at(const AlterTable& alter, const Step& step, const History& history,
             Findings& findings) {
  for (const AlterAction& action : alter.actions) {
    const auto* add = action.get<AddConstraint>();
    if (add == nullptr || !add->constraint.not_valid) continue;
    const schema::Relation* table = history.schema->find(history.resolve(alter.table, step));
    if (table == nullptr) continue;
    const std::string name = name_if_not_valid(add->constraint, *table);
    if (name.empty()) continue;
    findings.report(action.span)
        .message(
            "No later migration validates '{}' of '{}': rows from before it may break the "
            "constraint, and the planner does not rely on it.",
            name, alter.table)
        .help(
            "Validate it, which reads the table while reads and writes go on:\n"
            "ALTER TABLE {} VALIDATE CONSTRAINT {};",
            quoted(alter.table), quoted(Name(name)));
  }
}

void check(const History& history, Findings& findings) {
  if (history.files.size() <= history.last + kLaterFiles) return;
  for (const Migration& migration : history.migrations) {
    for (const Step& step : migration.steps) {
      const auto* alter = step.statement().get<AlterTable>();
      if (alter != nullptr) look_at(*alter, step, history, findings);
    }
  }
}

}  // namespace

extern constinit const Rule constraint_left_not_valid = on_history<check>(kInfo);

}  // namespace unwedge::rules
