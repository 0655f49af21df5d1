// SET NOT NULL reads the whole table under ACCESS EXCLUSIVE to look for nulls, unless a valid CHECK
// already proves that there are none.

#include <algorithm>
#include <string>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "set-not-null-without-check",
    .summary = "SET NOT NULL scans the table while nobody can read or write it",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kError,
    .since = "0.1.0",
    .aliases = {"adding-not-nullable-field"},  // squawk
};

constexpr int kNotNullNotValidSince = 18;
constexpr int kProofSince = 12;

std::string help(const AlterTable& alter, Name column, PgVersion postgres) {
  const std::string table = quoted(alter.table);
  const std::string quoted_column = quoted(column);
  const std::string name = fmt::format("{}_{}_not_null", alter.table.name, column);
  const std::string constraint = quoted(name);
  if (postgres.major >= kNotNullNotValidSince) {
    return fmt::format(
        "Add the constraint unverified, and verify it in a later transaction, where reads and "
        "writes go on:\n"
        "ALTER TABLE {0} ADD CONSTRAINT {1} NOT NULL {2} NOT VALID;\n"
        "-- in the next migration:\n"
        "ALTER TABLE {0} VALIDATE CONSTRAINT {1};",
        table, constraint, quoted_column);
  }
  const std::string check = fmt::format(
      "ALTER TABLE {0} ADD CONSTRAINT {1} CHECK ({2} IS NOT NULL) NOT VALID;\n"
      "-- in the next migration:\n"
      "ALTER TABLE {0} VALIDATE CONSTRAINT {1};",
      table, constraint, quoted_column);
  if (postgres.major < kProofSince) {
    return fmt::format("Keep a CHECK in its place, verified while reads and writes go on:\n{}",
                       check);
  }
  return fmt::format(
      "Prove it first with a CHECK, verified while reads and writes go on:\n{0}\n"
      "-- in the migration after that:\n"
      "ALTER TABLE {1} ALTER COLUMN {2} SET NOT NULL;\n"
      "ALTER TABLE {1} DROP CONSTRAINT {3};",
      check, table, quoted_column, constraint);
}

bool scans(const Step& step, const AlterAction& action) {
  const std::vector<Work>& work = step.effects().work;
  return std::any_of(work.begin(), work.end(), [&action](const Work& each) {
    return each.existing && each.kind == WorkKind::kScan && each.cause == action.span;
  });
}

void check(const AlterTable& alter, const Step& step, Findings& findings) {
  for (const AlterAction& action : alter.actions) {
    if (action.kind != AlterKind::kSetNotNull || !scans(step, action)) continue;
    findings.report(action.span)
        .message(
            "Setting '{}' NOT NULL reads all of '{}' to look for nulls and blocks every read and "
            "write of it meanwhile.",
            action.name, alter.table)
        .help("{}", help(alter, action.name, step.postgres()));
  }
}

}  // namespace

extern constinit const Rule set_not_null_without_check = on<AlterTable, check>(kInfo);

}  // namespace unwedge::rules
