// A new type or collation that leaves the rows as they are may still order them differently. Then
// every index on the column is built again, under ACCESS EXCLUSIVE.

#include <string>
#include <string_view>
#include <vector>

#include "unwedge/rule.h"
#include "unwedge/subcommand.h"
#include "unwedge/transaction_words.h"
#include "unwedge/type_change.h"
#include "unwedge/words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "column-type-reindex",
    .summary = "changing a column's type builds its indexes again under a lock",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kError,
    .since = "0.1.0",
};

/// The indexes that the change builds again, and whether that is certain of any.
struct Builds {
  std::vector<RelationId> indexes;
  Certainty certainty = Certainty::kPossible;
  std::string_view reason;
  bool of_constraint = false;
  bool of_partitions = false;
};

Builds builds_of(const ColumnTypeChange& change, const RelationId& table, const Step& step) {
  Builds builds;
  for (const Work& work : step.effects().work) {
    const bool builds_index =
        work.existing && work.kind == WorkKind::kIndexBuild && work.cause == change.action->span;
    if (!builds_index || work.certainty > builds.certainty) continue;
    if (work.certainty < builds.certainty) builds = {.certainty = work.certainty};
    builds.indexes.push_back(work.relation);
    builds.reason = work.reason;
    const schema::Relation* index = step.schema().find(work.relation);
    if (index == nullptr) continue;
    builds.of_constraint =
        builds.of_constraint || (index->index && !index->index->constraint.empty());
    builds.of_partitions = builds.of_partitions || index->index_of != table;
  }
  return builds;
}

std::string help(const AlterTable& alter, const ColumnTypeChange& change, const Builds& builds,
                 const Step& step) {
  const bool many = builds.indexes.size() > 1;
  if (builds.of_constraint || builds.of_partitions) {
    const std::string column = fmt::format("{}_new", change.action->name);
    return fmt::format(
        "Add a column of the new type, keep it current with a trigger, fill the old rows in "
        "batches, each in a transaction of its own, build its indexes concurrently, and then swap "
        "it for the old one:\n"
        "ALTER TABLE {} ADD COLUMN {} {};",
        quoted(alter.table), quoted(Name(column)), in_words(change.change->type));
  }
  std::string drops;
  for (const RelationId& index : builds.indexes) {
    const Name schema = index.schema == "public" ? Name() : Name(index.schema);
    drops += fmt::format("DROP INDEX CONCURRENTLY {};\n",
                         quoted(QualifiedName{.schema = schema, .name = index.name}));
  }
  return fmt::format(
      "Drop the {0} first, and build {1} again with CREATE INDEX CONCURRENTLY afterwards; until "
      "then queries do without {1}. Outside a transaction:\n"
      "{2}-- in the next migration:\n"
      "ALTER TABLE {3} {4};",
      many ? "indexes" : "index", many ? "them" : "it", drops, quoted(alter.table),
      words_at(step, change.action->span));
}

void check(const AlterTable& alter, const Step& step, Findings& findings) {
  if (step.effects().refusal) return;
  const RelationId table = step.resolve(alter.table);
  for (const ColumnTypeChange& change : type_changes(alter, step)) {
    // A rewrite builds every index on its way, and is reported as such.
    if (work_for(step, *change.action, WorkKind::kRewrite) != nullptr) continue;
    const Builds builds = builds_of(change, table, step);
    if (builds.indexes.empty()) continue;
    const bool certain = builds.certainty == Certainty::kCertain;
    findings.report(change.action->span)
        .message(
            "Changing {} writes no row anew, but {} {} again and {} every read and write of '{}' "
            "until {}{}{}.",
            in_words(change), certain ? "builds" : "may build",
            (builds.indexes.size() == 1 ? "index " : "the indexes ") +
                list_in_words(builds.indexes),
            certain ? "blocks" : "block", alter.table, locked_until(step), certain ? "" : ": ",
            builds.reason)
        .help("{}", help(alter, change, builds, step))
        .certainty(builds.certainty);
  }
}

}  // namespace

extern constinit const Rule column_type_reindex = on<AlterTable, check>(kInfo);

}  // namespace unwedge::rules
