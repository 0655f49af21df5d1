// ATTACH PARTITION reads the new partition under ACCESS EXCLUSIVE, unless a valid CHECK says what
// the bound says; and the default partition, for rows that belong into the new one.

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unwedge/rule.h"
#include "unwedge/subcommand.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "attach-partition-scan",
    .summary = "ATTACH PARTITION reads the table that it attaches under a lock",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kError,
    .since = "0.1.0",
};

using Values = std::vector<Expression>;

std::string literal(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result.append(c == '\'' ? 2 : 1, c);
  return result + "'";
}

bool is_constant(const Expression& value) { return value.kind == Expression::Kind::kConstant; }

std::string range_condition(const std::string& key, const Values& from, const Values& to) {
  std::string condition = fmt::format("{} IS NOT NULL", key);
  if (is_constant(from.front())) {
    condition += fmt::format(" AND {} >= {}", key, literal(from.front().text));
  }
  if (is_constant(to.front())) {
    condition += fmt::format(" AND {} < {}", key, literal(to.front().text));
  }
  return condition;
}

std::string list_condition(const std::string& key, const Values& values) {
  std::string list;
  for (const Expression& value : values) {
    list += fmt::format("{}{}", list.empty() ? "" : ", ", literal(value.text));
  }
  return fmt::format("{0} IS NOT NULL AND {0} IN ({1})", key, list);
}

/// What the bound says, for a key of one column and a bound of constants; empty for any other.
std::string condition(const std::optional<PartitionBound>& bound, const schema::Relation* parent) {
  if (!bound || parent == nullptr || !parent->partition_key) return {};
  const auto& parts = parent->partition_key->parts;
  if (parts.size() != 1 || parts.front().column.empty()) return {};
  const std::string key = quoted(Name(parts.front().column));
  if (bound->kind == PartitionBound::Kind::kRange && bound->values.size() == 1 &&
      bound->upper.size() == 1) {
    return range_condition(key, bound->values, bound->upper);
  }
  const bool constants = std::all_of(bound->values.begin(), bound->values.end(), is_constant);
  if (bound->kind == PartitionBound::Kind::kList && constants) {
    return list_condition(key, bound->values);
  }
  return {};
}

std::string help(const AlterTable& alter, const AlterAction& action, const OtherTable& partition,
                 const Step& step) {
  const std::string check =
      condition(partition.bound, step.schema().find(step.resolve(alter.table)));
  if (partition.is_default) {
    return fmt::format(
        "Add a CHECK to '{}' first that excludes what the other partitions hold: NOT VALID, "
        "validated in a later migration, and dropped after ATTACH.",
        partition.table);
  }
  if (check.empty()) {
    return fmt::format(
        "Add a CHECK to '{}' first that says what the bound says, and that its key IS NOT NULL: "
        "NOT VALID, validated in a later migration, and dropped after ATTACH.",
        partition.table);
  }
  const std::string table = quoted(partition.table);
  const std::string name = quoted(Name(fmt::format("{}_bound", partition.table.name)));
  return fmt::format(
      "Prove it first with a CHECK, verified while reads and writes go on:\n"
      "ALTER TABLE {0} ADD CONSTRAINT {1} CHECK ({2}) NOT VALID;\n"
      "-- in the next migration:\n"
      "ALTER TABLE {0} VALIDATE CONSTRAINT {1};\n"
      "-- in the migration after that:\n"
      "ALTER TABLE {3} {4};\n"
      "ALTER TABLE {0} DROP CONSTRAINT {1};",
      table, name, check, quoted(alter.table), words_at(step, action.span));
}

/// The default partition, if the subcommand reads it.
const Work* scan_of_default(const AlterTable& alter, const AlterAction& action, const Step& step) {
  const schema::Relation* found = step.schema().default_partition_of(step.resolve(alter.table));
  if (found == nullptr) return nullptr;
  const auto& work = step.effects().work;
  const auto scan = std::find_if(work.begin(), work.end(), [&](const Work& each) {
    return each.existing && each.kind == WorkKind::kScan && each.cause == action.span &&
           each.relation == found->id;
  });
  return scan == work.end() ? nullptr : &*scan;
}

void report(const AlterTable& alter, const AlterAction& action, const OtherTable& partition,
            const Step& step, Findings& findings) {
  const Work* of_default = scan_of_default(alter, action, step);
  const Work* scan = nullptr;
  for (const Work& each : step.effects().work) {
    const bool reads = each.existing && each.kind == WorkKind::kScan && each.cause == action.span;
    if (reads && &each != of_default && scan == nullptr) scan = &each;
  }
  if (scan != nullptr) {
    const bool certain = scan->certainty == Certainty::kCertain;
    findings.report(action.span)
        .message(
            "Attaching '{}' {} all of it to see that its rows are within the bound, and {} every "
            "read and write of it until {}.",
            partition.table, certain ? "reads" : "may read", certain ? "blocks" : "block",
            locked_until(step))
        .help("{}", help(alter, action, partition, step))
        .certainty(scan->certainty);
  }
  if (of_default != nullptr) {
    findings.report(action.span)
        .message(
            "Attaching '{}' reads all of the default partition '{}' for rows that belong into it, "
            "and blocks every read and write of that until {}.",
            partition.table, of_default->relation, locked_until(step))
        .help(
            "Add a CHECK to '{}' first that excludes what the new partition holds: NOT VALID, "
            "validated in a later migration, and dropped after ATTACH.",
            of_default->relation)
        .certainty(of_default->certainty);
  }
}

void check(const AlterTable& alter, const Step& step, Findings& findings) {
  for (const AlterAction& action : alter.actions) {
    const auto* partition = action.get<OtherTable>();
    if (action.kind != AlterKind::kAttachPartition || partition == nullptr) continue;
    report(alter, action, *partition, step, findings);
  }
}

}  // namespace

extern constinit const Rule attach_partition_scan = on<AlterTable, check>(kInfo);

}  // namespace unwedge::rules
