// The callers of PreventInTransactionBlock and RequireTransactionBlock (access/transam/xact.c), as
// far as the statement's text and the known schema decide; measured on the last minor releases of
// versions 11 to 18. The check precedes almost everything else, so statements that would do nothing
// (IF EXISTS, IF NOT EXISTS) are refused too.

#include "effects/refusals.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "unwedge/features.h"
#include "unwedge/sqlstate.h"

namespace unwedge::effects {
namespace {

constexpr int kReindexesPartitions = 14;
constexpr int kClustersPartitions = 15;
constexpr int kPipelinesAreBlocks = 18;

bool option_off(const std::vector<Option>& options, std::string_view name) {
  return std::any_of(options.begin(), options.end(), [name](const Option& option) {
    return option.name == name &&
           (option.value == "false" || option.value == "off" || option.value == "0");
  });
}

/// Each overload answers: what does the server call the statement that it refuses in a
/// transaction block? Empty: it does not refuse it. (commands/… name the caller.)
struct RefusedInBlock {
  PgVersion version;
  const Lookup& lookup;

  template <typename Node>
  std::string_view operator()(const Node& /*node*/) const {
    return {};
  }

  // tcop/utility.c, ProcessUtilitySlow: T_IndexStmt
  std::string_view operator()(const CreateIndex& index) const {
    return index.concurrently ? "CREATE INDEX CONCURRENTLY" : "";
  }
  // tcop/utility.c, ExecDropStmt
  std::string_view operator()(const Drop& drop) const {
    return drop.concurrently ? "DROP INDEX CONCURRENTLY" : "";
  }
  // commands/indexcmds.c, ExecReindex and ReindexMultipleTables
  std::string_view operator()(const Reindex& reindex) const {
    if (reindex.concurrently) return "REINDEX CONCURRENTLY";
    switch (reindex.target) {
      case Reindex::Target::kSchema: return "REINDEX SCHEMA";
      case Reindex::Target::kSystem: return "REINDEX SYSTEM";
      case Reindex::Target::kDatabase: return "REINDEX DATABASE";
      case Reindex::Target::kTable: return of_partitioned(reindex) ? "REINDEX TABLE" : "";
      case Reindex::Target::kIndex:
        return of_partitioned(reindex) && is_index(reindex.relation) ? "REINDEX INDEX" : "";
    }
    return {};
  }
  // commands/indexcmds.c, ReindexPartitions; since 14
  [[nodiscard]] bool of_partitioned(const Reindex& reindex) const {
    return version.major >= kReindexesPartitions && is_partitioned(reindex.relation);
  }
  // tcop/utility.c, ProcessUtilitySlow: T_AlterTableStmt; since 14
  std::string_view operator()(const AlterTable& alter) const {
    const bool concurrently =
        std::any_of(alter.actions.begin(), alter.actions.end(), [](const AlterAction& action) {
          const auto* partition = action.get<OtherTable>();
          return action.kind == AlterKind::kDetachPartition && partition != nullptr &&
                 partition->concurrently;
        });
    return concurrently ? "ALTER TABLE ... DETACH CONCURRENTLY" : "";
  }
  // commands/vacuum.c, vacuum; ANALYZE alone is allowed
  std::string_view operator()(const Vacuum& vacuum) const { return vacuum.vacuum ? "VACUUM" : ""; }
  // commands/cluster.c, cluster: of all tables or, since 15, of a partitioned one
  std::string_view operator()(const Cluster& cluster) const {
    const bool partitioned = version.major >= kClustersPartitions && is_partitioned(cluster.table);
    return cluster.table.empty() || partitioned ? "CLUSTER" : "";
  }
  // commands/typecmds.c, AlterEnum: before 12
  std::string_view operator()(const AlterEnum& alter) const {
    const bool refused = version < kEnumValuesInTransactions && alter.old_value.empty();
    return refused && !is_new_type(alter.type) ? "ALTER TYPE ... ADD" : "";
  }
  // tcop/utility.c, standard_ProcessUtility; commands/dbcommands.c, AlterDatabase
  std::string_view operator()(const DatabaseCommand& command) const {
    using Kind = DatabaseCommand::Kind;
    switch (command.kind) {
      case Kind::kCreateDatabase: return "CREATE DATABASE";
      case Kind::kDropDatabase: return "DROP DATABASE";
      case Kind::kAlterDatabaseTablespace: return "ALTER DATABASE SET TABLESPACE";
      case Kind::kCreateTablespace: return "CREATE TABLESPACE";
      case Kind::kDropTablespace: return "DROP TABLESPACE";
      case Kind::kAlterSystem: return "ALTER SYSTEM";
      case Kind::kAlterDatabaseOther: return {};
    }
    return {};
  }
  // commands/discard.c, DiscardAll
  std::string_view operator()(const Discard& discard) const {
    return discard.target == Discard::Target::kAll ? "DISCARD ALL" : "";
  }
  // tcop/utility.c, standard_ProcessUtility: T_TransactionStmt
  std::string_view operator()(const TransactionControl& control) const {
    if (control.kind == TransactionControl::Kind::kCommitPrepared) return "COMMIT PREPARED";
    if (control.kind == TransactionControl::Kind::kRollbackPrepared) return "ROLLBACK PREPARED";
    return {};
  }
  // commands/subscriptioncmds.c, CreateSubscription and AlterSubscription; for DROP see below
  std::string_view operator()(const Subscription& subscription) const {
    if (subscription.kind == Subscription::Kind::kCreate) {
      const bool no_slot = option_off(subscription.options, "connect") ||
                           option_off(subscription.options, "create_slot");
      return no_slot ? "" : "CREATE SUBSCRIPTION ... WITH (create_slot = true)";
    }
    if (subscription.kind != Subscription::Kind::kAlter || version.major < 14) return {};
    if (subscription.change == "refresh") return "ALTER SUBSCRIPTION ... REFRESH";
    const bool changes_publications = subscription.change.ends_with("_publication");
    if (changes_publications && !option_off(subscription.options, "refresh")) {
      return "ALTER SUBSCRIPTION with refresh";
    }
    return {};
  }

