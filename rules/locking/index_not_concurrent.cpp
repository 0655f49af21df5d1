// CREATE INDEX holds SHARE for the whole build: reads go on, every write waits.

#include <string>
#include <string_view>

#include "unwedge/rule.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "index-not-concurrent",
    .summary = "CREATE INDEX without CONCURRENTLY blocks writes for the whole build",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kError,
    .since = "0.1.0",
    .aliases = {"require-concurrent-index-creation"},  // squawk
};

/// The statement with CONCURRENTLY. Not with IF NOT EXISTS: a failed concurrent build leaves an
/// invalid index under that name, which the next attempt would then take for the finished one.
std::string concurrent_form(const CreateIndex& index, const Step& step) {
  const std::string_view keyword = step.sql().substr(0, index.keyword_span.size());
  const Span last_words = index.if_not_exists ? index.if_not_exists_span : index.keyword_span;
  const std::string_view rest = step.sql().substr(last_words.end - step.span().begin);
  const bool has_blank = std::string_view(" \t\r\n").find(rest.front()) != std::string_view::npos;
  return fmt::format("{} CONCURRENTLY{}{};", keyword, has_blank ? "" : " ", rest);
}

/// CONCURRENTLY is refused on the partitioned table itself, and on each partition it is not.
std::string partitioned_form(const CreateIndex& index, const Step& step) {
  const std::string_view sql = step.sql();
  const std::string_view up_to_table = sql.substr(0, index.table.span.begin - step.span().begin);
  const std::string_view behind_table = sql.substr(index.table.span.end - step.span().begin);
  const Name name = index.name.empty() ? Name("name_of_the_index") : index.name;
  return fmt::format(
      "Build it partition by partition, outside a transaction:\n"
      "{0}ONLY {1}{2};\n"
      "-- for each partition:\n"
      "{3} CONCURRENTLY name_for_the_partition ON partition{2};\n"
      "ALTER INDEX {4} ATTACH PARTITION name_for_the_partition;",
      up_to_table, quoted(index.table), behind_table, sql.substr(0, index.keyword_span.size()),
      quoted(QualifiedName{.schema = index.table.schema, .name = name}));
}

void check(const CreateIndex& index, const Step& step, Findings& findings) {
  if (index.concurrently || index.only) return;
  if (!step.existing(index.table)) return;  // nobody waits for a table that this change set created

  const std::string_view until = locked_until(step);
  FindingBuilder finding = findings.report(index.keyword_span);
  if (index.name.empty()) {
    finding.message("Building this index blocks every write to '{}' until {}.", index.table, until);
  } else {
    finding.message("Building index '{}' blocks every write to '{}' until {}.", index.name,
                    index.table, until);
  }
  const schema::Relation* table = step.schema().find(step.resolve(index.table));
  if (table != nullptr && table->kind == schema::RelationKind::kPartitionedTable) {
    finding.help("{}", partitioned_form(index, step));
  } else {
    finding.help("Build it without blocking writes, in {}",
                 outside_transaction(step.runner(), concurrent_form(index, step)));
  }
}

}  // namespace

extern constinit const Rule index_not_concurrent = on<CreateIndex, check>(kInfo);

}  // namespace unwedge::rules
