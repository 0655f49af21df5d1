// One function for each rule whose finding a server can confirm.

#include "postgres/hazards.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "postgres/comparison.h"

namespace unwedge::postgres {
namespace {

using Hazard = std::optional<std::string>;

/// The tables of the fixtures have hundreds of rows, their statements name a handful.
constexpr std::int64_t kManyRows = 50;

Hazard rewrites(const ObservedStep& observed) {
  for (const std::string& table : observed.seen->rewritten) {
    if (observed.from_before.contains(table)) return "rewrites " + table;
  }
  return std::nullopt;
}

Hazard set_not_null_without_check(const ObservedStep& observed) {
  const auto* alter = observed.step->statement().get<AlterTable>();
  const bool sets =
      alter != nullptr && std::ranges::any_of(alter->actions, [](const AlterAction& action) {
        return action.kind == AlterKind::kSetNotNull;
      });
  if (!sets) return std::nullopt;
  for (const std::string& table : observed.seen->scanned) {
    const auto lock = observed.seen->locks.find(table);
    const auto held = observed.seen->held_before.find(table);
    const bool locked_now =
        lock != observed.seen->locks.end() && lock->second.mode == LockMode::kAccessExclusive;
    const bool locked_before =
        held != observed.seen->held_before.end() && held->second.mode == LockMode::kAccessExclusive;
    if (observed.from_before.contains(table) && (locked_now || locked_before)) {
      return "reads all of " + table + " under ACCESS EXCLUSIVE";
    }
  }
  return std::nullopt;
}

Hazard index_not_concurrent(const ObservedStep& observed) {
  if (observed.step->statement().get<CreateIndex>() == nullptr) return std::nullopt;
  const auto locks = blocking_locks(observed);
  for (const auto& [index, table] : observed.seen->index_builds) {
    const auto lock = locks.find(table);
    if (lock == locks.end()) continue;
    return fmt::format("builds {} while {} is locked in {}", index, table, sql_name(lock->second));
  }
  return std::nullopt;
}

/// A relation from before of these kinds, but no partition, that the statement locks at least so
/// strongly, and more strongly than the transaction had locked it.
std::optional<std::string> newly_locked(const ObservedStep& observed, LockMode at_least,
                                        std::string_view kinds) {
  for (const auto& [name, lock] : observed.seen->locks) {
    if (kinds.find(lock.kind) == std::string_view::npos || lock.mode < at_least) continue;
    if (!observed.from_before.contains(name) || observed.partitions.contains(name)) continue;
    const auto held = observed.seen->held_before.find(name);
    const bool is_new = held == observed.seen->held_before.end() || held->second.mode < lock.mode;
    if (is_new) return fmt::format("locks {} in {}", name, sql_name(lock.mode));
  }
  return std::nullopt;
}

/// Whether all subcommands are of these kinds.
template <std::size_t N>
bool alters_only(const Step& step, const std::array<AlterKind, N>& kinds) {
  const auto* alter = step.statement().get<AlterTable>();
  return alter != nullptr &&
         std::ranges::all_of(alter->actions, [&kinds](const AlterAction& action) {
           return std::ranges::find(kinds, action.kind) != kinds.end();
         });
}

Hazard detach_partition_not_concurrent(const ObservedStep& observed) {
  if (!alters_only(*observed.step, std::array{AlterKind::kDetachPartition})) return std::nullopt;
  for (const auto& [name, mode] : blocking_locks(observed)) {
    const auto kind = observed.seen->existing.find(name);
    const bool is_parent = kind != observed.seen->existing.end() && kind->second == 'p';
    if (is_parent && mode == LockMode::kAccessExclusive) return "locks all of " + name;
  }
  return std::nullopt;
}

/// The indexes of a partitioned table are dropped with those of its partitions.
Hazard drop_index_not_concurrent(const ObservedStep& observed) {
  const auto* drop = observed.step->statement().get<Drop>();
  if (drop == nullptr || drop->object_type != ObjectType::kIndex) return std::nullopt;
  return newly_locked(observed, LockMode::kAccessExclusive, "rm");
}

Hazard explicit_table_lock(const ObservedStep& observed) {
  if (observed.step->statement().get<LockTable>() == nullptr) return std::nullopt;
  return newly_locked(observed, LockMode::kShare, "rpf");
}

Hazard refresh_not_concurrent(const ObservedStep& observed) {
  if (observed.step->statement().get<RefreshMaterializedView>() == nullptr) return std::nullopt;
  return newly_locked(observed, LockMode::kAccessExclusive, "m");
}

Hazard reindex_not_concurrent(const ObservedStep& observed) {
  if (observed.step->statement().get<Reindex>() == nullptr) return std::nullopt;
  const auto locks = blocking_locks(observed);
  for (const auto& [index, table] : observed.seen->index_builds) {
    if (locks.contains(table)) return fmt::format("rebuilds {} while {} is locked", index, table);
  }
  return std::nullopt;
}

/// A sequence from before is locked against nextval() while the statement takes long or waits.
Hazard sequence_lock(const ObservedStep& observed) {
  const bool takes_long = !observed.seen->scanned.empty() || !observed.seen->index_builds.empty() ||
                          newly_locked(observed, LockMode::kShare, "rpmvf").has_value();
  for (const auto& [name, lock] : observed.seen->held_before) {
    const bool blocks = lock.kind == 'S' && lock.mode >= LockMode::kShareRowExclusive;
    if (blocks && takes_long && observed.from_before.contains(name)) {
      return fmt::format("runs while {} is locked in {}", name, sql_name(lock.mode));
    }
  }
  return std::nullopt;
}

Hazard table_rewrite_command(const ObservedStep& observed) {
  const Step& step = *observed.step;
  const bool asks_for_it =
      step.statement().get<Vacuum>() != nullptr || step.statement().get<Cluster>() != nullptr ||
      alters_only(step, std::array{AlterKind::kSetLogged, AlterKind::kSetUnlogged,
                                   AlterKind::kSetTablespace, AlterKind::kSetAccessMethod,
                                   AlterKind::kSetExpression, AlterKind::kSetOptions});
  return asks_for_it ? rewrites(observed) : std::nullopt;
}

/// The server cannot tell that no lock_timeout was set before: that is unwedge's word.
Hazard trigger_locks(const ObservedStep& observed) {
  const Step& step = *observed.step;
  const auto* drop = step.statement().get<Drop>();
  const bool is_about_trigger =
      step.statement().get<CreateTrigger>() != nullptr ||
      (drop != nullptr && drop->object_type == ObjectType::kTrigger) ||
      alters_only(step, std::array{AlterKind::kEnableTrigger, AlterKind::kDisableTrigger});
  const auto timeout = step.session().settings->value("lock_timeout");
  const bool gives_up = timeout && timeout->find_first_of("123456789") != timeout->npos;
  if (!is_about_trigger || gives_up) return std::nullopt;
  return newly_locked(observed, LockMode::kShareRowExclusive, "rpv");
}

/// Whether a subcommand passes the test, one for each kind of thing that it may add.
template <typename Test>
bool has_action(const ObservedStep& observed, const Test& test) {
  const auto* alter = observed.step->statement().get<AlterTable>();
  return alter != nullptr && std::ranges::any_of(alter->actions, test);
}

/// Whether ALTER TABLE adds a constraint that passes the test, by itself or with a column.
template <typename Test>
bool adds_constraint(const ObservedStep& observed, const Test& test) {
  return has_action(observed, [&test](const AlterAction& action) {
    if (const auto* add = action.get<AddConstraint>()) return test(add->constraint);
    const auto* column = action.get<AddColumn>();
    return column != nullptr && std::ranges::any_of(column->column.constraints, test);
  });
}

/// A table from before that is read in full, and not written anew, while it is locked in this mode
/// or a stronger one.
Hazard scans_locked(const ObservedStep& observed, LockMode at_least) {
  for (const auto& [name, mode] : blocking_locks(observed)) {
    if (mode < at_least || observed.seen->rewritten.contains(name)) continue;
    if (observed.seen->scanned.contains(name)) {
      return fmt::format("reads all of {} while it is locked in {}", name, sql_name(mode));
    }
  }
  return std::nullopt;
}

/// The same for an index that is built.
Hazard builds_locked(const ObservedStep& observed, LockMode at_least) {
  const auto locks = blocking_locks(observed);
  for (const auto& [index, table] : observed.seen->index_builds) {
    const auto lock = locks.find(table);
    if (lock == locks.end() || lock->second < at_least) continue;
    if (observed.seen->rewritten.contains(table)) continue;
    return fmt::format("builds {} while {} is locked in {}", index, table, sql_name(lock->second));
  }
  return std::nullopt;
}

Hazard stored_generated_column(const ObservedStep& observed) {
  const bool adds = has_action(observed, [](const AlterAction& action) {
    const auto* add = action.get<AddColumn>();
    return add != nullptr && add->column.generated.has_value();
  });
  return adds ? rewrites(observed) : std::nullopt;
}

Hazard add_column_rewrite(const ObservedStep& observed) {
  const bool adds = has_action(observed, [](const AlterAction& action) {
    const auto* add = action.get<AddColumn>();
    return add != nullptr && !add->column.generated;
  });
  return adds ? rewrites(observed) : std::nullopt;
}

Hazard constraint_without_not_valid(const ObservedStep& observed) {
  const bool adds = adds_constraint(observed, [](const Constraint& constraint) {
    return !constraint.not_valid && (constraint.kind == Constraint::Kind::kCheck ||
                                     constraint.kind == Constraint::Kind::kNotNull ||
                                     constraint.kind == Constraint::Kind::kForeignKey);
  });
  return adds ? scans_locked(observed, LockMode::kShareRowExclusive) : std::nullopt;
}

Hazard unique_without_using_index(const ObservedStep& observed) {
  const bool adds = adds_constraint(observed, [](const Constraint& constraint) {
    return constraint.using_index.empty() && (constraint.kind == Constraint::Kind::kUnique ||
                                              constraint.kind == Constraint::Kind::kPrimaryKey);
  });
  return adds ? builds_locked(observed, LockMode::kAccessExclusive) : std::nullopt;
}

Hazard exclusion_constraint(const ObservedStep& observed) {
  const bool adds = adds_constraint(observed, [](const Constraint& constraint) {
    return constraint.kind == Constraint::Kind::kExclusion;
  });
  return adds ? builds_locked(observed, LockMode::kAccessExclusive) : std::nullopt;
}

Hazard primary_key_scans_for_nulls(const ObservedStep& observed) {
  const bool adds = adds_constraint(observed, [](const Constraint& constraint) {
    return constraint.kind == Constraint::Kind::kPrimaryKey && !constraint.using_index.empty();
  });
  return adds ? scans_locked(observed, LockMode::kAccessExclusive) : std::nullopt;
}

Hazard attach_partition_scan(const ObservedStep& observed) {
  const bool attaches = has_action(observed, [](const AlterAction& action) {
    return action.kind == AlterKind::kAttachPartition;
  });
  return attaches ? scans_locked(observed, LockMode::kAccessExclusive) : std::nullopt;
}

Hazard domain_constraint_scan(const ObservedStep& observed) {
  const auto* alter = observed.step->statement().get<AlterDomain>();
  const bool adds = alter != nullptr && (alter->kind == AlterDomain::Kind::kSetNotNull ||
                                         alter->kind == AlterDomain::Kind::kAddConstraint);
  return adds ? scans_locked(observed, LockMode::kShare) : std::nullopt;
}

/// VALIDATE under a lock of its own statement, or a function that locks a table and writes many
/// rows itself; every other combination has a rule of its own.
Hazard long_blocking_lock(const ObservedStep& observed) {
  const auto* domain = observed.step->statement().get<AlterDomain>();
  const bool validates =
      (domain != nullptr && domain->kind == AlterDomain::Kind::kValidateConstraint) ||
      has_action(observed, [](const AlterAction& action) {
        return action.kind == AlterKind::kValidateConstraint;
      });
  if (validates) return scans_locked(observed, LockMode::kShare);
  const auto* query = observed.step->statement().get<Dml>();
  const bool calls = query != nullptr && query->writes.empty();
  const auto locks = blocking_locks(observed);
  if (!calls || locks.empty() || !writes_in_bulk(*observed.seen)) return std::nullopt;
  return "writes many rows and locks " + locks.begin()->first;
}

Hazard create_partition_locks_parent(const ObservedStep& observed) {
  const auto* create = observed.step->statement().get<CreateTable>();
  const auto* drop = observed.step->statement().get<Drop>();
  const bool creates = create != nullptr && !create->partition_of.empty();
  const bool drops = drop != nullptr && drop->object_type == ObjectType::kTable;
  if (!creates && !drops) return std::nullopt;
  const Hazard lock = newly_locked(observed, LockMode::kAccessExclusive, "p");
  return lock ? lock : scans_locked(observed, LockMode::kAccessExclusive);
}

/// A table that the statement does not name as its own, locked because of a foreign key that the
/// file itself speaks of. That no lock_timeout was set before is unwedge's word.
Hazard foreign_key_locks_both(const ObservedStep& observed) {
  const Step& step = *observed.step;
  const auto timeout = step.session().settings->value("lock_timeout");
  if (timeout && timeout->find_first_of("123456789") != timeout->npos) return std::nullopt;
  const auto references = [&](const Constraint& constraint) {
    return constraint.kind == Constraint::Kind::kForeignKey;
  };
  const auto* create = step.statement().get<CreateTable>();
  const bool creates =
      create != nullptr && (std::ranges::any_of(create->constraints, references) ||
                            std::ranges::any_of(create->columns, [&](const auto& column) {
                              return std::ranges::any_of(column.constraints, references);
                            }));
  const auto* alter = step.statement().get<AlterTable>();
  const auto* drop = step.statement().get<Drop>();
  const bool drops =
      (drop != nullptr && drop->object_type != ObjectType::kTrigger) ||
      has_action(observed, [](const AlterAction& action) {
        return action.kind == AlterKind::kDropConstraint || action.kind == AlterKind::kDropColumn;
      });
  if (!creates && !drops && !adds_constraint(observed, references)) return std::nullopt;
  if (!observed.seen->scanned.empty()) return std::nullopt;
  const LockMode at_least = drops ? LockMode::kAccessExclusive : LockMode::kShareRowExclusive;
  for (const auto& lock : step.effects().locks) {
    const std::string name = observed_name(lock.relation);
    const bool own = alter != nullptr && lock.relation.name == alter->table.name;
    const auto seen = observed.seen->locks.find(name);
    if (own || seen == observed.seen->locks.end() || seen->second.mode < at_least) continue;
    if (seen->second.kind != 'r' || !observed.from_before.contains(name)) continue;
    const auto held = observed.seen->held_before.find(name);
    if (held != observed.seen->held_before.end() && held->second.mode >= seen->second.mode)
      continue;
    if (observed.seen->dropped.contains(name)) continue;
    return fmt::format("locks {} in {}", name, sql_name(seen->second.mode));
  }
  return std::nullopt;
}

bool changes_type(const ObservedStep& observed) {
  return has_action(observed,
                    [](const AlterAction& action) { return action.kind == AlterKind::kAlterType; });
}

Hazard column_type_rewrite(const ObservedStep& observed) {
  if (!changes_type(observed)) return std::nullopt;
  const Hazard rewrite = rewrites(observed);
  return rewrite ? rewrite : scans_locked(observed, LockMode::kAccessExclusive);
}

Hazard column_type_reindex(const ObservedStep& observed) {
  return changes_type(observed) ? builds_locked(observed, LockMode::kAccessExclusive)
                                : std::nullopt;
}

/// A table from before that an earlier statement of the transaction has locked against writes, and
/// that this one, as unwedge understands it, has nothing to do with.
const std::string* locked_elsewhere(const ObservedStep& observed) {
  for (const auto& [name, lock] : observed.seen->held_before) {
    const bool is_table = lock.kind == 'r' || lock.kind == 'p';
    if (!is_table || lock.mode < LockMode::kShare || !observed.from_before.contains(name)) continue;
    const auto& touched = observed.step->effects().locks;
    const bool touches = std::ranges::any_of(
        touched, [&name](const auto& each) { return observed_name(each.relation) == name; });
    if (!touches) return &name;
  }
  return nullptr;
}

bool validates(const ObservedStep& observed) {
  return has_action(observed, [](const AlterAction& action) {
    return action.kind == AlterKind::kValidateConstraint;
  });
}

Hazard lock_held_across_work(const ObservedStep& observed) {
  if (observed.step->statement().get<Dml>() != nullptr || validates(observed)) return std::nullopt;
  const std::string* locked = locked_elsewhere(observed);
  const bool works = std::ranges::any_of(observed.seen->scanned,
                                         [&](const std::string& table) {
                                           return observed.from_before.contains(table);
                                         }) ||
                     rewrites(observed).has_value() ||
                     std::ranges::any_of(observed.seen->index_builds, [&](const auto& build) {
                       return observed.from_before.contains(build.second);
                     });
  if (locked == nullptr || !works) return std::nullopt;
  return "does long work while " + *locked + " is locked";
}

Hazard validate_in_same_transaction(const ObservedStep& observed) {
  if (!validates(observed) || observed.seen->scanned.empty()) return std::nullopt;
  for (const auto& [name, lock] : observed.seen->held_before) {
    const bool is_table = lock.kind == 'r' || lock.kind == 'p';
    if (is_table && lock.mode >= LockMode::kShare && observed.from_before.contains(name)) {
      return fmt::format("reads all rows while {} is locked in {}", name, sql_name(lock.mode));
    }
  }
  return std::nullopt;
}

Hazard ddl_with_bulk_dml(const ObservedStep& observed) {
  const auto locks = blocking_locks(observed);
  if (locks.empty() || !writes_in_bulk(*observed.seen)) return std::nullopt;
  return fmt::format("writes many rows while {} is locked in {}", locks.begin()->first,
                     sql_name(locks.begin()->second));
}

/// The server's refusal because of the transaction that the statement is in, or is not in.
const Error* refusal(const ObservedStep& observed) {
  constexpr std::string_view kRefusedInBlock = "25001";
  constexpr std::string_view kNeedsBlock = "25P01";
  constexpr std::string_view kEndsBlock = "2D000";  // COMMIT in a DO block
  for (const auto* error : {&observed.seen->error, &observed.seen->refused_in_transaction}) {
    if (!*error) continue;
    const bool in_block = observed.step->transaction().is_block();
    if ((*error)->sqlstate == kNeedsBlock) return &**error;
    const bool is_about_block =
        (*error)->sqlstate == kRefusedInBlock || (*error)->sqlstate == kEndsBlock;
    if (is_about_block && in_block) return &**error;
  }
  return nullptr;
}

bool is_concurrent(const Error& error) {
  return error.message.find("CONCURRENTLY") != std::string::npos;
}

Hazard concurrently_in_transaction(const ObservedStep& observed) {
  const Error* const error = refusal(observed);
  if (error == nullptr || !is_concurrent(*error)) return std::nullopt;
  return to_string(*error);
}

Hazard not_in_transaction(const ObservedStep& observed) {
  const Error* const error = refusal(observed);
  if (error == nullptr || is_concurrent(*error)) return std::nullopt;
  return to_string(*error);
}

/// An error of the statement itself, whatever transaction it is in.
const Error* own_error(const ObservedStep& observed) {
  return observed.seen->error ? &*observed.seen->error : nullptr;
}

/// What the server says when it refuses a statement for the rule's reason.
struct Words {
  std::string_view rule;
  std::array<std::string_view, 6> any_of;
};

constexpr std::array kWords{
    Words{"cast-needs-using", {"cannot be cast automatically"}},
    Words{"concurrent-index-on-partitioned", {"cannot create index on partitioned table"}},
    Words{"concurrent-not-possible",
          {"does not support dropping multiple objects", "does not support CASCADE",
           "cannot drop partitioned index", "cannot detach partitions concurrently",
           "cannot reindex system catalogs concurrently", "CONCURRENTLY and WITH NO DATA"}},
    Words{"drop-index-of-constraint", {"because constraint"}},
    Words{"drop-still-referenced",
          {"because other objects depend on it", "requires it", "cannot drop column ",
           "cannot drop inherited column"}},
    Words{"enum-value-used-in-same-transaction", {"unsafe use of new value"}},
    Words{"foreign-key-not-matched",
          {"there is no unique constraint matching", "there is no primary key for referenced",
           "cannot be implemented", "columns for foreign key disagree"}},
    Words{"not-null-without-default", {"contains null values"}},
    Words{"not-valid-on-partitioned", {"cannot add NOT VALID foreign key"}},
    Words{"pending-trigger-events", {"because it has pending trigger events"}},
    Words{"refresh-concurrently-without-unique-index", {"cannot refresh materialized view"}},
    Words{"type-change-blocked", {"cannot alter type", "cannot alter column", "uses its row type"}},
    Words{"unique-without-partition-key",
          {"must include all partitioning columns", "constraint with partition key definition"}},
    Words{"unknown-object",
          {"does not exist", "already exists", "specified more than once", "is not a ",
           "is not an existing enum label", "multiple primary keys"}},
    Words{"using-index-not-usable",
          {"is not a unique index", "USING INDEX is not supported", "contains expressions",
           "does not have default sorting behavior", "does not belong to table", "index"}},
    Words{"virtual-column-misuse", {"virtual generated column", "uses user-defined function"}},
};

Hazard refused_in_words(std::string_view rule, const ObservedStep& observed) {
  const Error* const error = own_error(observed);
  const auto* const words = std::ranges::find(kWords, rule, &Words::rule);
  if (error == nullptr || words == kWords.end()) return std::nullopt;
  for (const std::string_view part : words->any_of) {
    if (!part.empty() && error->message.find(part) != std::string::npos) return to_string(*error);
  }
  return std::nullopt;
}

/// An error that none of the others is about.
Hazard server_rejects(const ObservedStep& observed) {
  const Error* const error = own_error(observed);
  if (error == nullptr || error->sqlstate.starts_with("25")) return std::nullopt;
  const bool has_other = std::ranges::any_of(kWords, [&observed](const Words& words) {
    return refused_in_words(words.rule, observed).has_value();
  });
  return has_other ? Hazard() : to_string(*error);
}

struct Witness {
  std::string_view rule;
  Hazard (*ask)(const ObservedStep&);
};

constexpr std::array kWitnesses{
    Witness{"add-column-rewrite", add_column_rewrite},
    Witness{"attach-partition-scan", attach_partition_scan},
    Witness{"column-type-reindex", column_type_reindex},
    Witness{"column-type-rewrite", column_type_rewrite},
    Witness{"concurrently-in-transaction", concurrently_in_transaction},
    Witness{"constraint-without-not-valid", constraint_without_not_valid},
    Witness{"create-partition-locks-parent", create_partition_locks_parent},
    Witness{"ddl-with-bulk-dml", ddl_with_bulk_dml},
    Witness{"detach-partition-not-concurrent", detach_partition_not_concurrent},
    Witness{"domain-constraint-scan", domain_constraint_scan},
    Witness{"drop-index-not-concurrent", drop_index_not_concurrent},
    Witness{"exclusion-constraint", exclusion_constraint},
    Witness{"explicit-table-lock", explicit_table_lock},
    Witness{"foreign-key-locks-both", foreign_key_locks_both},
    Witness{"index-not-concurrent", index_not_concurrent},
    Witness{"lock-held-across-work", lock_held_across_work},
    Witness{"long-blocking-lock", long_blocking_lock},
    Witness{"not-in-transaction", not_in_transaction},
    Witness{"primary-key-scans-for-nulls", primary_key_scans_for_nulls},
    Witness{"refresh-not-concurrent", refresh_not_concurrent},
    Witness{"reindex-not-concurrent", reindex_not_concurrent},
    Witness{"sequence-lock", sequence_lock},
    Witness{"server-rejects", server_rejects},
    Witness{"set-not-null-without-check", set_not_null_without_check},
    Witness{"stored-generated-column", stored_generated_column},
    Witness{"table-rewrite-command", table_rewrite_command},
    Witness{"trigger-locks", trigger_locks},
    Witness{"unique-without-using-index", unique_without_using_index},
    Witness{"validate-in-same-transaction", validate_in_same_transaction},
};

}  // namespace

std::optional<std::string> hazard(std::string_view rule, const ObservedStep& observed) {
  for (const Witness& witness : kWitnesses) {
    if (witness.rule == rule && observed.seen) return witness.ask(observed);
  }
  return observed.seen ? refused_in_words(rule, observed) : std::nullopt;
}

std::vector<std::string_view> witnessed_rules() {
  std::vector<std::string_view> rules;
  for (const Witness& witness : kWitnesses) rules.push_back(witness.rule);
  for (const Words& words : kWords) rules.push_back(words.rule);
  return rules;
}

bool writes_in_bulk(const Observation& seen) {
  std::int64_t rows = 0;
  for (const auto& [table, written] : seen.rows) {
    rows += written.inserted + written.updated + written.deleted;
  }
  return rows > kManyRows;
}

}  // namespace unwedge::postgres
