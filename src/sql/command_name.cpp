// The command of a statement in words.

#include <cctype>
#include <string>
#include <string_view>

#include "unwedge/statement.h"

namespace unwedge {
namespace {

std::string_view alter_name(ObjectType type) {
  switch (type) {
    case ObjectType::kIndex: return "ALTER INDEX";
    case ObjectType::kSequence: return "ALTER SEQUENCE";
    case ObjectType::kView: return "ALTER VIEW";
    case ObjectType::kMaterializedView: return "ALTER MATERIALIZED VIEW";
    case ObjectType::kForeignTable: return "ALTER FOREIGN TABLE";
    case ObjectType::kType: return "ALTER TYPE";
    default: return "ALTER TABLE";
  }
}

std::string_view drop_name(ObjectType type) {
  switch (type) {
    case ObjectType::kTable: return "DROP TABLE";
    case ObjectType::kIndex: return "DROP INDEX";
    case ObjectType::kSequence: return "DROP SEQUENCE";
    case ObjectType::kView: return "DROP VIEW";
    case ObjectType::kMaterializedView: return "DROP MATERIALIZED VIEW";
    case ObjectType::kTrigger: return "DROP TRIGGER";
    case ObjectType::kRule: return "DROP RULE";
    case ObjectType::kPolicy: return "DROP POLICY";
    case ObjectType::kType: return "DROP TYPE";
    case ObjectType::kDomain: return "DROP DOMAIN";
    case ObjectType::kFunction: return "DROP FUNCTION";
    case ObjectType::kSchema: return "DROP SCHEMA";
    case ObjectType::kExtension: return "DROP EXTENSION";
    case ObjectType::kForeignTable: return "DROP FOREIGN TABLE";
    case ObjectType::kProcedure: return "DROP PROCEDURE";
    case ObjectType::kDatabase: return "DROP DATABASE";
    default: return "DROP";
  }
}

std::string_view database_name(DatabaseCommand::Kind kind) {
  switch (kind) {
    case DatabaseCommand::Kind::kCreateDatabase: return "CREATE DATABASE";
    case DatabaseCommand::Kind::kDropDatabase: return "DROP DATABASE";
    case DatabaseCommand::Kind::kCreateTablespace: return "CREATE TABLESPACE";
    case DatabaseCommand::Kind::kDropTablespace: return "DROP TABLESPACE";
    case DatabaseCommand::Kind::kAlterSystem: return "ALTER SYSTEM";
    default: return "ALTER DATABASE";
  }
}

std::string_view subscription_name(Subscription::Kind kind) {
  switch (kind) {
    case Subscription::Kind::kCreate: return "CREATE SUBSCRIPTION";
    case Subscription::Kind::kAlter: return "ALTER SUBSCRIPTION";
    default: return "DROP SUBSCRIPTION";
  }
}

std::string_view transaction_name(TransactionControl::Kind kind) {
  using Kind = TransactionControl::Kind;
  switch (kind) {
    case Kind::kBegin: return "BEGIN";
    case Kind::kStart: return "START TRANSACTION";
    case Kind::kCommit: return "COMMIT";
    case Kind::kRollback: return "ROLLBACK";
    case Kind::kSavepoint: return "SAVEPOINT";
    case Kind::kRelease: return "RELEASE SAVEPOINT";
    case Kind::kRollbackTo: return "ROLLBACK TO SAVEPOINT";
    case Kind::kPrepare: return "PREPARE TRANSACTION";
    case Kind::kCommitPrepared: return "COMMIT PREPARED";
    case Kind::kRollbackPrepared: return "ROLLBACK PREPARED";
  }
  return "";
}

std::string_view write_name(Write::Kind kind) {
  switch (kind) {
    case Write::Kind::kInsert: return "INSERT";
    case Write::Kind::kUpdate: return "UPDATE";
    case Write::Kind::kDelete: return "DELETE";
    case Write::Kind::kMerge: return "MERGE";
    case Write::Kind::kCopy: return "COPY";
  }
  return "";
}

std::string_view index_name(const CreateIndex& index) {
  return index.concurrently ? "CREATE INDEX CONCURRENTLY" : "CREATE INDEX";
}

struct CommandName {
  std::string_view operator()(const Other& node) const { return node.tag; }
  std::string_view operator()(const SyntaxError& /*node*/) const { return ""; }
  std::string_view operator()(const ClientCommand& node) const { return node.text; }
  std::string_view operator()(const TransactionControl& node) const {
    return transaction_name(node.kind);
  }
  std::string_view operator()(const SetVariable& node) const {
    const bool reset =
        node.kind == SetVariable::Kind::kReset || node.kind == SetVariable::Kind::kResetAll;
    if (reset) return "RESET";
    return node.local ? "SET LOCAL" : "SET";
  }
  std::string_view operator()(const SetConstraints& /*node*/) const { return "SET CONSTRAINTS"; }
  std::string_view operator()(const Discard& node) const {
    return node.target == Discard::Target::kAll ? "DISCARD ALL" : "DISCARD";
  }
  std::string_view operator()(const AlterTable& node) const { return alter_name(node.object_type); }
  std::string_view operator()(const CreateTable& /*node*/) const { return "CREATE TABLE"; }
  std::string_view operator()(const CreateTableAs& node) const {
    return node.materialized_view ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS";
  }
  std::string_view operator()(const CreateView& /*node*/) const { return "CREATE VIEW"; }
  std::string_view operator()(const RefreshMaterializedView& /*node*/) const {
    return "REFRESH MATERIALIZED VIEW";
  }
  std::string_view operator()(const CreateIndex& node) const { return index_name(node); }
  std::string_view operator()(const Reindex& node) const {
    return node.concurrently ? "REINDEX CONCURRENTLY" : "REINDEX";
  }
  std::string_view operator()(const Drop& node) const {
    return node.concurrently ? "DROP INDEX CONCURRENTLY" : drop_name(node.object_type);
  }
  std::string_view operator()(const Rename& /*node*/) const { return "RENAME"; }
  std::string_view operator()(const SetSchema& /*node*/) const { return "SET SCHEMA"; }
  std::string_view operator()(const OwnerTo& /*node*/) const { return "OWNER TO"; }
  std::string_view operator()(const Truncate& /*node*/) const { return "TRUNCATE"; }
  std::string_view operator()(const LockTable& /*node*/) const { return "LOCK TABLE"; }
  std::string_view operator()(const Vacuum& node) const {
    if (!node.vacuum) return "ANALYZE";
    return node.full ? "VACUUM FULL" : "VACUUM";
  }
  std::string_view operator()(const Cluster& /*node*/) const { return "CLUSTER"; }
  std::string_view operator()(const CommentOn& node) const {
    return node.security_label ? "SECURITY LABEL" : "COMMENT";
  }
  std::string_view operator()(const Grant& node) const {
    return node.is_grant ? "GRANT" : "REVOKE";
  }
  std::string_view operator()(const CreateSequence& /*node*/) const { return "CREATE SEQUENCE"; }
  std::string_view operator()(const AlterSequence& /*node*/) const { return "ALTER SEQUENCE"; }
  std::string_view operator()(const CreateType& /*node*/) const { return "CREATE TYPE"; }
  std::string_view operator()(const AlterEnum& /*node*/) const { return "ALTER TYPE"; }
  std::string_view operator()(const CreateDomain& /*node*/) const { return "CREATE DOMAIN"; }
  std::string_view operator()(const AlterDomain& /*node*/) const { return "ALTER DOMAIN"; }
  std::string_view operator()(const CreateTrigger& /*node*/) const { return "CREATE TRIGGER"; }
  std::string_view operator()(const PolicyOrRule& node) const {
    if (node.object_type == ObjectType::kRule) return "CREATE RULE";
    return node.is_new ? "CREATE POLICY" : "ALTER POLICY";
  }
  std::string_view operator()(const CreateFunction& node) const {
    return node.procedure ? "CREATE PROCEDURE" : "CREATE FUNCTION";
  }
  std::string_view operator()(const AlterFunction& /*node*/) const { return "ALTER FUNCTION"; }
  std::string_view operator()(const DoBlock& /*node*/) const { return "DO"; }
  std::string_view operator()(const Execute& /*node*/) const { return "EXECUTE"; }
  std::string_view operator()(const Call& /*node*/) const { return "CALL"; }
  std::string_view operator()(const CreateSchema& /*node*/) const { return "CREATE SCHEMA"; }
  std::string_view operator()(const CreateExtension& /*node*/) const { return "CREATE EXTENSION"; }
  std::string_view operator()(const CreateStatistics& /*node*/) const {
    return "CREATE STATISTICS";
  }
  std::string_view operator()(const PublicationTables& node) const {
    return node.is_new ? "CREATE PUBLICATION" : "ALTER PUBLICATION";
  }
  std::string_view operator()(const Subscription& node) const {
    return subscription_name(node.kind);
  }
  std::string_view operator()(const DatabaseCommand& node) const {
    return database_name(node.kind);
  }
  std::string_view operator()(const Dml& node) const {
    return node.writes.empty() ? "SELECT" : write_name(node.writes.front().kind);
  }
};

}  // namespace

std::string_view command_name(const Statement& statement) {
  return std::visit(CommandName{}, statement.node);
}

std::string first_word(const Execute& execute) {
  std::string word;
  for (const char c : execute.beginning) {
    const bool is_letter = std::isalpha(static_cast<unsigned char>(c)) != 0;
    if (is_letter) word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (!is_letter && !word.empty()) break;
  }
  return word;
}

}  // namespace unwedge
