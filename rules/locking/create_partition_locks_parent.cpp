// CREATE TABLE … PARTITION OF takes ACCESS EXCLUSIVE on the partitioned table, and reads its
// default partition. Dropping a partition takes the same lock. ATTACH lets reads and writes go on.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "unwedge/clauses.h"
#include "unwedge/rule.h"
#include "unwedge/subcommand.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "create-partition-locks-parent",
    .summary = "creating or dropping a partition locks the partitioned table",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

/// Since then ATTACH takes SHARE UPDATE EXCLUSIVE only.
constexpr PgVersion kAttachLetsOthersGoOn{12};

/// Before it the timeout has to do.
constexpr std::string_view kTimeout =
    "Set a lock_timeout before it, so that it gives up instead of making everybody queue, and try "
    "again later:\nSET lock_timeout = '2s';";

/// The default partition, if the step reads it to look for rows that belong into the new one.
const Work* scan_of_default(const Step& step) {
  const auto& work = step.effects().work;
  const auto scan = std::find_if(work.begin(), work.end(), [](const Work& each) {
    return each.existing && each.kind == WorkKind::kScan;
  });
  return scan == work.end() ? nullptr : &*scan;
}

/// The same in two steps: a table of its own, which then becomes a partition.
std::string help(const CreateTable& create, const Work* scan, const Step& step) {
  if (step.postgres() < kAttachLetsOthersGoOn) return std::string(kTimeout);
  if (scan != nullptr) {
    return fmt::format(
        "Create '{}' as a table of its own, with LIKE, and attach it once a valid CHECK of '{}' "
        "excludes what it will hold.",
        create.table, scan->relation);
  }
  const std::string_view behind = words_at(step, {create.partition_of.span.end, step.span().end});
  const std::string_view bound = partition_bound(behind);
  if (bound.empty()) return std::string(kTimeout);
  // PARTITION BY, WITH and TABLESPACE are the new table's own.
  const std::string_view rest =
      behind.substr(static_cast<std::size_t>(bound.data() + bound.size() - behind.data()));
  return fmt::format(
      "Create a table of its own, and attach it while reads and writes go on:\n"
      "CREATE TABLE {0} (LIKE {1} INCLUDING ALL EXCLUDING IDENTITY){2};\n"
      "ALTER TABLE {1} ATTACH PARTITION {0} {3};",
      quoted(create.table), quoted(create.partition_of), rest, bound);
}

void check_create(const CreateTable& create, const Step& step, Findings& findings) {
  const RelationId parent = step.resolve(create.partition_of);
  if (create.partition_of.empty() || !step.schema().existing(parent)) return;
  if (!blocks_reads(mode_on(step, parent))) return;
  const Work* scan = scan_of_default(step);
  if (scan == nullptr && is_held(step, parent, LockMode::kAccessExclusive)) return;
  FindingBuilder finding = findings.report(create.partition_of.span);
  finding.help("{}", help(create, scan, step));
  if (scan != nullptr) {
    const bool certain = scan->certainty == Certainty::kCertain;
    finding
        .message(
            "Creating partition '{}' blocks every read and write of '{}' until {}, and {} all of "
            "its default partition '{}' meanwhile.",
            create.table, create.partition_of, locked_until(step), certain ? "reads" : "may read",
            scan->relation)
        .severity(Severity::kError)
        .certainty(scan->certainty);
  } else {
    finding.message("Creating partition '{}' blocks every read and write of '{}' until {}.",
                    create.table, create.partition_of, locked_until(step));
  }
}

void check_drop(const Drop& drop, const Step& step, Findings& findings) {
  if (drop.object_type != ObjectType::kTable) return;
  for (const QualifiedName& object : drop.objects) {
    const schema::Relation* known = step.schema().find(step.resolve(object));
    if (known == nullptr || !known->is_partition()) continue;
    if (!step.schema().existing(known->partition_of)) continue;
    if (!blocks_reads(mode_on(step, known->partition_of))) continue;
    if (is_held(step, known->partition_of, LockMode::kAccessExclusive)) continue;
    findings.report(object.span.empty() ? step.statement().keyword_span : object.span)
        .message("Dropping partition '{}' blocks every read and write of '{}' until {}.", object,
                 known->partition_of, locked_until(step))
        .help(
            "Detach it first, with DETACH PARTITION … CONCURRENTLY where the server has that, and "
            "drop it when it is a table of its own.");
  }
}

void check(const Step& step, Findings& findings) {
  if (const auto* create = step.statement().get<CreateTable>()) {
    check_create(*create, step, findings);
  } else if (const auto* drop = step.statement().get<Drop>()) {
    check_drop(*drop, step, findings);
  }
}

}  // namespace

extern constinit const Rule create_partition_locks_parent = on_step<check>(kInfo);

}  // namespace unwedge::rules
