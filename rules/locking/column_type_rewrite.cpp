// A new type that is stored in other bytes has every row written anew, and every index built again,
// under ACCESS EXCLUSIVE. One that is stored in the same bytes costs nothing, unless a constraint
// has to be verified again.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "unwedge/features.h"
#include "unwedge/rule.h"
#include "unwedge/subcommand.h"
#include "unwedge/transaction_words.h"
#include "unwedge/type_change.h"
#include "unwedge/words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "column-type-rewrite",
    .summary = "changing a column's type rewrites the whole table",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kError,
    .since = "0.1.0",
    .aliases = {"changing-column-type"},  // squawk
};

using Changes = std::vector<ColumnTypeChange>;

bool is_string(const schema::DataType& type) {
  return type.array_dimensions == 0 && (type.id.name == "text" || type.id.name == "varchar");
}

/// A text that may no longer be longer than so many characters.
bool limits_length(const ColumnTypeChange& change) {
  const TypeReference& type = change.change->type;
  return change.column != nullptr && is_string(change.column->type) &&
         type.name.name == "varchar" && type.modifiers.size() == 1 && type.array_dimensions == 0;
}

/// USING either takes the column as it is, or for a time in UTC.
bool says_utc_or_nothing(const ColumnTypeChange& change) {
  const auto& expression = change.change->using_expression;
  if (!expression) return true;
  return any_part(*expression, [](const Expression& part) {
    return part.kind == Expression::Kind::kConstant && (part.text == "UTC" || part.text == "utc");
  });
}

bool between_timestamps(const ColumnTypeChange& change) {
  if (change.column == nullptr || !says_utc_or_nothing(change)) return false;
  const std::string& from = change.column->type.id.name;
  const Name to = change.change->type.name.name;
  return change.change->type.modifiers.empty() && ((from == "timestamp" && to == "timestamptz") ||
                                                   (from == "timestamptz" && to == "timestamp"));
}

std::string length_form(const AlterTable& alter, const ColumnTypeChange& change) {
  const Name column = change.action->name;
  const std::string table = quoted(alter.table);
  const std::string name = quoted(Name(fmt::format("{}_{}_length", alter.table.name, column)));
  return fmt::format(
      "Keep the type, and let a CHECK limit the length, which is verified while reads and writes "
      "go on:\n"
      "ALTER TABLE {0} ADD CONSTRAINT {1} CHECK (char_length({2}) <= {3}) NOT VALID;\n"
      "-- in the next migration:\n"
      "ALTER TABLE {0} VALIDATE CONSTRAINT {1};",
      table, name, quoted(column), change.change->type.modifiers.front());
}

std::string time_zone_form(const AlterTable& alter, const ColumnTypeChange& change) {
  return fmt::format(
      "If the times are in UTC, say so: then nothing is written anew:\n"
      "SET timezone = 'UTC';\n"
      "ALTER TABLE {} ALTER COLUMN {} TYPE {};\n"
      "RESET timezone;",
      quoted(alter.table), quoted(change.action->name), in_words(change.change->type));
}

std::string new_column_form(const AlterTable& alter, const Changes& changes) {
  const std::string table = quoted(alter.table);
  const bool one = changes.size() == 1;
  std::string add;
  std::string swap;
  for (const ColumnTypeChange& change : changes) {
    const Name column = change.action->name;
    const std::string added = quoted(Name(fmt::format("{}_new", column)));
    const std::string old = quoted(Name(fmt::format("{}_old", column)));
    add += fmt::format("{} ADD COLUMN {} {}", add.empty() ? "" : ",", added,
                       in_words(change.change->type));
    swap += fmt::format(
        "\nALTER TABLE {0} RENAME COLUMN {1} TO {2};\nALTER TABLE {0} RENAME COLUMN {3} TO {1};",
        table, quoted(column), old, added);
  }
  return fmt::format(
      "Add {}, keep {} current with a trigger, and fill the old rows in batches, each in a "
      "transaction of its own; then swap {} for the old {} in one short transaction:\n"
      "ALTER TABLE {}{};\n"
      "-- when every row has its value:{}",
      one ? "a column of the new type" : "columns of the new types", one ? "it" : "them",
      one ? "it" : "them", one ? "one" : "ones", table, add, swap);
}

