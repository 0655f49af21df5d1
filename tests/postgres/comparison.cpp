// What is compared, and what is not because a single file cannot tell it:
//
//  * Indexes, sequences and toast tables: the locks on them follow those on their tables. Which
//    ones a table has is known from its history only. DROP INDEX and REINDEX INDEX name an index,
//    and the prediction says that its table, whichever it is, is locked with it.
//  * Partitions: CREATE INDEX on a partitioned table locks and reads each of them; which they are
//    is known from the history only.
//  * The table at the other end of a foreign key that is validated, or dropped with its constraint,
//    column or table: known from the history only.
//  * The tables with columns of a domain, which ALTER DOMAIN locks: known from the history only.
//  * What DO and CALL do: their bodies are not looked into.
//  * Effects that unwedge itself calls possible, not certain.
//  * Under which name a lock is held once the table is renamed: unwedge goes on calling it by the
//    name from before, which is the one that others wait for.

#include "postgres/comparison.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "unwedge/lock_mode.h"

namespace unwedge::postgres {
namespace {

using Modes = std::map<std::string, LockMode>;
using Names = std::set<std::string>;

constexpr LockMode kWeakestCompared = LockMode::kShare;
constexpr std::string_view kTableKinds = "rpmvf";  // pg_class.relkind

LockMode observed_mode(unwedge::LockMode mode) {
  static_assert(static_cast<int>(unwedge::LockMode::kAccessExclusive) ==
                static_cast<int>(LockMode::kAccessExclusive) + 1);
  return static_cast<LockMode>(static_cast<int>(mode) - 1);
}

/// REINDEX SCHEMA or DATABASE, VACUUM and CLUSTER of all: it is about every table that there is.
bool names_no_table(const Step& step) {
  const auto* reindex = step.statement().get<Reindex>();
  const auto* vacuum = step.statement().get<Vacuum>();
  const auto* cluster = step.statement().get<Cluster>();
  return (reindex != nullptr && reindex->relation.empty()) ||
         (vacuum != nullptr && vacuum->tables.empty()) ||
         (cluster != nullptr && cluster->table.empty());
}

bool is_opaque(const Step& step) {
  return step.statement().get<DoBlock>() != nullptr || step.statement().get<Call>() != nullptr ||
         names_no_table(step);
}

template <typename Test>
bool has_action(const Step& step, Test&& test) {
  const auto* alter = step.statement().get<AlterTable>();
  return alter != nullptr && std::ranges::any_of(alter->actions, test);
}

/// Whether a foreign key may go with what the statement drops.
bool drops_foreign_key(const Step& step) {
  if (const auto* drop = step.statement().get<Drop>()) {
    return drop->object_type == ObjectType::kTable;
  }
  return has_action(step, [](const AlterAction& action) {
    return action.kind == AlterKind::kDropConstraint || action.kind == AlterKind::kDropColumn;
  });
}

bool validates_constraint(const Step& step) {
  return has_action(step, [](const AlterAction& action) {
    return action.kind == AlterKind::kValidateConstraint;
  });
}

bool alters_domain(const Step& step) { return step.statement().get<AlterDomain>() != nullptr; }

/// Whether the statement locks tables that the file does not name.
bool locks_unnamed_tables(const Step& step) {
  const bool names_index = std::ranges::any_of(
      step.effects().locks, [](const unwedge::Lock& lock) { return lock.is_index; });
  return is_opaque(step) || names_index || drops_foreign_key(step) || alters_domain(step);
}

class Comparison {
 public:
  Comparison(const ObservedStep& observed, const Uncertainty& before)
      : step_(*observed.step), seen_(*observed.seen), observed_(observed), before_(before) {}

  std::vector<std::string> differences() {
    refusal();
    if (!seen_.error) {
      existence();
      locks_held_before();
      if (!is_opaque(step_)) locks_taken();
      if (step_.statement().get<AlterTable>() != nullptr ||
          step_.statement().get<CreateIndex>() != nullptr) {
        work();
      }
    }
    return std::move(differences_);
  }

 private:
  template <typename... Arguments>
  void differs(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    differences_.push_back(fmt::format(format, std::forward<Arguments>(arguments)...));
  }

  [[nodiscard]] bool is_table_from_before(const std::string& name) const {
    const auto kind = seen_.existing.find(name);
    return kind != seen_.existing.end() &&
           kTableKinds.find(kind->second) != std::string_view::npos &&
           observed_.from_before.contains(name);
  }

  [[nodiscard]] bool is_partitioned(const std::string& name) const {
    const auto kind = seen_.existing.find(name);
    return kind != seen_.existing.end() && kind->second == 'p';
  }

