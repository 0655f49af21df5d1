// The callers of PreventInTransactionBlock and RequireTransactionBlock (access/transam/xact.c), as
// far as the statement's text alone decides; measured on versions 11 to 18. The check precedes
// everything else, so statements that would do nothing (IF EXISTS, IF NOT EXISTS) are refused too.

#include "effects/refusals.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace unwedge::effects {
namespace {

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
      default: return {};
    }
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
  // commands/cluster.c, cluster: of all tables
  std::string_view operator()(const Cluster& cluster) const {
    return cluster.table.empty() ? "CLUSTER" : "";
  }
  // commands/typecmds.c, AlterEnum: before 12
  std::string_view operator()(const AlterEnum& alter) const {
    return version.major < 12 && alter.old_value.empty() ? "ALTER TYPE ... ADD" : "";
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
  // commands/subscriptioncmds.c, CreateSubscription and AlterSubscription; a DROP is refused only
  // while it has a slot, which is not known here
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
};

/// What needs a transaction block: LOCK TABLE is content with an implicit one, savepoints are not.
std::optional<Refusal> needs_block(const Statement& statement,
                                   const TransactionState& transaction) {
  std::string_view command;
  bool implicit_suffices = false;
  if (statement.get<LockTable>() != nullptr) {
    command = "LOCK TABLE";
    implicit_suffices = true;
  } else if (const auto* control = statement.get<TransactionControl>()) {
    using Kind = TransactionControl::Kind;
    if (control->kind == Kind::kSavepoint) command = "SAVEPOINT";
    if (control->kind == Kind::kRelease) command = "RELEASE SAVEPOINT";
    if (control->kind == Kind::kRollbackTo) command = "ROLLBACK TO SAVEPOINT";
  }
  if (command.empty()) return std::nullopt;
  const bool implicit = transaction.kind == TransactionKind::kImplicit ||
                        transaction.kind == TransactionKind::kPipeline;
  if (transaction.kind != TransactionKind::kNone && (!implicit || implicit_suffices)) {
    return std::nullopt;
  }
  return Refusal{.sqlstate = "25P01",
                 .command = command,
                 .message = fmt::format("{} can only be used in transaction blocks", command)};
}

}  // namespace

std::optional<Refusal> transaction_refusal(const Statement& statement,
                                           const TransactionState& transaction, PgVersion version) {
  if (auto refusal = needs_block(statement, transaction)) return refusal;
  if (!transaction.is_block()) return std::nullopt;
  const std::string_view command = std::visit(RefusedInBlock{version}, statement.node);
  if (command.empty()) return std::nullopt;
  Refusal refusal{.sqlstate = "25001", .command = command, .message = {}};
  refusal.message = transaction.kind == TransactionKind::kPipeline
                        ? fmt::format("{} cannot be executed within a pipeline", command)
                        : fmt::format("{} cannot run inside a transaction block", command);
  if (transaction.kind == TransactionKind::kAssumed) {
    refusal.certainty = Certainty::kPossible;
    refusal.reason = "whether the migration tool opens a transaction is not known";
  }
  return refusal;
}

}  // namespace unwedge::effects
