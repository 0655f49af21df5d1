// A new NOT NULL column without a default would be null in every row that there is, so the server
// refuses it once there is one. To a table that the migration itself has emptied it may be added.

#include <string>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "not-null-without-default",
    .summary = "a new NOT NULL column without a default fails if the table has a row",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
    .aliases = {"adding-required-field"},  // squawk
};

std::string help(const AlterTable& alter, const AddColumn& add) {
  const std::string table = quoted(alter.table);
  const std::string column = quoted(add.column.name);
  return fmt::format(
      "Give it a default, or add it as nullable, fill it in batches, and make it NOT NULL in a "
      "later migration:\n"
      "ALTER TABLE {0} ADD COLUMN {1} {2};\n"
      "-- when no row is without a value:\n"
      "ALTER TABLE {0} ALTER COLUMN {1} SET NOT NULL;",
      table, column, quoted(add.column.type));
}

void report(const RejectedByRows& rejected, const Step& step, Findings& findings) {
  const auto* alter = step.statement().get<AlterTable>();
  for (const AlterAction& action : alter->actions) {
    const auto* add = action.get<AddColumn>();
    if (add == nullptr || action.span != rejected.cause) continue;
    const bool certain = rejected.certainty == Certainty::kCertain;
    findings.report(action.span)
        .message("Adding the NOT NULL column '{}' without a default {} if '{}' has a row.",
                 add->column.name, certain ? "fails" : "may fail", alter->table)
        .help("{}", help(*alter, *add))
        .certainty(rejected.certainty);
  }
}

void check(const Step& step, Findings& findings) {
  if (step.effects().refusal) return;
  for (const RejectedByRows& rejected : step.effects().rejected_by_rows) {
    if (rejected.existing) report(rejected, step, findings);
  }
}

}  // namespace

extern constinit const Rule not_null_without_default = on_step<check>(kInfo);

}  // namespace unwedge::rules