  void refusal() {
    const std::optional<Refusal>& predicted = step_.effects().refusal;
    const std::optional<Error>& error =
        seen_.refused_in_transaction && step_.transaction().is_block()
            ? seen_.refused_in_transaction
            : seen_.error;
    // What the rows decide, or what else is not known.
    if (!predicted && error && error->sqlstate == "23502" &&
        !step_.effects().rejected_by_rows.empty()) {
      return;
    }
    if (predicted && !error && predicted->certainty == Certainty::kPossible &&
        predicted->cause != RefusalCause::kTransaction) {
      return;
    }
    if (predicted.has_value() != error.has_value() ||
        (predicted && predicted->sqlstate != error->sqlstate)) {
      differs("predicted refusal: {}; the server says: {}",
              predicted ? predicted->message : std::string("none"),
              error ? to_string(*error) : "nothing");
      return;
    }
    // A pipeline is observed as the block that it amounts to, which has words of its own.
    const bool piped = step_.transaction().kind == TransactionKind::kPipeline;
    const bool newer = predicted && predicted->cause == RefusalCause::kNewerSyntax;
    if (predicted && !piped && !newer && predicted->message != error->message) {
      differs("predicted words: {}; the server's: {}", predicted->message, error->message);
    }
    // A refusal that depends on the runner is none without a transaction.
    const bool assumed = step_.transaction().kind == TransactionKind::kAssumed;
    if (predicted && predicted->certainty == Certainty::kPossible && assumed && seen_.error) {
      differs("fails outside a transaction, too: {}", to_string(*seen_.error));
    }
  }

  /// Whether a relation was there before the file.
  void existence() {
    for (const unwedge::Lock& lock : step_.effects().locks) {
      const std::string name = observed_name(lock.relation);
      const auto kind = seen_.existing.find(name);
      if (kind == seen_.existing.end()) continue;
      const bool from_before = observed_.from_before.contains(name);
      // An index that the file does not name may have the name that a new one would get.
      if (from_before && (kind->second == 'i' || kind->second == 'I')) continue;
      if (lock.existing != from_before) {
        differs("{} is {}, not {}", name, from_before ? "an old relation" : "a new relation",
                lock.existing ? "old" : "new");
      }
    }
  }

  void locks_held_before() {
    Modes predicted;
    for (std::size_t i = 0; i < step_.session().held_locks.size(); ++i) {
      const HeldLock& held = step_.session().held_locks[i];
      const std::string name = observed_name(held.relation);
      if (!held.existing || !held.certain || !is_table_from_before(name)) continue;
      if (before_.is_renamed(name)) continue;
      const LockMode mode = observed_mode(held.mode);
      const auto [place, is_new] = predicted.try_emplace(name, mode);
      place->second = std::max(place->second, mode);
    }
    Modes seen;
    for (const auto& [name, lock] : seen_.held_before) {
      if (lock.mode < kWeakestCompared || !is_table_from_before(name)) continue;
      if (before_.is_renamed(name)) continue;
      const bool unknowable = observed_.partitions.contains(name) || before_.has_unnamed();
      if (!unknowable || predicted.contains(name)) seen[name] = lock.mode;
    }
    // A statement that was refused in the transaction was observed outside it.
    if (!seen_.ran_alone) compare("holds", predicted, seen);
  }

  void locks_taken() {
    Modes predicted;
    for (const unwedge::Lock& lock : step_.effects().locks) {
      const std::string name = observed_name(lock.relation);
      const LockMode mode = observed_mode(lock.mode);
      if (mode < kWeakestCompared || lock.certainty != Certainty::kCertain || lock.is_index) {
        continue;
      }
      if (!seen_.existing.contains(name)) {
        differs("predicted a lock on {}, which does not exist", name);
      } else if (is_table_from_before(name) && !holds_already(name, mode)) {
        predicted[name] = mode;
      }
    }
    Modes seen;
    for (const auto& [name, lock] : seen_.locks) {
      if (lock.mode < kWeakestCompared || !is_table_from_before(name)) continue;
      if (!predicted.contains(name) && is_unknowable(name, lock.mode)) continue;
      if (!holds_already(name, lock.mode)) seen[name] = lock.mode;
    }
    compare("takes", predicted, seen);
  }

  /// Then the observation cannot show that it is taken again, or a weaker one.
  [[nodiscard]] bool holds_already(const std::string& name, LockMode mode) const {
    const auto held = seen_.held_before.find(name);
    return held != seen_.held_before.end() && held->second.mode >= mode;
  }

  /// Whether a file alone cannot tell that the statement locks this table.
  [[nodiscard]] bool is_unknowable(const std::string& name, LockMode mode) const {
    if (observed_.partitions.contains(name) || alters_domain(step_)) return true;
    if (mode == LockMode::kAccessExclusive && drops_foreign_key(step_)) return true;
    return std::ranges::any_of(step_.effects().locks, [&](const unwedge::Lock& lock) {
      if (lock.is_index) return observed_mode(lock.mode) >= mode;
      return observed_name(lock.relation) == name && lock.certainty == Certainty::kPossible;
    });
  }

