// A partitioned table has no index of its own to build, and its partitions' are not built
// concurrently in one statement: they must be built one by one.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "unwedge/refusal.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "concurrent-index-on-partitioned",
    .summary = "CREATE INDEX CONCURRENTLY on a partitioned table is refused",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
};

std::string help(const CreateIndex& index, const Step& step) {
  const std::string_view behind_table = step.sql().substr(index.table.span.end - step.span().begin);
  const Name name = index.name.empty() ? Name("name_of_the_index") : index.name;
  const std::string_view create = index.unique ? "CREATE UNIQUE INDEX" : "CREATE INDEX";
  std::string text = fmt::format(
      "Make the index of the parent alone, build each partition's concurrently, outside a "
      "transaction, and attach it:\n"
      "{} {} ON ONLY {}{};",
      create, quoted(name), quoted(index.table), behind_table);
  std::vector<const schema::Relation*> partitions =
      step.schema().children_of(step.resolve(index.table));
  constexpr std::size_t kMost = 3;
  if (partitions.empty() || partitions.size() > kMost) {
    text += fmt::format(
        "\n-- for each partition:\n"
        "{0} CONCURRENTLY name_for_the_partition ON partition{1};\n"
        "ALTER INDEX {2} ATTACH PARTITION name_for_the_partition;",
        create, behind_table, quoted(QualifiedName{.schema = index.table.schema, .name = name}));
    return text;
  }
  for (const schema::Relation* partition : partitions) {
    const std::string part = fmt::format("{}_{}", partition->id.name, name);
    const QualifiedName table{.schema = index.table.schema, .name = partition->id.name};
    text += fmt::format("\n{0} CONCURRENTLY {1} ON {2}{3};\nALTER INDEX {4} ATTACH PARTITION {5};",
                        create, quoted(Name(part)), quoted(table), behind_table,
                        quoted(QualifiedName{.schema = index.table.schema, .name = name}),
                        quoted(QualifiedName{.schema = index.table.schema, .name = part}));
  }
  return text;
}

void check(const CreateIndex& index, const Step& step, Findings& findings) {
  const Refusal* refusal = refused_for(step, RefusalCause::kConcurrentOnParent);
  if (refusal == nullptr) return;
  findings.report(place_of(*refusal, step))
      .message("Postgres refuses CREATE INDEX CONCURRENTLY on {}, which is partitioned.",
               refusal->subject)
      .help("{}", help(index, step))
      .certainty(refusal->certainty);
}

}  // namespace

extern constinit const Rule concurrent_index_on_partitioned = on<CreateIndex, check>(kInfo);

}  // namespace unwedge::rules
