// A CHECK or a foreign key that is not NOT VALID is verified for every row while it is added, under
// a lock that stops the writes of both tables (foreign key), or reads, too (CHECK).

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "unwedge/clauses.h"
#include "unwedge/rule.h"
#include "unwedge/subcommand.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "constraint-without-not-valid",
    .summary = "adding a constraint without NOT VALID reads the locked table",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kError,
    .since = "0.1.0",
    .aliases = {"constraint-missing-not-valid", "adding-foreign-key-constraint"},  // squawk
};

constexpr int kPartitionedNotValidSince = 18;

using Type = Constraint::Kind;

/// What one subcommand adds and has verified.
struct Added {
  const AlterAction* action = nullptr;
  std::vector<const Constraint*> constraints{};
  const ColumnDefinition* column = nullptr;  ///< that they are written with; null: none
};

bool is_verified(const Constraint& constraint, const ColumnDefinition* column) {
  if (constraint.not_valid || !constraint.enforced) return false;
  switch (constraint.kind) {
    case Type::kCheck:
    case Type::kNotNull: return true;
    // A column without a default is null in every row, which no foreign key minds.
    case Type::kForeignKey: return column == nullptr || column->default_value.has_value();
    default: return false;
  }
}

Added added_by(const AlterAction& action) {
  Added added{.action = &action};
  if (const auto* add = action.get<AddConstraint>()) {
    if (is_verified(add->constraint, nullptr)) added.constraints = {&add->constraint};
  } else if (const auto* add_column = action.get<AddColumn>()) {
    added.column = &add_column->column;
    for (const Constraint& constraint : added.column->constraints) {
      if (is_verified(constraint, added.column)) added.constraints.push_back(&constraint);
    }
  }
  return added;
}

std::string_view type_name(Type type) {
  switch (type) {
    case Type::kForeignKey: return "foreign key";
    case Type::kNotNull: return "NOT NULL constraint";
    default: return "CHECK";
  }
}

/// Like the one that Postgres would choose.
std::string name_of(const AlterTable& alter, const Constraint& constraint,
                    const ColumnDefinition* column) {
  if (!constraint.name.empty()) return std::string(constraint.name);
  std::string name(alter.table.name);
  if (column != nullptr) {
    name.append("_").append(column->name);
  } else {
    for (const Name each : constraint.columns) name.append("_").append(each);
  }
  switch (constraint.kind) {
    case Type::kForeignKey: return name + "_fkey";
    case Type::kNotNull: return name + "_not_null";
    default: return name + "_check";
  }
}

std::vector<ColumnClause> clauses_of(const Added& added, const Step& step) {
  return column_clauses(words_at(step, {added.column->name_span.begin, added.action->span.end}));
}

/// The clause of the column's definition that is this constraint.
std::string_view clause_of(const Added& added, const Constraint& constraint, const Step& step) {
  const char* const begin = words_at(step, {constraint.span.begin, added.action->span.end}).data();
  for (const ColumnClause& clause : clauses_of(added, step)) {
    if (clause.text.data() == begin) return clause.text;
  }
  return {};
}

/// The constraint as one of the table: `CONSTRAINT name CHECK (…)`.
std::string table_form(const AlterTable& alter, const Added& added, const Constraint& constraint,
                       const Step& step) {
  std::string_view words = words_at(step, {constraint.span.begin, added.action->span.end});
  if (added.column != nullptr) words = clause_of(added, constraint, step);
  const std::string name = quoted(Name(name_of(alter, constraint, added.column)));
  if (added.column != nullptr && constraint.kind == Type::kForeignKey) {
    const std::string_view all = words_at(step, {step.span().begin, step.span().end});
    const std::size_t table = constraint.references.span.begin - step.span().begin;
    const auto end = static_cast<std::size_t>(words.data() + words.size() - all.data());
    return fmt::format("CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {}", name,
                       quoted(added.column->name), all.substr(table, end - table));
  }
  if (!constraint.name.empty()) return std::string(words);
  return fmt::format("CONSTRAINT {} {}", name, words);
}

/// The column without the constraints that are verified.
std::string bare_column(const Added& added, const Step& step) {
  std::string text;
  for (const ColumnClause& clause : clauses_of(added, step)) {
    if (clause.kind == ColumnClause::Kind::kCheck) continue;
    if (clause.kind == ColumnClause::Kind::kReferences) continue;
    text.append(text.empty() ? "" : " ").append(clause.text);
  }
  return text;
}