  void compare(std::string_view verb, const Modes& predicted, const Modes& seen) {
    for (const auto& [name, mode] : predicted) {
      const auto found = seen.find(name);
      if (found == seen.end()) {
        differs("predicted that it {} {} on {}; it does not", verb, sql_name(mode), name);
      } else if (found->second != mode) {
        differs("predicted that it {} {} on {}; it is {}", verb, sql_name(mode), name,
                sql_name(found->second));
      }
    }
    for (const auto& [name, mode] : seen) {
      if (!predicted.contains(name)) differs("{} {} on {}", verb, sql_name(mode), name);
    }
  }

  /// Tables from before that the prediction names, for one kind of work.
  [[nodiscard]] Names predicted_work(WorkKind kind, bool certain_only) const {
    Names names;
    for (const Work& work : step_.effects().work) {
      std::string name = observed_name(work.relation);
      // An index that is built again is named itself.
      const auto build = seen_.index_builds.find(name);
      if (build != seen_.index_builds.end()) name = build->second;
      if (work.kind != kind || !is_table_from_before(name)) continue;
      if (!certain_only || work.certainty == Certainty::kCertain) names.insert(name);
    }
    return names;
  }

  /// The table at the other end of a validated key gets ROW SHARE.
  [[nodiscard]] bool locks_strongly(const std::string& name) const {
    const auto lock = seen_.locks.find(name);
    return lock == seen_.locks.end() || lock->second.mode > LockMode::kRowShare;
  }

  void work() {
    Names builds;
    for (const auto& [index, table] : seen_.index_builds) builds.insert(table);
    compare_work(WorkKind::kRewrite, seen_.rewritten);
    // A rewrite builds the indexes and verifies constraints on its way.
    compare_work(WorkKind::kIndexBuild, builds);
    compare_work(WorkKind::kScan, seen_.scanned);
  }

  void compare_work(WorkKind kind, const Names& seen) {
    const Names possible = predicted_work(kind, false);
    for (const std::string& name : predicted_work(kind, true)) {
      const bool in_rewrite = kind != WorkKind::kRewrite && seen_.rewritten.contains(name);
      if (!seen.contains(name) && !in_rewrite && !is_partitioned(name)) {
        differs("predicted {} of {}; there is none", to_string(kind), name);
      }
    }
    for (const std::string& name : seen) {
      const bool in_rewrite = kind != WorkKind::kRewrite && seen_.rewritten.contains(name);
      if (!is_table_from_before(name) || in_rewrite || observed_.partitions.contains(name)) {
        continue;
      }
      if (kind == WorkKind::kScan && validates_constraint(step_) && !locks_strongly(name)) continue;
      if (!possible.contains(name)) differs("unpredicted {} of {}", to_string(kind), name);
    }
  }

  const Step& step_;
  const Observation& seen_;
  const ObservedStep& observed_;
  const Uncertainty& before_;
  std::vector<std::string> differences_;
};

}  // namespace

void Uncertainty::enter(const Step& step) {
  if (step.transaction().number == transaction_) return;
  *this = Uncertainty();
  transaction_ = step.transaction().number;
}

void Uncertainty::add(const Step& step) {
  has_unnamed_ = has_unnamed_ || locks_unnamed_tables(step);
  if (const auto* move = step.statement().get<SetSchema>()) renamed_.emplace(move->object.name);
  const auto* rename = step.statement().get<Rename>();
  if (rename == nullptr || !rename->part.empty()) return;
  renamed_.emplace(rename->object.name);
  renamed_.emplace(rename->new_name);
}

bool Uncertainty::is_renamed(const std::string& relation) const {
  return renamed_.contains(std::string_view(relation).substr(relation.find('.') + 1));
}

std::vector<std::string> differences(const ObservedStep& observed, const Uncertainty& before) {
  return Comparison(observed, before).differences();
}

std::map<std::string, LockMode> blocking_locks(const ObservedStep& observed) {
  Modes modes;
  for (const auto* locks : {&observed.seen->held_before, &observed.seen->locks}) {
    for (const auto& [name, lock] : *locks) {
      if (lock.mode < LockMode::kShare || !observed.from_before.contains(name)) continue;
      if (kTableKinds.find(lock.kind) == std::string_view::npos) continue;
      const auto [place, is_new] = modes.try_emplace(name, lock.mode);
      place->second = std::max(place->second, lock.mode);
    }
  }
  return modes;
}

std::string observed_name(const RelationId& relation) {
  return (relation.schema.empty() ? "public" : relation.schema) + "." + relation.name;
}

}  // namespace unwedge::postgres