std::string help(const AlterTable& alter, const Changes& changes, const Step& step) {
  if (changes.size() == 1) {
    const ColumnTypeChange& change = changes.front();
    if (limits_length(change)) return length_form(alter, change);
    if (between_timestamps(change) && step.postgres() >= kTimestampsAgreeInUtc) {
      return time_zone_form(alter, change);
    }
  }
  return new_column_form(alter, changes);
}

std::string subject(const Changes& changes) {
  if (changes.size() == 1) return in_words(changes.front());
  std::vector<Name> columns;
  for (const ColumnTypeChange& change : changes) columns.push_back(change.action->name);
  return fmt::format("the types of {}", list_in_words(columns));
}

/// The changes that surely rewrite, or if there are none, those that may.
Changes rewriting(const Changes& all, const Step& step, Certainty certainty) {
  Changes found;
  for (const ColumnTypeChange& change : all) {
    const Work* work = work_for(step, *change.action, WorkKind::kRewrite);
    if (work != nullptr && work->certainty == certainty) found.push_back(change);
  }
  return found;
}

/// The tables that are read because of the change, without a rewrite.
std::vector<RelationId> verified(const ColumnTypeChange& change, const Step& step) {
  std::vector<RelationId> tables;
  for (const Work& work : step.effects().work) {
    const bool reads = work.existing && work.kind == WorkKind::kScan &&
                       work.cause == change.action->span && work.certainty == Certainty::kCertain;
    if (reads) tables.push_back(work.relation);
  }
  return tables;
}

void report_rewrite(const AlterTable& alter, const Changes& changes, const Step& step,
                    Findings& findings) {
  const Work& work = *work_for(step, *changes.front().action, WorkKind::kRewrite);
  const bool certain = work.certainty == Certainty::kCertain;
  findings.report(changes.front().action->span)
      .message("Changing {} {} all of '{}' anew and {} every read and write of it until {}{}{}.",
               subject(changes), certain ? "writes" : "may write", alter.table,
               certain ? "blocks" : "block", locked_until(step), certain ? "" : ": ", work.reason)
      .help("{}", help(alter, changes, step))
      .certainty(work.certainty);
}

void report_scan(const Changes& all, const Step& step, Findings& findings) {
  Changes changes;
  std::vector<RelationId> tables;
  for (const ColumnTypeChange& change : all) {
    const std::vector<RelationId> read = verified(change, step);
    if (!read.empty()) changes.push_back(change);
    for (const RelationId& table : read) {
      if (std::find(tables.begin(), tables.end(), table) == tables.end()) tables.push_back(table);
    }
  }
  if (changes.empty()) return;
  findings.report(changes.front().action->span)
      .message(
          "Changing {} writes nothing anew, but reads all of {} to verify constraints on the "
          "column{} again, and blocks every read and write of {} until {}.",
          subject(changes), list_in_words(tables), changes.size() == 1 ? "" : "s",
          tables.size() == 1 ? "it" : "them", locked_until(step))
      .help(
          "Drop the constraints in the same ALTER TABLE, add them again with NOT VALID, and "
          "validate them in a later migration, where reads and writes go on.");
}

void check(const AlterTable& alter, const Step& step, Findings& findings) {
  if (step.effects().refusal) return;
  const Changes changes = type_changes(alter, step);
  if (changes.empty()) return;
  Changes rewrite = rewriting(changes, step, Certainty::kCertain);
  if (rewrite.empty()) {
    report_scan(changes, step, findings);
    if (!findings.all().empty()) return;
    rewrite = rewriting(changes, step, Certainty::kPossible);
  }
  // One ALTER TABLE rewrites once, whatever the number of columns.
  if (!rewrite.empty()) report_rewrite(alter, rewrite, step, findings);
}

}  // namespace

extern constinit const Rule column_type_rewrite = on<AlterTable, check>(kInfo);

}  // namespace unwedge::rules
