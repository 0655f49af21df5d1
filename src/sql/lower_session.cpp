// Transactions, settings, locks, maintenance, and commands about whole databases.

#include <algorithm>
#include <cctype>

#include "sql/lower.h"

namespace unwedge::sql {
namespace {

TransactionControl lower_transaction(const TransactionStmt& transaction,
                                     const LowerContext& context) {
  using Kind = TransactionControl::Kind;
  TransactionControl result{.savepoint = context.name(transaction.savepoint_name),
                            .chain = transaction.chain};
  switch (transaction.kind) {
    case TRANS_STMT_BEGIN: result.kind = Kind::kBegin; break;
    case TRANS_STMT_START: result.kind = Kind::kStart; break;
    case TRANS_STMT_COMMIT: result.kind = Kind::kCommit; break;
    case TRANS_STMT_ROLLBACK: result.kind = Kind::kRollback; break;
    case TRANS_STMT_SAVEPOINT: result.kind = Kind::kSavepoint; break;
    case TRANS_STMT_RELEASE: result.kind = Kind::kRelease; break;
    case TRANS_STMT_ROLLBACK_TO: result.kind = Kind::kRollbackTo; break;
    case TRANS_STMT_PREPARE: result.kind = Kind::kPrepare; break;
    case TRANS_STMT_COMMIT_PREPARED: result.kind = Kind::kCommitPrepared; break;
    case TRANS_STMT_ROLLBACK_PREPARED: result.kind = Kind::kRollbackPrepared; break;
  }
  return result;
}

SetVariable lower_set(const VariableSetStmt& set, const LowerContext& context) {
  using Kind = SetVariable::Kind;
  SetVariable result;
  switch (set.kind) {
    case VAR_SET_DEFAULT: result.kind = Kind::kSetDefault; break;
    case VAR_SET_CURRENT: result.kind = Kind::kSetCurrent; break;
    case VAR_RESET: result.kind = Kind::kReset; break;
    case VAR_RESET_ALL: result.kind = Kind::kResetAll; break;
    default: result.kind = Kind::kSet; break;
  }
  std::string name = set.name == nullptr ? "" : set.name;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  result.name = context.arena.copy(name);
  result.local = set.is_local;
  if (set.kind == VAR_SET_VALUE) {
    for (const Node* value : nodes_of<Node>(set.args)) {
      result.values.push_back(lower_value(value, context));
    }
  }
  return result;
}

bool option_is_on(const List* options, std::string_view name) {
  for (const DefElem* option : nodes_of<DefElem>(options)) {
    if (name != option->defname) continue;
    if (option->arg == nullptr) return true;
    if (const auto* flag = node_as<Boolean>(option->arg, T_Boolean)) return flag->boolval;
    if (const auto* number = node_as<Integer>(option->arg, T_Integer)) return number->ival != 0;
    const auto* word = node_as<String>(option->arg, T_String);
    if (word == nullptr) return true;
    std::string value = word->sval;
    std::transform(value.begin(), value.end(), value.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return value == "true" || value == "on";
  }
  return false;
}

Reindex lower_reindex(const ReindexStmt& reindex, const LowerContext& context) {
  using Target = Reindex::Target;
  Reindex result;
  switch (reindex.kind) {
    case REINDEX_OBJECT_INDEX: result.target = Target::kIndex; break;
    case REINDEX_OBJECT_TABLE: result.target = Target::kTable; break;
    case REINDEX_OBJECT_SCHEMA: result.target = Target::kSchema; break;
    case REINDEX_OBJECT_SYSTEM: result.target = Target::kSystem; break;
    case REINDEX_OBJECT_DATABASE: result.target = Target::kDatabase; break;
  }
  result.relation = lower_relation(reindex.relation, context);
  result.name = context.name(reindex.name);
  result.concurrently = option_is_on(reindex.params, "concurrently");
  if (result.concurrently) {
    result.concurrently_span = find_word(context.text, context.statement, "concurrently");
  }
  return result;
}

Vacuum lower_vacuum(const VacuumStmt& vacuum, const LowerContext& context) {
  return {.vacuum = vacuum.is_vacuumcmd,
          .full = option_is_on(vacuum.options, "full"),
          .analyze = !vacuum.is_vacuumcmd || option_is_on(vacuum.options, "analyze"),
          .tables = lower_relations(vacuum.rels, context)};
}

DatabaseCommand database(DatabaseCommand::Kind kind, const char* name,
                         const LowerContext& context) {
  return {.kind = kind, .name = context.name(name)};
}

DatabaseCommand lower_alter_database(const AlterDatabaseStmt& alter, const LowerContext& context) {
  using Kind = DatabaseCommand::Kind;
  const std::vector<const DefElem*> options = nodes_of<DefElem>(alter.options);
  const bool tablespace = std::any_of(options.begin(), options.end(), [](const DefElem* option) {
    return std::string_view(option->defname) == "tablespace";
  });
  return database(tablespace ? Kind::kAlterDatabaseTablespace : Kind::kAlterDatabaseOther,
                  alter.dbname, context);
}

/// ONLY in front of every table.
bool all_only(const List* relations) {
  const std::vector<const RangeVar*> tables = nodes_of<RangeVar>(relations);
  return std::none_of(tables.begin(), tables.end(),
                      [](const RangeVar* table) { return table->inh; });
}

}  // namespace

std::optional<StatementNode> lower_session_statement(const Node* node,
                                                     const LowerContext& context) {
  using Kind = DatabaseCommand::Kind;
  switch (nodeTag(node)) {
    case T_TransactionStmt: return lower_transaction(cast<TransactionStmt>(node), context);
    case T_VariableSetStmt: return lower_set(cast<VariableSetStmt>(node), context);
    case T_ConstraintsSetStmt: {
      const auto& set = cast<ConstraintsSetStmt>(node);
      SetConstraints constraints{.deferred = set.deferred};
      for (const RangeVar* name : nodes_of<RangeVar>(set.constraints)) {
        constraints.constraints.push_back(lower_relation(name, context));
      }
      return constraints;
    }
    case T_DiscardStmt:
      switch (cast<DiscardStmt>(node).target) {
        case DISCARD_PLANS: return Discard{.target = Discard::Target::kPlans};
        case DISCARD_SEQUENCES: return Discard{.target = Discard::Target::kSequences};
        case DISCARD_TEMP: return Discard{.target = Discard::Target::kTemporary};
        default: return Discard{};
      }
    case T_TruncateStmt: {
      const auto& truncate = cast<TruncateStmt>(node);
      return Truncate{.tables = lower_relations(truncate.relations, context),
                      .cascade = truncate.behavior == DROP_CASCADE,
                      .restart_identity = truncate.restart_seqs,
                      .only = all_only(truncate.relations)};
    }
    case T_LockStmt: {
      // LockStmt.mode is a LOCKMODE (storage/lockdefs.h), numbered as LockMode is.
      const auto& lock = cast<LockStmt>(node);
      return LockTable{.tables = lower_relations(lock.relations, context),
                       .mode = static_cast<LockMode>(lock.mode),
                       .nowait = lock.nowait,
                       .only = all_only(lock.relations)};
    }
    case T_ReindexStmt: return lower_reindex(cast<ReindexStmt>(node), context);
    case T_VacuumStmt: return lower_vacuum(cast<VacuumStmt>(node), context);
    case T_ClusterStmt: {
      const auto& cluster = cast<ClusterStmt>(node);
      return Cluster{.table = lower_relation(cluster.relation, context),
                     .index = context.name(cluster.indexname)};
    }
    case T_RefreshMatViewStmt: {
      const auto& refresh = cast<RefreshMatViewStmt>(node);
      return RefreshMaterializedView{.view = lower_relation(refresh.relation, context),
                                     .concurrently = refresh.concurrent,
                                     .with_no_data = refresh.skipData};
    }
    case T_CreatedbStmt:
      return database(Kind::kCreateDatabase, cast<CreatedbStmt>(node).dbname, context);
    case T_DropdbStmt: return database(Kind::kDropDatabase, cast<DropdbStmt>(node).dbname, context);
    case T_AlterDatabaseStmt: return lower_alter_database(cast<AlterDatabaseStmt>(node), context);
    case T_AlterDatabaseSetStmt:
      return database(Kind::kAlterDatabaseOther, cast<AlterDatabaseSetStmt>(node).dbname, context);
    case T_CreateTableSpaceStmt:
      return database(Kind::kCreateTablespace, cast<CreateTableSpaceStmt>(node).tablespacename,
                      context);
    case T_DropTableSpaceStmt:
      return database(Kind::kDropTablespace, cast<DropTableSpaceStmt>(node).tablespacename,
                      context);
    case T_AlterSystemStmt: return DatabaseCommand{.kind = Kind::kAlterSystem};
    default: return std::nullopt;
  }
}

}  // namespace unwedge::sql
