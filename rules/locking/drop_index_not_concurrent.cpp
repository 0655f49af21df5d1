// DROP INDEX takes ACCESS EXCLUSIVE on the index and on its table: it waits behind every query that
// runs on the table, and every other one waits behind it.

#include <string>
#include <vector>

#include "unwedge/rule.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "drop-index-not-concurrent",
    .summary = "DROP INDEX without CONCURRENTLY blocks reads and writes of the table",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kWarning,
    .since = "0.1.0",
    .aliases = {"require-concurrent-index-deletion"},  // squawk
};

bool locks(const Step& step, const RelationId& relation) {
  for (const Lock& lock : step.effects().locks) {
    if (lock.relation == relation) return lock.existing && blocks_reads(lock.mode);
  }
  return false;
}

/// An index that can be dropped concurrently, and whose table others use.
struct Dropped {
  const QualifiedName* index = nullptr;
  RelationId table;  ///< without a name: it is not known
};

std::vector<Dropped> dropped_indexes(const Drop& drop, const Step& step) {
  std::vector<Dropped> dropped;
  for (const QualifiedName& name : drop.objects) {
    const RelationId index = step.resolve(name);
    const schema::Relation* known = step.schema().find(index);
    if (known == nullptr || known->index_of.name.empty()) {
      if (locks(step, index)) dropped.push_back({.index = &name, .table = {}});
      continue;
    }
    // The server refuses to drop a constraint's index, and a partitioned one concurrently.
    if (known->index && !known->index->constraint.empty()) continue;
    const schema::Relation* table = step.schema().find(known->index_of);
    if (table != nullptr && table->kind == schema::RelationKind::kPartitionedTable) continue;
    if (locks(step, known->index_of)) dropped.push_back({&name, known->index_of});
  }
  return dropped;
}

/// CONCURRENTLY takes one index at a time, and no CASCADE.
std::string concurrent_form(const Drop& drop, const std::vector<Dropped>& dropped) {
  std::string sql;
  for (const Dropped& each : dropped) {
    if (!sql.empty()) sql += "\n-- in the next migration:\n";
    sql += fmt::format("DROP INDEX CONCURRENTLY {}{};", drop.missing_ok ? "IF EXISTS " : "",
                       quoted(*each.index));
  }
  return sql;
}

void check(const Drop& drop, const Step& step, Findings& findings) {
  if (drop.object_type != ObjectType::kIndex || drop.concurrently) return;
  const std::vector<Dropped> dropped = dropped_indexes(drop, step);
  if (dropped.empty()) return;

  const bool one = dropped.size() == 1;
  const RelationId& table = dropped.front().table;
  findings.report(step.statement().keyword_span)
      .message(
          "Dropping index '{}'{} blocks every read and write of {} while it waits for running "
          "queries, and until {}.",
          *dropped.front().index, one ? "" : fmt::format(" and {} more", dropped.size() - 1),
          one && !table.name.empty() ? fmt::format("'{}'", table)
                                     : std::string(one ? "its table" : "their tables"),
          locked_until(step))
      .help("Drop {} without blocking anybody, in {}", one ? "it" : "each",
            outside_transaction(step.runner(), concurrent_form(drop, dropped)));
}

}  // namespace

extern constinit const Rule drop_index_not_concurrent = on<Drop, check>(kInfo);

}  // namespace unwedge::rules
