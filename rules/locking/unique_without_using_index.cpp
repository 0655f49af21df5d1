// ADD UNIQUE and ADD PRIMARY KEY build their index under ACCESS EXCLUSIVE. An index that was built
// concurrently before can be taken over instead.

#include <algorithm>
#include <string>
#include <string_view>

#include "unwedge/clauses.h"
#include "unwedge/features.h"
#include "unwedge/rule.h"
#include "unwedge/subcommand.h"
#include "unwedge/transaction_words.h"
#include "unwedge/words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "unique-without-using-index",
    .summary = "UNIQUE or PRIMARY KEY without USING INDEX builds it under a lock",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kError,
    .since = "0.1.0",
    .aliases = {"disallowed-unique-constraint"},  // squawk
};

using Type = Constraint::Kind;

bool builds_index(const Constraint& constraint) {
  const bool key = constraint.kind == Type::kUnique || constraint.kind == Type::kPrimaryKey;
  return key && constraint.using_index.empty();
}

/// The key that a subcommand adds, and the column that it is written with.
struct Added {
  const Constraint* key = nullptr;
  const ColumnDefinition* column = nullptr;
};

Added added_by(const AlterAction& action) {
  if (const auto* add = action.get<AddConstraint>()) {
    if (builds_index(add->constraint)) return {.key = &add->constraint};
  } else if (const auto* add_column = action.get<AddColumn>()) {
    const auto& constraints = add_column->column.constraints;
    const auto key = std::find_if(constraints.begin(), constraints.end(), builds_index);
    if (key != constraints.end()) return {.key = &*key, .column = &add_column->column};
  }
  return {};
}

std::string_view type_name(Type type) {
  return type == Type::kPrimaryKey ? "primary key" : "unique constraint";
}

/// Like the one that Postgres would choose.
std::string name_of(const AlterTable& alter, const Constraint& key) {
  if (!key.name.empty()) return std::string(key.name);
  std::string name(alter.table.name);
  if (key.kind == Type::kPrimaryKey) return name + "_pkey";
  for (const Name column : key.columns) name.append("_").append(column);
  return name + "_key";
}

/// The column without its key.
std::string bare_column(const std::vector<ColumnClause>& clauses) {
  std::string text;
  for (const ColumnClause& clause : clauses) {
    if (clause.kind == ColumnClause::Kind::kUnique) continue;
    text.append(text.empty() ? "" : " ").append(clause.text);
  }
  return text;
}

/// What CREATE INDEX needs behind the name of the table.
std::string definition(const Added& added, const AlterAction& action, const Step& step) {
  if (added.column == nullptr) {
    return index_definition(words_at(step, {added.key->span.begin, action.span.end}));
  }
  std::string options;
  for (const ColumnClause& clause :
       column_clauses(words_at(step, {added.column->name_span.begin, action.span.end}))) {
    if (clause.kind == ColumnClause::Kind::kUnique) options = index_definition(clause.text);
  }
  return fmt::format("({}){}", list_in_sql(added.key->columns), options);
}

/// The columns of a primary key that are not known to hold no nulls: the server would look.
std::string nullable_columns(const Constraint& key, const schema::Relation* table) {
  std::string condition;
  for (const Name column : key.columns) {
    if (table != nullptr && table->proves_not_null(column)) continue;
    condition += fmt::format("{}{} IS NOT NULL", condition.empty() ? "" : " AND ", quoted(column));
  }
  return condition;
}

std::string partitioned_help(const AlterTable& alter) {
  return fmt::format(
      "Add it with ALTER TABLE ONLY, which builds nothing, then build a unique index of each "
      "partition of '{}' with CREATE UNIQUE INDEX CONCURRENTLY and attach it with ALTER INDEX … "
      "ATTACH PARTITION.",
      alter.table);
}

std::string help(const AlterTable& alter, const AlterAction& action, const Added& added,
                 const schema::Relation* known, const Step& step) {
  if (known != nullptr && known->kind == schema::RelationKind::kPartitionedTable) {
    return partitioned_help(alter);
  }
  const Constraint& key = *added.key;
  const bool primary = key.kind == Type::kPrimaryKey;
  if (primary && added.column != nullptr) {
    return "Add the column by itself, fill it in batches, build a unique index of it with "
           "CONCURRENTLY, and make that the primary key with USING INDEX.";
  }
  const std::string table = quoted(alter.table);
  const std::string name = quoted(Name(name_of(alter, key)));
  // The name of one that is replaced is taken until then.
  const AlterAction* drop = replaced(alter, name_of(alter, key));
  const std::string index = drop == nullptr ? name : quoted(Name(name_of(alter, key) + "_new"));
  // Before, nothing spares a primary key the look for nulls.
  const bool provable = primary && step.postgres() >= kNotNullProvedByCheck;
  const std::string condition = provable ? nullable_columns(key, known) : std::string();
  const std::string proof = quoted(Name(name_of(alter, key) + "_not_null"));
  std::string text;
  if (added.column != nullptr) {
    text += fmt::format("ALTER TABLE {} ADD COLUMN {};\n-- in the next migration:\n", table,
                        bare_column(column_clauses(
                            words_at(step, {added.column->name_span.begin, action.span.end}))));
  }
  text += fmt::format("CREATE UNIQUE INDEX CONCURRENTLY {} ON {} {};\n", index, table,
                      definition(added, action, step));
  if (!condition.empty()) {
    text += fmt::format(
        "ALTER TABLE {0} ADD CONSTRAINT {1} CHECK ({2}) NOT VALID;\n"
        "-- in the next migration:\n"
        "ALTER TABLE {0} VALIDATE CONSTRAINT {1};\n",
        table, proof, condition);
  }
  const bool second = condition.empty() && added.column == nullptr;
  text += fmt::format("-- in the {}:\nALTER TABLE {} {}{}ADD CONSTRAINT {} {} USING INDEX {}{}{};",
                      second ? "next migration" : "migration after that", table,
                      drop == nullptr ? "" : words_at(step, drop->span),
                      drop == nullptr ? "" : ", ", name, primary ? "PRIMARY KEY" : "UNIQUE", index,
                      key.deferrable ? " DEFERRABLE" : "",
                      key.initially_deferred ? " INITIALLY DEFERRED" : "");
  if (!condition.empty()) text += fmt::format("\nALTER TABLE {} DROP CONSTRAINT {};", table, proof);
  return fmt::format("Build the index first, while reads and writes go on, in {}",
                     outside_transaction(step.runner(), text));
}

void check(const AlterTable& alter, const Step& step, Findings& findings) {
  const RelationId table = step.resolve(alter.table);
  for (const AlterAction& action : alter.actions) {
    const Work* build = work_for(step, action, WorkKind::kIndexBuild);
    // A rewrite builds every index on its way, and is reported as such.
    if (build == nullptr || rewrites(step, action)) continue;
    const Added added = added_by(action);
    if (added.key == nullptr) continue;
    const std::string_view type = type_name(added.key->kind);
    const std::string subject = added.key->name.empty()
                                    ? fmt::format("this {}", type)
                                    : fmt::format("the {} '{}'", type, added.key->name);
    findings.report(action.span)
        .message(
            "Adding {} builds an index of '{}' and blocks every read and write of it until {}.",
            subject, alter.table, locked_until(step))
        .help("{}", help(alter, action, added, step.schema().find(table), step))
        .certainty(build->certainty);
  }
}

}  // namespace

extern constinit const Rule unique_without_using_index = on<AlterTable, check>(kInfo);

}  // namespace unwedge::rules
