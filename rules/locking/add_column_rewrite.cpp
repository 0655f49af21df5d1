// A new column whose value has to be computed for every row, or checked by a domain, is added by
// writing the whole table anew under ACCESS EXCLUSIVE.

#include <string>
#include <string_view>

#include "unwedge/clauses.h"
#include "unwedge/rule.h"
#include "unwedge/serial.h"
#include "unwedge/subcommand.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "add-column-rewrite",
    .summary = "adding a column rewrites the whole table",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kError,
    .since = "0.1.0",
    .aliases = {"adding-field-with-default", "adding-serial-primary-key-field"},  // squawk
};

/// The type behind serial and the like, as one writes it; empty for any other type.
std::string_view integer_type(const ColumnDefinition& column) {
  const std::string_view type = serial_type(column.type.name);
  if (type == "int8") return "bigint";
  if (type == "int2") return "smallint";
  return type.empty() ? type : "integer";
}

/// What it is that each row needs.
enum class Cause : std::uint8_t { kSequence, kDefault, kDomain };

Cause cause_of(const ColumnDefinition& column) {
  if (column.identity != Identity::kNone || !serial_type(column.type.name).empty())
    return Cause::kSequence;
  const bool computed =
      column.default_value && any_part(*column.default_value, [](const auto& part) {
        return part.kind == Expression::Kind::kCall || part.kind == Expression::Kind::kOther;
      });
  return computed ? Cause::kDefault : Cause::kDomain;
}

std::string subject(const ColumnDefinition& column) {
  switch (cause_of(column)) {
    case Cause::kSequence:
      return fmt::format("the {} column '{}'",
                         column.identity == Identity::kNone ? "serial" : "identity", column.name);
    case Cause::kDefault:
      return fmt::format("'{}' with a default that is computed for each row", column.name);
    case Cause::kDomain:
      return fmt::format("'{}' of the domain '{}'", column.name, column.type.name);
  }
  return {};
}

/// The column's name, type and collation, without everything else that is said of it.
std::string bare(const std::vector<ColumnClause>& clauses) {
  std::string text;
  for (const ColumnClause& clause : clauses) {
    if (clause.kind == ColumnClause::Kind::kType) text = clause.text;
    if (clause.kind == ColumnClause::Kind::kCollate) text.append(" ").append(clause.text);
  }
  return text;
}

std::string_view text_of(ColumnClause::Kind kind, const std::vector<ColumnClause>& clauses) {
  for (const ColumnClause& clause : clauses) {
    if (clause.kind == kind) return clause.text;
  }
  return {};
}

/// In SQL a string.
std::string literal(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result.append(c == '\'' ? 2 : 1, c);
  return result + "'";
}

std::string sequence_form(const AlterTable& alter, const ColumnDefinition& column,
                          const std::string& definition) {
  const std::string name = fmt::format("{}_{}_seq", alter.table.name, column.name);
  const std::string sequence = quoted(QualifiedName{.schema = alter.table.schema, .name = name});
  const std::string_view serial = integer_type(column);
  return fmt::format(
      "ALTER TABLE {0} ADD COLUMN {1};\n"
      "CREATE SEQUENCE {2}{3} OWNED BY {0}.{4};\n"
      "ALTER TABLE {0} ALTER COLUMN {4} SET DEFAULT nextval({5});",
      quoted(alter.table),
      serial.empty() ? definition : fmt::format("{} {}", quoted(column.name), serial), sequence,
      serial.empty() || serial == "bigint" ? "" : fmt::format(" AS {}", serial),
      quoted(column.name), literal(sequence));
}

std::string help(const AlterTable& alter, const AlterAction& action, const ColumnDefinition& column,
                 const Step& step) {
  const std::vector<ColumnClause> clauses =
      column_clauses(words_at(step, {column.name_span.begin, action.span.end}));
  const bool more = column.not_null || !column.constraints.empty();
  const std::string_view last =
      more ? ", each in a transaction of its own; NOT NULL and constraints come last"
           : ", each in a transaction of its own";
  switch (cause_of(column)) {
    case Cause::kSequence:
      return fmt::format(
          "Add the column empty, give new rows their numbers from a sequence, and number the old "
          "rows in batches{}:\n{}",
          last, sequence_form(alter, column, bare(clauses)));
    case Cause::kDefault:
      return fmt::format(
          "Add the column without the default, set the default for new rows, and fill the old "
          "rows in batches{0}:\n"
          "ALTER TABLE {1} ADD COLUMN {2};\n"
          "ALTER TABLE {1} ALTER COLUMN {3} SET {4};",
          last, quoted(alter.table), bare(clauses), quoted(column.name),
          text_of(ColumnClause::Kind::kDefault, clauses));
    case Cause::kDomain:
      return "Give the column the domain's base type, and the domain's conditions as a CHECK of "
             "the table, which can be added NOT VALID and verified in a later migration.";
  }
  return {};
}

bool is_stored(const ColumnDefinition& column) {
  return column.generated && column.generated->storage == GeneratedColumn::Storage::kStored;
}

void check(const AlterTable& alter, const Step& step, Findings& findings) {
  for (const AlterAction& action : alter.actions) {
    const auto* add = action.get<AddColumn>();
    // STORED has a rule of its own.
    if (add == nullptr || is_stored(add->column)) continue;
    const Work* rewrite = work_for(step, action, WorkKind::kRewrite);
    if (rewrite == nullptr) continue;
    const bool certain = rewrite->certainty == Certainty::kCertain;
    // A type that is not known is an enumeration far more often than a domain with constraints.
    if (!certain && cause_of(add->column) == Cause::kDomain) continue;
    findings.report(action.span)
        .message("Adding {} {} all of '{}' anew and {} every read and write of it until {}.",
                 subject(add->column), certain ? "writes" : "may write", alter.table,
                 certain ? "blocks" : "block", locked_until(step))
        .help("{}", help(alter, action, add->column, step))
        .certainty(rewrite->certainty);
  }
}

}  // namespace

extern constinit const Rule add_column_rewrite = on<AlterTable, check>(kInfo);

}  // namespace unwedge::rules
