// SET NOT NULL reads the whole table under ACCESS EXCLUSIVE to look for nulls, unless a valid CHECK
// already proves that there are none.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

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

using Columns = std::vector<Name>;

template <typename Format>
std::string for_each(const Columns& columns, std::string_view separator, Format&& format) {
  std::string text;
  for (const Name column : columns) {
    if (!text.empty()) text += separator;
    text += format(column);
  }
  return text;
}

/// Since Postgres 18: NOT NULL constraints of their own, one for each column.
std::string not_null_constraints(const AlterTable& alter, const Columns& columns) {
  const auto constraint = [&alter](Name column) {
    const std::string name = fmt::format("{}_{}_not_null", alter.table.name, column);
    return quoted(Name(name));
  };
  return fmt::format(
      "Add the constraint unverified, and verify it in a later transaction, where reads and "
      "writes go on:\n"
      "ALTER TABLE {0} {1};\n"
      "-- in the next migration:\n"
      "ALTER TABLE {0} {2};",
      quoted(alter.table),
      for_each(columns, ", ",
               [&](Name column) {
                 return fmt::format("ADD CONSTRAINT {} NOT NULL {} NOT VALID", constraint(column),
                                    quoted(column));
               }),
      for_each(columns, ", ", [&](Name column) {
        return fmt::format("VALIDATE CONSTRAINT {}", constraint(column));
      }));
}

std::string help(const AlterTable& alter, const Columns& columns, PgVersion postgres) {
  if (postgres.major >= kNotNullNotValidSince) return not_null_constraints(alter, columns);
  const std::string table = quoted(alter.table);
  const std::string name = columns.size() == 1
                               ? fmt::format("{}_{}_not_null", alter.table.name, columns.front())
                               : fmt::format("{}_not_null", alter.table.name);
  const std::string constraint = quoted(Name(name));
  const std::string check = fmt::format(
      "ALTER TABLE {0} ADD CONSTRAINT {1} CHECK ({2}) NOT VALID;\n"
      "-- in the next migration:\n"
      "ALTER TABLE {0} VALIDATE CONSTRAINT {1};",
      table, constraint, for_each(columns, " AND ", [](Name column) {
        return fmt::format("{} IS NOT NULL", quoted(column));
      }));
  if (postgres.major < kProofSince) {
    return fmt::format("Keep a CHECK in its place, verified while reads and writes go on:\n{}",
                       check);
  }
  return fmt::format(
      "Prove it first with a CHECK, verified while reads and writes go on:\n{0}\n"
      "-- in the migration after that:\n"
      "ALTER TABLE {1} {2};\n"
      "ALTER TABLE {1} DROP CONSTRAINT {3};",
      check, table,
      for_each(
          columns, ", ",
          [](Name column) { return fmt::format("ALTER COLUMN {} SET NOT NULL", quoted(column)); }),
      constraint);
}

bool scans(const Step& step, const AlterAction& action) {
  const std::vector<Work>& work = step.effects().work;
  return std::any_of(work.begin(), work.end(), [&action](const Work& each) {
    return each.existing && each.kind == WorkKind::kScan && each.cause == action.span;
  });
}

/// 'a' and 'b'; 'a' and 3 more columns.
std::string in_words(const Columns& columns) {
  if (columns.size() > 2) {
    return fmt::format("'{}' and {} more columns", columns.front(), columns.size() - 1);
  }
  return for_each(columns, " and ", [](Name column) { return fmt::format("'{}'", column); });
}

void check(const AlterTable& alter, const Step& step, Findings& findings) {
  Columns unproven;
  Span place;
  for (const AlterAction& action : alter.actions) {
    if (action.kind != AlterKind::kSetNotNull || !scans(step, action)) continue;
    if (unproven.empty()) place = action.span;
    unproven.push_back(action.name);
  }
  // One ALTER TABLE scans once, whatever the number of columns.
  if (unproven.empty()) return;
  findings.report(place)
      .message(
          "Setting {} NOT NULL reads all of '{}' to look for nulls and blocks every read and write "
          "of it meanwhile.",
          in_words(unproven), alter.table)
      .help("{}", help(alter, unproven, step.postgres()));
}

}  // namespace

extern constinit const Rule set_not_null_without_check = on<AlterTable, check>(kInfo);

}  // namespace unwedge::rules
