// Commands whose purpose is to write a table anew, under ACCESS EXCLUSIVE: VACUUM FULL, CLUSTER,
// and ALTER TABLE where it puts the rows elsewhere or into another form. What ALTER TABLE rewrites
// for the sake of a column is the business of the rules about columns.

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "unwedge/rule.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "table-rewrite-command",
    .summary = "VACUUM FULL, CLUSTER, SET TABLESPACE and the like rewrite the table",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kError,
    .since = "0.1.0",
    .aliases = {"prefer-repack"},  // squawk
};

bool is_refused(const Step& step) {
  const auto& refusal = step.effects().refusal;
  return refusal && refusal->certainty == Certainty::kCertain;
}

bool rewrites(const Step& step) {
  const auto& work = step.effects().work;
  return std::any_of(work.begin(), work.end(), [](const Work& each) {
    return each.existing && each.kind == WorkKind::kRewrite;
  });
}

/// 'a'; 'a' and 2 more tables.
std::string in_words(const std::vector<QualifiedName>& tables) {
  const std::size_t others = tables.size() - 1;
  const std::string more =
      others == 0 ? "" : fmt::format(" and {} more table{}", others, others == 1 ? "" : "s");
  return fmt::format("'{}'{}", tables.front(), more);
}

std::string plain_vacuum(const Vacuum& vacuum) {
  std::string sql = "VACUUM";
  for (const QualifiedName& table : vacuum.tables) {
    sql += fmt::format("{} {}", &table == &vacuum.tables.front() ? "" : ",", quoted(table));
  }
  return sql + ";";
}

void check_vacuum(const Vacuum& vacuum, const Step& step, Findings& findings) {
  // Without a name it is every table that there is.
  const bool all = vacuum.tables.empty();
  if (!vacuum.full || is_refused(step) || (!all && !rewrites(step))) return;
  findings.report(step.statement().keyword_span)
      .message(
          "VACUUM FULL writes every row of {} anew and blocks every read and write of {} until "
          "that is done.",
          all ? "every table of the database" : in_words(vacuum.tables),
          vacuum.tables.size() == 1 ? "it" : "each")
      .help(
          "Let pg_repack shrink {} while reads and writes go on, or plain VACUUM make the space "
          "free for new rows, in {}",
          vacuum.tables.size() == 1 ? "it" : "them",
          outside_transaction(step.runner(), plain_vacuum(vacuum)));
}

void check_cluster(const Cluster& cluster, const Step& step, Findings& findings) {
  // Without a name it is every table that was clustered before.
  const bool all = cluster.table.empty();
  if (is_refused(step) || (!all && !rewrites(step))) return;
  findings.report(step.statement().keyword_span)
      .message(
          "CLUSTER writes every row of {} anew and blocks every read and write of {} until {}.",
          all ? "every table that was clustered before" : fmt::format("'{}'", cluster.table),
          all ? "each" : "it", locked_until(step))
      .help("Let pg_repack put the rows in order while reads and writes go on.");
}

/// What ALTER TABLE calls the change, and how else it can be had.
struct Change {
  AlterKind kind;
  std::string_view name;
  std::string_view instead;
};

constexpr std::string_view kExchange =
    "Create a new table as it shall be, keep it current with a trigger, copy the rows in batches, "
    "and exchange the names";

constexpr std::array kChanges{
    Change{AlterKind::kSetLogged, "SET LOGGED", kExchange},
    Change{AlterKind::kSetUnlogged, "SET UNLOGGED", kExchange},
    Change{AlterKind::kSetAccessMethod, "SET ACCESS METHOD", kExchange},
    Change{AlterKind::kSetTablespace, "SET TABLESPACE",
           "Let pg_repack move it, with --tablespace, while reads and writes go on"},
    Change{AlterKind::kSetExpression, "SET EXPRESSION",
           "Add another column, keep it current with a trigger, and fill it in batches"},
};

/// The table written anew for the subcommand, or the index.
const Work* rewrite_for(const AlterAction& action, const Step& step) {
  for (const Work& work : step.effects().work) {
    const bool rewrite = work.kind == WorkKind::kRewrite || work.kind == WorkKind::kIndexBuild;
    if (rewrite && work.existing && work.cause == action.span) return &work;
  }
  return nullptr;
}

std::string help(const AlterTable& alter, const AlterAction& action, const Change& change,
                 const Step& step) {
  constexpr int kReindexTablespaceSince = 14;
  const bool index = alter.object_type == ObjectType::kIndex;
  if (index && step.postgres().major >= kReindexTablespaceSince) {
    return fmt::format(
        "Rebuild it there while reads and writes go on, in {}",
        outside_transaction(step.runner(),
                            fmt::format("REINDEX (TABLESPACE {}) INDEX CONCURRENTLY {};",
                                        quoted(action.name), quoted(alter.table))));
  }
  return fmt::format("{}.", change.instead);
}

/// One ALTER TABLE rewrites once, whatever the number of subcommands.
void check_alter(const AlterTable& alter, const Step& step, Findings& findings) {
  for (const AlterAction& action : alter.actions) {
    const auto* change =
        std::find_if(kChanges.begin(), kChanges.end(),
                     [&action](const Change& each) { return each.kind == action.kind; });
    const Work* rewrite = rewrite_for(action, step);
    if (change == kChanges.end() || rewrite == nullptr) continue;
    const bool certain = rewrite->certainty == Certainty::kCertain;
    findings.report(action.span)
        .message("{} {} all of '{}' anew and {} every read and write of it until {}.", change->name,
                 certain ? "writes" : "may write", alter.table, certain ? "blocks" : "block",
                 locked_until(step))
        .help("{}", help(alter, action, *change, step))
        .certainty(rewrite->certainty);
    return;
  }
}

void check(const Step& step, Findings& findings) {
  const Statement& statement = step.statement();
  if (const auto* vacuum = statement.get<Vacuum>()) check_vacuum(*vacuum, step, findings);
  if (const auto* cluster = statement.get<Cluster>()) check_cluster(*cluster, step, findings);
  if (const auto* alter = statement.get<AlterTable>()) check_alter(*alter, step, findings);
}

}  // namespace

extern constinit const Rule table_rewrite_command = on_step<check>(kInfo);

}  // namespace unwedge::rules
