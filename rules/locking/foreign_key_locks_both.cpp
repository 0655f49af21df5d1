// A foreign key locks the table at its other end, too: adding one SHARE ROW EXCLUSIVE, dropping
// one, with its column or table as well, ACCESS EXCLUSIVE. Without a lock_timeout everybody queues
// behind the statement while it waits for that lock.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "unwedge/refusal.h"
#include "unwedge/rule.h"
#include "unwedge/subcommand.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "foreign-key-locks-both",
    .summary = "a foreign key locks the table at its other end, too",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

/// The other ends of foreign keys, and the first place that names one.
struct OtherEnds {
  std::vector<RelationId> tables;
  Span place;

  void add(const RelationId& table, Span at) {
    if (tables.empty()) place = at;
    if (std::find(tables.begin(), tables.end(), table) == tables.end()) tables.push_back(table);
  }
};

void add_referenced(const Constraint& constraint, const RelationId& own, const Step& step,
                    OtherEnds& ends) {
  if (constraint.kind != Constraint::Kind::kForeignKey) return;
  const RelationId other = step.resolve(constraint.references);
  if (other == own || !step.schema().existing(other)) return;
  if (is_held(step, other, LockMode::kShareRowExclusive)) return;
  ends.add(other, constraint.references.span);
}

/// Tables that the step locks because foreign keys of `own` reference them.
void add_locked_by_drop(const RelationId& own, Span place, const Step& step, OtherEnds& ends) {
  const schema::Relation* known = step.schema().find(own);
  if (known == nullptr) return;
  for (const schema::ForeignKey& key : known->foreign_keys) {
    if (key.references == own || !step.schema().existing(key.references)) continue;
    if (!blocks_reads(mode_on(step, key.references))) continue;
    if (!is_held(step, key.references, LockMode::kAccessExclusive)) ends.add(key.references, place);
  }
}

OtherEnds added_by(const AlterTable& alter, const Step& step) {
  const RelationId own = step.resolve(alter.table);
  OtherEnds ends;
  for (const AlterAction& action : alter.actions) {
    // One that is verified is reported for that.
    if (step.schema().existing(own) && work_for(step, action, WorkKind::kScan) != nullptr) continue;
    if (const auto* add = action.get<AddConstraint>()) {
      add_referenced(add->constraint, own, step, ends);
    } else if (const auto* add_column = action.get<AddColumn>()) {
      for (const Constraint& constraint : add_column->column.constraints) {
        add_referenced(constraint, own, step, ends);
      }
    }
  }
  return ends;
}

OtherEnds added_by(const CreateTable& create, const Step& step) {
  const RelationId own = step.resolve(create.table);
  OtherEnds ends;
  for (const ColumnDefinition& column : create.columns) {
    for (const Constraint& constraint : column.constraints) {
      add_referenced(constraint, own, step, ends);
    }
  }
  for (const Constraint& constraint : create.constraints) {
    add_referenced(constraint, own, step, ends);
  }
  return ends;
}

OtherEnds dropped_by(const AlterTable& alter, const Step& step) {
  OtherEnds ends;
  for (const AlterAction& action : alter.actions) {
    const bool drops =
        action.kind == AlterKind::kDropConstraint || action.kind == AlterKind::kDropColumn;
    if (drops) add_locked_by_drop(step.resolve(alter.table), action.span, step, ends);
  }
  return ends;
}

OtherEnds dropped_by(const Drop& drop, const Step& step) {
  OtherEnds ends;
  if (drop.object_type != ObjectType::kTable) return ends;
  std::vector<RelationId> dropped;
  for (const QualifiedName& object : drop.objects) dropped.push_back(step.resolve(object));
  for (const RelationId& table : dropped) {
    add_locked_by_drop(table, step.statement().keyword_span, step, ends);
  }
  std::erase_if(ends.tables, [&dropped](const RelationId& table) {
    return std::find(dropped.begin(), dropped.end(), table) != dropped.end();
  });
  return ends;
}

/// 'a', 'b' and 'c'
std::string list(const std::vector<RelationId>& tables) {
  std::string text;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const std::string_view separator = i == 0 ? "" : i + 1 < tables.size() ? ", " : " and ";
    text += fmt::format("{}'{}'", separator, tables[i]);
  }
  return text;
}

void report(const OtherEnds& ends, std::string_view doing, LockMode mode, const Step& step,
            Findings& findings) {
  if (ends.tables.empty()) return;
  const std::string_view set =
      ends.tables.size() > 1 ? "Give each foreign key a transaction of its own, and set" : "Set";
  const TransactionKind transaction = step.transaction().kind;
  const bool local =
      transaction == TransactionKind::kExplicit || transaction == TransactionKind::kRunner;
  findings.report(ends.place)
      .message("{} also blocks {} of {}, while it waits for its turn and until {}.", doing,
               blocked_in_words(mode), list(ends.tables), locked_until(step))
      .help(
          "{} a lock_timeout before it, so that it gives up instead of making everybody queue, and "
          "try again later:\n"
          "SET {}lock_timeout = '2s';",
          set, local ? "LOCAL " : "");
}

void check(const Step& step, Findings& findings) {
  if (step.session().settings->has_lock_timeout() ||
      refused_for(step, RefusalCause::kMissing) != nullptr)
    return;
  if (const auto* create = step.statement().get<CreateTable>()) {
    report(added_by(*create, step), fmt::format("Creating '{}' with a foreign key", create->table),
           LockMode::kShareRowExclusive, step, findings);
  } else if (const auto* alter = step.statement().get<AlterTable>()) {
    report(added_by(*alter, step), fmt::format("Adding a foreign key to '{}'", alter->table),
           LockMode::kShareRowExclusive, step, findings);
    report(dropped_by(*alter, step), fmt::format("Dropping a foreign key of '{}'", alter->table),
           LockMode::kAccessExclusive, step, findings);
  } else if (const auto* drop = step.statement().get<Drop>()) {
    if (drop->objects.empty()) return;
    report(dropped_by(*drop, step),
           fmt::format("Dropping '{}', which has a foreign key,", drop->objects.front()),
           LockMode::kAccessExclusive, step, findings);
  }
}

}  // namespace

extern constinit const Rule foreign_key_locks_both = on_step<check>(kInfo);

}  // namespace unwedge::rules