bool is_partitioned(const RelationId& table, const Step& step) {
  const schema::Relation* known = step.schema().find(table);
  return known != nullptr && known->kind == schema::RelationKind::kPartitionedTable;
}

std::string help(const AlterTable& alter, const RelationId& table, const Added& added,
                 const Step& step) {
  const bool foreign_key = std::any_of(
      added.constraints.begin(), added.constraints.end(),
      [](const Constraint* constraint) { return constraint->kind == Type::kForeignKey; });
  if (foreign_key && is_partitioned(table, step) &&
      step.postgres().major < kPartitionedNotValidSince) {
    return fmt::format(
        "Add the foreign key to each partition first, NOT VALID, and validate it there in a later "
        "migration; '{}' then takes over what its partitions have already verified.",
        alter.table);
  }
  const std::string name = quoted(alter.table);
  std::string text = fmt::format(
      "Add {} unverified, and verify {} in a later migration, while reads and writes go on:\n",
      added.constraints.size() == 1 ? "it" : "them", added.constraints.size() == 1 ? "it" : "them");
  if (added.column != nullptr) {
    text += fmt::format("ALTER TABLE {} ADD COLUMN {};\n", name, bare_column(added, step));
  }
  for (const Constraint* constraint : added.constraints) {
    const AlterAction* drop = replaced(alter, constraint->name);
    text += fmt::format("ALTER TABLE {} {}{}ADD {} NOT VALID;\n", name,
                        drop == nullptr ? "" : words_at(step, drop->span),
                        drop == nullptr ? "" : ", ", table_form(alter, added, *constraint, step));
  }
  text += "-- in the next migration:";
  for (const Constraint* constraint : added.constraints) {
    text += fmt::format("\nALTER TABLE {} VALIDATE CONSTRAINT {};", name,
                        quoted(Name(name_of(alter, *constraint, added.column))));
  }
  return text;
}

std::string subject(const Added& added) {
  const Constraint& first = *added.constraints.front();
  std::string text = first.name.empty()
                         ? fmt::format("this {}", type_name(first.kind))
                         : fmt::format("the {} '{}'", type_name(first.kind), first.name);
  if (added.constraints.size() > 1)
    text += fmt::format(" and {} more", added.constraints.size() - 1);
  return text;
}

/// Of what reads and writes wait: of the referenced table, too, if it is in use.
std::string tables(const AlterTable& alter, const RelationId& table, const Added& added,
                   const Step& step) {
  for (const Constraint* constraint : added.constraints) {
    if (constraint->kind != Type::kForeignKey) continue;
    const RelationId other = step.resolve(constraint->references);
    if (other == table || !step.schema().existing(other)) continue;
    return fmt::format("'{}' and '{}'", alter.table, constraint->references);
  }
  return "it";
}

Span place(const Added& added, const Step& step) {
  if (added.column == nullptr) return added.action->span;
  const Constraint& first = *added.constraints.front();
  const auto size = static_cast<std::uint32_t>(clause_of(added, first, step).size());
  return {first.span.begin, first.span.begin + size};
}

void check(const AlterTable& alter, const Step& step, Findings& findings) {
  const RelationId table = step.resolve(alter.table);
  if (!step.schema().existing(table)) return;  // an empty one is read in no time
  for (const AlterAction& action : alter.actions) {
    const Work* scan = work_for(step, action, WorkKind::kScan);
    // A rewrite verifies on its way, and is reported as such.
    if (scan == nullptr || rewrites(step, action)) continue;
    const Added added = added_by(action);
    if (added.constraints.empty()) continue;
    const bool certain = scan->certainty == Certainty::kCertain;
    findings.report(place(added, step))
        .message("Adding {} {} all of '{}' and {} {} of {} until {}.", subject(added),
                 certain ? "reads" : "may read", alter.table, certain ? "blocks" : "block",
                 blocked_in_words(mode_on(step, table)), tables(alter, table, added, step),
                 locked_until(step))
        .help("{}", help(alter, table, added, step))
        .certainty(scan->certainty);
  }
}

}  // namespace

extern constinit const Rule constraint_without_not_valid = on<AlterTable, check>(kInfo);

}  // namespace unwedge::rules
