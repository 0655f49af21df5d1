// PRIMARY KEY USING INDEX takes over a finished index, but sets its columns NOT NULL: unless that
// is known already, the table is read under ACCESS EXCLUSIVE to look for nulls.

#include <string>

#include "unwedge/features.h"
#include "unwedge/rule.h"
#include "unwedge/subcommand.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "primary-key-scans-for-nulls",
    .summary = "PRIMARY KEY USING INDEX reads the table to look for nulls",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

/// The columns of the index that may hold nulls, as a condition; empty when they are not known.
std::string condition(const Constraint& key, const RelationId& table, const Step& step) {
  const schema::Relation* relation = step.schema().find(table);
  const schema::Relation* index =
      step.schema().find({.schema = table.schema, .name = std::string(key.using_index)});
  if (index == nullptr || !index->index || relation == nullptr) return {};
  std::string text;
  for (const schema::IndexPart& part : index->index->parts) {
    if (part.column.empty()) return {};
    if (relation->proves_not_null(part.column)) continue;
    text += fmt::format("{}{} IS NOT NULL", text.empty() ? "" : " AND ", quoted(Name(part.column)));
  }
  return text;
}

std::string help(const AlterTable& alter, const AlterAction& action, const Constraint& key,
                 const std::string& condition, const Step& step) {
  if (step.postgres() < kNotNullProvedByCheck) {
    return "Run it while nobody uses the table: before Postgres 12 nothing can prove to it that "
           "there are no nulls.";
  }
  if (condition.empty()) {
    return "If its columns are not NOT NULL yet, prove them first with a CHECK (column IS NOT "
           "NULL) that is added NOT VALID and validated in a later migration.";
  }
  const std::string table = quoted(alter.table);
  const std::string proof = quoted(Name(std::string(key.using_index) + "_not_null"));
  return fmt::format(
      "Prove it first with a CHECK, verified while reads and writes go on:\n"
      "ALTER TABLE {0} ADD CONSTRAINT {1} CHECK ({2}) NOT VALID;\n"
      "-- in the next migration:\n"
      "ALTER TABLE {0} VALIDATE CONSTRAINT {1};\n"
      "-- in the migration after that:\n"
      "ALTER TABLE {0} {3};\n"
      "ALTER TABLE {0} DROP CONSTRAINT {1};",
      table, proof, condition, words_at(step, action.span));
}

void check(const AlterTable& alter, const Step& step, Findings& findings) {
  const RelationId table = step.resolve(alter.table);
  for (const AlterAction& action : alter.actions) {
    const auto* add = action.get<AddConstraint>();
    if (add == nullptr || add->constraint.kind != Constraint::Kind::kPrimaryKey ||
        add->constraint.using_index.empty()) {
      continue;
    }
    const Work* scan = work_for(step, action, WorkKind::kScan);
    if (scan == nullptr) continue;
    const bool certain = scan->certainty == Certainty::kCertain;
    findings.report(action.span)
        .message(
            "Making index '{}' the primary key {} all of '{}' to look for nulls and {} every read "
            "and write of it meanwhile.",
            add->constraint.using_index, certain ? "reads" : "may read", alter.table,
            certain ? "blocks" : "block")
        .help("{}",
              help(alter, action, add->constraint, condition(add->constraint, table, step), step))
        .certainty(scan->certainty);
  }
}

}  // namespace

extern constinit const Rule primary_key_scans_for_nulls = on<AlterTable, check>(kInfo);

}  // namespace unwedge::rules
