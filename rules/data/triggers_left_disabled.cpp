// What DISABLE TRIGGER or session_replication_role = replica turns off stays off until something
// turns it on again. Foreign keys are triggers, too: ALL, and replica, turn them off as well.

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "triggers-left-disabled",
    .summary = "triggers are disabled and not enabled again",
    .category = Category::kData,
    .kind = Kind::kLoses,
    .severity = Severity::kError,
    .since = "0.1.0",
};

constexpr std::string_view kRole = "session_replication_role";

struct Disabled {
  QualifiedName table;  ///< and the trigger, if it was named: as they are called now
  Name trigger;
  Span place;
  TriggerChoice choice = TriggerChoice::kNamed;
  bool existing = true;
};

bool is_same(const QualifiedName& one, const QualifiedName& other) {
  return one.name == other.name &&
         (one.schema.empty() || other.schema.empty() || one.schema == other.schema);
}

bool enables(const AlterAction& action, TriggerChoice choice, const Disabled& disabled) {
  if (choice == TriggerChoice::kAll) return true;
  if (choice == TriggerChoice::kUser) return disabled.choice != TriggerChoice::kAll;
  return disabled.choice == TriggerChoice::kNamed && action.name == disabled.trigger;
}

/// What the statements so far have turned off.
class Triggers {
 public:
  void apply(const Step& step) {
    if (const auto* alter = step.statement().get<AlterTable>()) {
      for (const AlterAction& action : alter->actions) apply(*alter, action, step);
    } else if (const auto* drop = step.statement().get<Drop>()) {
      apply(*drop);
    } else if (const auto* rename = step.statement().get<Rename>()) {
      apply(*rename);
    } else if (const auto* move = step.statement().get<SetSchema>()) {
      for (Disabled& each : disabled_) {
        if (is_same(each.table, move->object)) each.table.schema = move->new_schema;
      }
    } else if (const auto* set = step.statement().get<SetVariable>()) {
      apply(*set, step);
    } else if (step.statement().get<Discard>() != nullptr) {
      role_ = nullptr;
    }
  }

  [[nodiscard]] const std::vector<Disabled>& disabled() const { return disabled_; }
  /// The SET that made the session a replica's; null: it is none at the end.
  [[nodiscard]] const Step* role() const { return role_; }

 private:
  void apply(const AlterTable& alter, const AlterAction& action, const Step& step) {
    const auto* choice = action.get<TriggerChoice>();
    if (choice == nullptr) return;
    if (action.kind == AlterKind::kDisableTrigger) {
      disabled_.push_back({.table = alter.table,
                           .trigger = action.name,
                           .place = action.span,
                           .choice = *choice,
                           .existing = step.locks_existing(alter.table)});
    } else if (action.kind == AlterKind::kEnableTrigger) {
      std::erase_if(disabled_, [&](const Disabled& each) {
        return is_same(each.table, alter.table) && enables(action, *choice, each);
      });
    }
  }

  void apply(const Drop& drop) {
    std::erase_if(disabled_, [&drop](const Disabled& each) {
      if (drop.object_type == ObjectType::kTrigger) {
        return is_same(drop.table, each.table) && !drop.objects.empty() &&
               drop.objects.front().name == each.trigger;
      }
      return drop.object_type == ObjectType::kTable &&
             std::any_of(drop.objects.begin(), drop.objects.end(),
                         [&each](const auto& object) { return is_same(object, each.table); });
    });
  }

  void apply(const Rename& rename) {
    for (Disabled& each : disabled_) {
      if (!is_same(each.table, rename.object)) continue;
      if (rename.part.empty()) each.table.name = rename.new_name;
      if (rename.object_type == ObjectType::kTrigger && rename.part == each.trigger) {
        each.trigger = rename.new_name;
      }
    }
  }

  /// SET LOCAL ends with its transaction.
  void apply(const SetVariable& set, const Step& step) {
    if (set.kind == SetVariable::Kind::kResetAll) role_ = nullptr;
    if (set.name != kRole || set.local) return;
    const bool replica = set.kind == SetVariable::Kind::kSet && !set.values.empty() &&
                         set.values.front() == "replica";
    role_ = replica ? &step : nullptr;
  }

  std::vector<Disabled> disabled_;
  const Step* role_ = nullptr;
};

/// What no longer happens when somebody writes to the table.
std::string consequence(TriggerChoice choice) {
  return choice == TriggerChoice::kAll ? "neither they nor foreign keys hold for what is written"
                                       : "they do not run for what is written";
}

void report(const Disabled& disabled, Findings& findings) {
  const QualifiedName& table = disabled.table;
  FindingBuilder finding = findings.report(disabled.place);
  if (disabled.choice == TriggerChoice::kNamed) {
    // A trigger that is no longer wanted may be disabled for good.
    finding
        .message("Trigger '{}' of '{}' is disabled and not enabled again in this file.",
                 disabled.trigger, table)
        .severity(Severity::kWarning)
        .help(
            "Enable it again when the rows are written, or drop it if it is not needed any more:\n"
            "ALTER TABLE {} ENABLE TRIGGER {};",
            quoted(table), quoted(disabled.trigger));
    return;
  }
  finding
      .message(
          "The triggers of '{}' are disabled and not enabled again in this file: {} from here "
          "on.",
          table, consequence(disabled.choice))
      .help("Enable them again when the rows are written:\nALTER TABLE {} ENABLE TRIGGER {};",
            quoted(table), disabled.choice == TriggerChoice::kAll ? "ALL" : "USER");
}

/// The steps that no ROLLBACK, be it to a savepoint, takes back.
std::vector<const Step*> lasting(std::span<const Step> steps) {
  std::vector<const Step*> kept;
  std::size_t begin = 0;  // in `kept`: where the transaction begins
  int transaction = 0;
  std::vector<std::pair<Name, std::size_t>> savepoints;
  for (const Step& step : steps) {
    if (std::exchange(transaction, step.transaction().number) != step.transaction().number) {
      begin = kept.size();
      savepoints.clear();
    }
    const auto* control = step.statement().get<TransactionControl>();
    if (control == nullptr) {
      kept.push_back(&step);
    } else if (control->kind == TransactionControl::Kind::kSavepoint) {
      savepoints.emplace_back(control->savepoint, kept.size());
    } else if (control->kind == TransactionControl::Kind::kRollback) {
      kept.resize(begin);
    } else if (control->kind == TransactionControl::Kind::kRollbackTo) {
      const auto found =
          std::find_if(savepoints.rbegin(), savepoints.rend(),
                       [control](const auto& each) { return each.first == control->savepoint; });
      if (found != savepoints.rend()) kept.resize(std::min(kept.size(), found->second));
    }
  }
  return kept;
}

void check(const Migration& migration, Findings& findings) {
  Triggers triggers;
  for (const Step* step : lasting(migration.steps)) triggers.apply(*step);
  for (const Disabled& disabled : triggers.disabled()) {
    if (disabled.existing || disabled.choice == TriggerChoice::kAll) report(disabled, findings);
  }
  // A script's session ends with it.
  if (triggers.role() == nullptr || migration.runner.name == "psql") return;
  findings.report(triggers.role()->span())
      .message(
          "The session stays a replica's when this file is done: no trigger runs and no foreign "
          "key is checked in the migrations after it.")
      .help(
          "Set it for the transaction alone, or set it back at the end:\n"
          "SET session_replication_role = DEFAULT;");
}

}  // namespace

extern constinit const Rule triggers_left_disabled = on_migration<check>(kInfo);

}  // namespace unwedge::rules