  /// Created by the migration itself: in the same transaction, as nearly as can be told.
  [[nodiscard]] bool is_new_type(const QualifiedName& name) const {
    if (lookup.catalog == nullptr) return false;
    const schema::Type* type =
        lookup.catalog->find_type(lookup.catalog->resolve_type(name, lookup.search_path));
    return type != nullptr && type->is_new;
  }

  [[nodiscard]] bool is_index(const QualifiedName& name) const {
    const schema::Relation* relation =
        lookup.catalog->find(lookup.catalog->resolve(name, lookup.search_path));
    return relation != nullptr && relation->kind == schema::RelationKind::kIndex;
  }

  /// A partitioned table, or an index of one, as far as is known.
  [[nodiscard]] bool is_partitioned(const QualifiedName& name) const {
    if (lookup.catalog == nullptr || name.empty()) return false;
    const schema::Relation* relation =
        lookup.catalog->find(lookup.catalog->resolve(name, lookup.search_path));
    if (relation != nullptr && relation->kind == schema::RelationKind::kIndex) {
      relation = lookup.catalog->find(relation->index_of);
    }
    return relation != nullptr && relation->kind == schema::RelationKind::kPartitionedTable;
  }
};

std::string_view name_if_refused_in_block(const Statement& statement, PgVersion version,
                                          const Lookup& lookup) {
  return std::visit(RefusedInBlock{version, lookup}, statement.node);
}

/// What needs a transaction block, by the server's name for it: LOCK TABLE is content with an
/// implicit one, savepoints and AND CHAIN are not.
std::string_view name_if_block_needed(const Statement& statement) {
  if (statement.get<LockTable>() != nullptr) return "LOCK TABLE";
  const auto* control = statement.get<TransactionControl>();
  if (control == nullptr) return {};
  using Kind = TransactionControl::Kind;
  switch (control->kind) {
    case Kind::kSavepoint: return "SAVEPOINT";
    case Kind::kRelease: return "RELEASE SAVEPOINT";
    case Kind::kRollbackTo: return "ROLLBACK TO SAVEPOINT";
    case Kind::kCommit: return control->chain ? "COMMIT AND CHAIN" : "";
    case Kind::kRollback: return control->chain ? "ROLLBACK AND CHAIN" : "";
    default: return {};
  }
}

/// True when the transaction is block enough for LOCK TABLE (`implicit_suffices`) or a savepoint.
/// A pipeline has been an implicit block, from its second statement on, since 18.
bool is_needed_block(const TransactionState& transaction, bool implicit_suffices,
                     PgVersion version) {
  switch (transaction.kind) {
    case TransactionKind::kNone: return false;
    case TransactionKind::kImplicit: return implicit_suffices;
    case TransactionKind::kPipeline:
      return implicit_suffices && !transaction.pipeline_start &&
             version.major >= kPipelinesAreBlocks;
    default: return true;
  }
}

std::optional<Refusal> refusal_outside_block(const Statement& statement,
                                             const TransactionState& transaction,
                                             PgVersion version) {
  const std::string_view command = name_if_block_needed(statement);
  const bool implicit_suffices = statement.get<LockTable>() != nullptr;
  if (command.empty() || is_needed_block(transaction, implicit_suffices, version)) {
    return std::nullopt;
  }
  return Refusal{.sqlstate = kNoTransactionBlock,
                 .command = command,
                 .message = fmt::format("{} can only be used in transaction blocks", command),
                 .cause = RefusalCause::kTransaction};
}

}  // namespace

std::optional<Refusal> transaction_refusal(const Statement& statement,
                                           const TransactionState& transaction, PgVersion version,
                                           const Lookup& lookup) {
  if (auto refusal = refusal_outside_block(statement, transaction, version)) return refusal;
  if (!transaction.is_block()) return std::nullopt;
  std::string_view command = name_if_refused_in_block(statement, version, lookup);
  const auto* subscription = statement.get<Subscription>();
  const bool has_slot_perhaps =
      command.empty() && subscription != nullptr && subscription->kind == Subscription::Kind::kDrop;
  if (has_slot_perhaps) command = "DROP SUBSCRIPTION";
  if (command.empty()) return std::nullopt;
  const bool pipeline =
      transaction.kind == TransactionKind::kPipeline && version.major < kPipelinesAreBlocks;
  Refusal refusal{.sqlstate = kInTransactionBlock,
                  .command = command,
                  .message = {},
                  .cause = RefusalCause::kTransaction};
  refusal.message = pipeline ? fmt::format("{} cannot be executed within a pipeline", command)
                             : fmt::format("{} cannot run inside a transaction block", command);
  // commands/subscriptioncmds.c, DropSubscription
  if (has_slot_perhaps) {
    refusal.certainty = Certainty::kPossible;
    refusal.reason = "whether the subscription has a replication slot is not known";
  }
  if (transaction.kind == TransactionKind::kAssumed) {
    refusal.certainty = Certainty::kPossible;
    refusal.reason = "whether the migration tool opens a transaction is not known";
  }
  return refusal;
}

bool refused_in_block(const Statement& statement, PgVersion version, const Lookup& lookup) {
  return !name_if_refused_in_block(statement, version, lookup).empty();
}

bool has_own_transactions(const Statement& statement) {
  return statement.get<CreateIndex>() != nullptr || statement.get<Drop>() != nullptr ||
         statement.get<Reindex>() != nullptr || statement.get<AlterTable>() != nullptr ||
         statement.get<Vacuum>() != nullptr || statement.get<Cluster>() != nullptr;
}

}  // namespace unwedge::effects
