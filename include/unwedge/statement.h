// The statements of a migration as plain values: what src/sql makes of Postgres's parse tree, and
// all that a rule, the catalog or the model of effects ever sees of it. Names are Postgres's own
// (nodes/parsenodes.h). Views and names point into storage owned by the sql::Script.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "unwedge/expression.h"
#include "unwedge/lock_mode.h"
#include "unwedge/name.h"
#include "unwedge/span.h"

namespace unwedge {

/// The kinds of object that DROP, RENAME, COMMENT, … may name.
enum class ObjectType : std::uint8_t {
  kTable,
  kIndex,
  kSequence,
  kView,
  kMaterializedView,
  kForeignTable,
  kColumn,
  kConstraint,
  kTrigger,
  kRule,
  kPolicy,
  kType,
  kDomain,
  kDomainConstraint,
  kAttribute,
  kFunction,
  kProcedure,
  kSchema,
  kDatabase,
  kExtension,
  kStatistics,
  kPublication,
  kSubscription,
  kTablespace,
  kRole,
  kOther,
};

/// A type as written: `numeric(10, 2)[]`.
struct TypeReference {
  QualifiedName name;                   ///< "int4" for int, "varchar" for character varying
  std::vector<std::int32_t> modifiers;  ///< (10, 2); empty when none or not constant
  int array_dimensions = 0;
  bool set_of = false;
  Span span;
};

/// The type as SQL needs it: `numeric(10, 2)[]`.
std::string quoted(const TypeReference& type);

/// NULL, NOT NULL, CHECK, … of a column, and the constraints of a table.
struct Constraint {
  enum class Kind : std::uint8_t {
    kNotNull,
    kCheck,
    kPrimaryKey,
    kUnique,
    kExclusion,
    kForeignKey,
  };
  /// What happens to a referencing row; ON DELETE and ON UPDATE.
  enum class Action : std::uint8_t { kNoAction, kRestrict, kCascade, kSetNull, kSetDefault };

  Kind kind = Kind::kCheck;
  Name name;                             ///< empty: Postgres chooses one
  std::vector<Name> columns;             ///< key or referencing columns, the column of NOT NULL
  std::optional<Expression> expression;  ///< kCheck
  QualifiedName references;              ///< kForeignKey: the referenced table
  std::vector<Name> referenced_columns;  ///< empty: its primary key
  Action on_delete = Action::kNoAction;
  Action on_update = Action::kNoAction;
  Name using_index;  ///< UNIQUE or PRIMARY KEY USING INDEX
  bool not_valid = false;
  bool enforced = true;
  bool no_inherit = false;
  bool deferrable = false;
  bool initially_deferred = false;
  Span span;
};

/// GENERATED ALWAYS AS (expression).
struct GeneratedColumn {
  enum class Storage : std::uint8_t { kStored, kVirtual };
  Storage storage = Storage::kStored;
  Expression expression;
  Span span;  ///< from GENERATED to STORED or VIRTUAL
};

enum class Identity : std::uint8_t { kNone, kAlways, kByDefault };

struct ColumnDefinition {
  Name name;
  Span name_span;
  TypeReference type;
  Name collation;
  std::optional<Expression> default_value;
  std::optional<GeneratedColumn> generated;
  Identity identity = Identity::kNone;
  bool not_null = false;
  std::vector<Constraint> constraints;  ///< every other constraint written with the column
  Span span;
};

// ---------------------------------------------------------------------------------------------
// Tables

/// The subcommands of ALTER TABLE, one for each way in which Postgres treats them differently.
enum class AlterKind : std::uint8_t {
  kAddColumn,
  kDropColumn,
  kAlterType,
  kSetDefault,
  kDropDefault,
  kSetNotNull,
  kDropNotNull,
  kSetExpression,
  kDropExpression,
  kSetStatistics,
  kSetColumnOptions,
  kResetColumnOptions,
  kSetStorage,
  kSetCompression,
  kAddIdentity,
  kSetIdentity,
  kDropIdentity,
  kAddConstraint,
  kAlterConstraint,
  kValidateConstraint,
  kDropConstraint,
  kRenameColumn,
  kRenameConstraint,
  kClusterOn,
  kSetWithoutCluster,
  kSetLogged,
  kSetUnlogged,
  kSetAccessMethod,
  kSetTablespace,
  kSetOptions,
  kResetOptions,
  kEnableTrigger,
  kDisableTrigger,
  kEnableRule,
  kDisableRule,
  kInherit,
  kNoInherit,
  kOf,
  kNotOf,
  kOwnerTo,
  kReplicaIdentity,
  kEnableRowSecurity,
  kDisableRowSecurity,
  kForceRowSecurity,
  kNoForceRowSecurity,
  kAttachPartition,
  kDetachPartition,
  kDetachPartitionFinalize,
  kOther,
};

struct AddColumn {
  ColumnDefinition column;
  bool if_not_exists = false;
};

struct AlterColumnType {
  TypeReference type;
  Name collation;
  std::optional<Expression> using_expression;
};

struct SetDefault {
  Expression value;
};

struct AddConstraint {
  Constraint constraint;
};

/// DEFERRABLE, ENFORCED, …
struct AlterConstraint {
  std::optional<bool> enforced;
  std::optional<bool> deferrable;
};

/// ATTACH and DETACH PARTITION, INHERIT and NO INHERIT: the other table.
struct OtherTable {
  QualifiedName table;
  bool concurrently = false;
  bool is_default = false;  ///< ATTACH … DEFAULT
  Span concurrently_span;
};

/// `fillfactor = 90`; the value as text, empty for RESET.
struct Option {
  Name name;
  std::string_view value;
};

struct Options {
  std::vector<Option> options;
};

/// Which triggers ENABLE and DISABLE TRIGGER name; `kNamed` has its name in AlterAction::name.
enum class TriggerChoice : std::uint8_t { kNamed, kAll, kUser };

struct AlterAction {
  AlterKind kind = AlterKind::kOther;
  Name name;  ///< the column, constraint, trigger, index or owner that it names
  bool missing_ok = false;
  bool cascade = false;
  std::variant<std::monostate, AddColumn, AlterColumnType, SetDefault, AddConstraint,
               AlterConstraint, OtherTable, Options, TriggerChoice>
      detail;
  Span span;  ///< the whole subcommand, without the comma

  /// The subcommand's own data, or null when it is another kind.
  template <typename Detail>
  [[nodiscard]] const Detail* get() const {
    return std::get_if<Detail>(&detail);
  }
};

/// ALTER TABLE, INDEX, VIEW, SEQUENCE, … with subcommands; RENAME and SET SCHEMA are Rename and
/// SetSchema.
struct AlterTable {
  ObjectType object_type = ObjectType::kTable;
  QualifiedName table;
  bool if_exists = false;
  bool only = false;
  std::vector<AlterAction> actions;
};

enum class Persistence : std::uint8_t { kPermanent, kTemporary, kUnlogged };

struct CreateTable {
  QualifiedName table;
  Persistence persistence = Persistence::kPermanent;
  bool if_not_exists = false;
  bool foreign = false;
  std::vector<ColumnDefinition> columns;
  std::vector<Constraint> constraints;
  std::vector<QualifiedName> like;
  std::vector<QualifiedName> inherits;
  QualifiedName partition_of;  ///< CREATE TABLE … PARTITION OF
  bool default_partition = false;
  bool partitioned = false;         ///< PARTITION BY
  std::vector<Name> partition_key;  ///< its plain columns
};

/// CREATE TABLE AS, SELECT INTO, CREATE MATERIALIZED VIEW.
struct CreateTableAs {
  QualifiedName table;
  Persistence persistence = Persistence::kPermanent;
  bool materialized_view = false;
  bool if_not_exists = false;
  bool with_no_data = false;
  std::vector<QualifiedName> reads;
};

struct CreateView {
  QualifiedName view;
  bool or_replace = false;
  Persistence persistence = Persistence::kPermanent;
  std::vector<QualifiedName> reads;
};

struct RefreshMaterializedView {
  QualifiedName view;
  bool concurrently = false;
  bool with_no_data = false;
};

struct IndexColumn {
  Name column;  ///< empty: an expression
  std::optional<Expression> expression;
  Name operator_class;
  bool descending = false;
};

struct CreateIndex {
  Name name;  ///< empty: Postgres chooses one
  QualifiedName table;
  Name method;  ///< "btree" unless given
  std::vector<IndexColumn> columns;
  std::vector<Name> including;
  std::optional<Expression> predicate;
  bool unique = false;
  bool concurrently = false;
  bool if_not_exists = false;
  bool only = false;
  Span keyword_span;       ///< CREATE [UNIQUE] INDEX [CONCURRENTLY]
  Span concurrently_span;  ///< empty when absent
};

struct Reindex {
  enum class Target : std::uint8_t { kIndex, kTable, kSchema, kSystem, kDatabase };
  Target target = Target::kTable;
  QualifiedName relation;  ///< kIndex, kTable
  Name name;               ///< kSchema, kSystem, kDatabase
  bool concurrently = false;
  Span concurrently_span;
};

/// DROP of anything that has a name of its own.
struct Drop {
  ObjectType object_type = ObjectType::kTable;
  std::vector<QualifiedName> objects;  ///< for a trigger, rule or policy: its name
  QualifiedName table;                 ///< for a trigger, rule or policy: its table
  bool missing_ok = false;
  bool cascade = false;
  bool concurrently = false;
  Span concurrently_span;
};

/// ALTER … RENAME: a table, column, constraint, type, …
struct Rename {
  ObjectType object_type = ObjectType::kTable;
  /// For a column, attribute, constraint, trigger, …: the kind of the relation it belongs to.
  ObjectType relation_type = ObjectType::kTable;
  QualifiedName object;  ///< the relation, or the renamed object when it is not part of one
  Name part;             ///< the column, constraint, trigger, … when that is what is renamed
  Name new_name;
  bool missing_ok = false;
};

struct SetSchema {
  ObjectType object_type = ObjectType::kTable;
  QualifiedName object;
  Name new_schema;
  bool missing_ok = false;
};

struct OwnerTo {
  ObjectType object_type = ObjectType::kOther;
  QualifiedName object;
  Name owner;
};

struct Truncate {
  std::vector<QualifiedName> tables;
  bool cascade = false;
  bool restart_identity = false;
};

struct LockTable {
  std::vector<QualifiedName> tables;
  LockMode mode = LockMode::kAccessExclusive;
  bool nowait = false;
};

struct Vacuum {
  bool vacuum = true;  ///< false: ANALYZE alone
  bool full = false;
  bool analyze = false;
  std::vector<QualifiedName> tables;  ///< empty: all
};

struct Cluster {
  QualifiedName table;  ///< empty: every table clustered before
  Name index;
};

struct CommentOn {
  ObjectType object_type = ObjectType::kOther;
  QualifiedName object;  ///< the relation, or the object itself
  bool security_label = false;
};

struct Grant {
  ObjectType object_type = ObjectType::kOther;
  bool is_grant = true;
  bool to_public = false;
  std::vector<QualifiedName> objects;
};

// ---------------------------------------------------------------------------------------------
// Other objects

struct CreateSequence {
  QualifiedName sequence;
  bool if_not_exists = false;
  Persistence persistence = Persistence::kPermanent;
};

struct AlterSequence {
  QualifiedName sequence;
  bool if_exists = false;
  std::vector<Option> options;  ///< "restart", "increment", "as", "owned_by", …
};

struct CreateType {
  enum class Kind : std::uint8_t { kEnum, kComposite, kRange, kBase };
  Kind kind = Kind::kComposite;
  QualifiedName type;
  std::vector<Name> labels;  ///< kEnum
};

struct AlterEnum {
  QualifiedName type;
  Name old_value;  ///< RENAME VALUE; empty: ADD VALUE
  Name new_value;
  bool if_not_exists = false;
  bool has_position = false;  ///< BEFORE or AFTER
};

struct CreateDomain {
  QualifiedName domain;
  TypeReference type;
  std::optional<Expression> default_value;
  std::vector<Constraint> constraints;
};

struct AlterDomain {
  enum class Kind : std::uint8_t {
    kSetDefault,
    kDropDefault,
    kSetNotNull,
    kDropNotNull,
    kAddConstraint,
    kDropConstraint,
    kValidateConstraint,
  };
  Kind kind = Kind::kSetDefault;
  QualifiedName domain;
  Name name;
  std::optional<Constraint> constraint;
};

struct CreateTrigger {
  Name name;
  QualifiedName table;
  QualifiedName function;
  bool constraint = false;
  bool or_replace = false;
};

/// CREATE and ALTER POLICY, CREATE RULE.
struct PolicyOrRule {
  ObjectType object_type = ObjectType::kPolicy;
  Name name;
  QualifiedName table;
  bool is_new = true;
};

struct CreateFunction {
  QualifiedName function;
  bool procedure = false;
  bool or_replace = false;
  Name language;
  enum class Volatility : std::uint8_t { kVolatile, kStable, kImmutable };
  Volatility volatility = Volatility::kVolatile;
  bool security_definer = false;
  std::vector<Option> settings;  ///< SET search_path = …
  std::string_view body;         ///< the string of AS; empty for BEGIN ATOMIC and RETURN
  Span body_span;                ///< inside the quotes; empty when escapes make it differ
};

struct DoBlock {
  Name language;  ///< "plpgsql" unless given
  std::string_view body;
  Span body_span;  ///< inside the quotes; empty when escapes make it differ
};

struct Call {
  QualifiedName procedure;
};

struct CreateSchema {
  Name name;
  bool if_not_exists = false;
  bool has_elements = false;  ///< CREATE SCHEMA with tables inside
};

struct CreateExtension {
  Name name;
  bool if_not_exists = false;
};

/// CREATE STATISTICS.
struct CreateStatistics {
  QualifiedName statistics;
  std::vector<QualifiedName> tables;
};

/// CREATE and ALTER PUBLICATION.
struct PublicationTables {
  Name name;
  bool is_new = true;
  std::vector<QualifiedName> tables;
};

struct Subscription {
  enum class Kind : std::uint8_t { kCreate, kAlter, kDrop };
  Kind kind = Kind::kCreate;
  Name name;
  Name change;  ///< kAlter: "refresh", "set_publication", "options", …
  std::vector<Option> options;
};

// ---------------------------------------------------------------------------------------------
// Databases and the session

struct DatabaseCommand {
  enum class Kind : std::uint8_t {
    kCreateDatabase,
    kDropDatabase,
    kAlterDatabaseTablespace,
    kAlterDatabaseOther,
    kCreateTablespace,
    kDropTablespace,
    kAlterSystem,
  };
  Kind kind = Kind::kCreateDatabase;
  Name name;
};

/// SET, RESET, and SELECT set_config('…', '…', …) with constants.
struct SetVariable {
  enum class Kind : std::uint8_t { kSet, kSetDefault, kSetCurrent, kReset, kResetAll };
  Kind kind = Kind::kSet;
  Name name;  ///< lower case; "timezone" for SET TIME ZONE, "transaction_isolation" and so on
  std::vector<std::string_view> values;  ///< each element of a list; numbers with their unit
  bool local = false;
};

struct SetConstraints {
  bool deferred = false;
};

struct Discard {
  enum class Target : std::uint8_t { kAll, kPlans, kSequences, kTemporary };
  Target target = Target::kAll;
};

struct TransactionControl {
  enum class Kind : std::uint8_t {
    kBegin,
    kStart,
    kCommit,
    kRollback,
    kSavepoint,
    kRelease,
    kRollbackTo,
    kPrepare,
    kCommitPrepared,
    kRollbackPrepared,
  };
  Kind kind = Kind::kBegin;
  Name savepoint;
  bool chain = false;
};

// ---------------------------------------------------------------------------------------------
// Data

/// How many rows a statement may write, judged by its own text.
enum class RowBound : std::uint8_t {
  kBounded,    ///< by constants in the statement: VALUES, LIMIT, IN (1, 2), id = 1
  kByKey,      ///< an equality with a constant on a column that may or may not be a key
  kUnbounded,  ///< in proportion to a table's rows
};

/// One INSERT, UPDATE, DELETE or MERGE, at the top or inside WITH; or COPY … FROM.
struct Write {
  enum class Kind : std::uint8_t { kInsert, kUpdate, kDelete, kMerge, kCopy };
  Kind kind = Kind::kInsert;
  QualifiedName target;
  std::optional<Expression> where;
  bool rows_from_query = false;  ///< INSERT … SELECT, MERGE, UPDATE … FROM, DELETE … USING
  bool conflict_clause = false;  ///< INSERT … ON CONFLICT
  RowBound bound = RowBound::kBounded;
  std::vector<Name> key_columns;  ///< the columns that constants bound, for kByKey and kBounded
  std::vector<Name> columns;      ///< inserted into or set
  Span span;                      ///< its verb and target
};

/// SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES, COPY: a query with the writes inside it.
struct Dml {
  std::vector<Write> writes;         ///< in the order written; empty for a pure query
  std::vector<QualifiedName> reads;  ///< relations in FROM, USING and subqueries, not WITH names
  std::vector<QualifiedName> calls;  ///< functions called at the top level of a SELECT
  bool row_locks = false;            ///< SELECT … FOR UPDATE and the like
  bool copy_from_stdin = false;
  bool copy_to = false;
};

/// A statement that no room exists for: only its command tag is known.
struct Other {
  std::string_view tag;  ///< "CREATE CAST"
};

/// Text that the grammar rejects.
struct SyntaxError {
  std::string_view message;  ///< the parser's: `syntax error at or near "FORM"`
  Span at;                   ///< the offending token
};

using StatementNode =
    std::variant<Other, SyntaxError, TransactionControl, SetVariable, SetConstraints, Discard,
                 AlterTable, CreateTable, CreateTableAs, CreateView, RefreshMaterializedView,
                 CreateIndex, Reindex, Drop, Rename, SetSchema, OwnerTo, Truncate, LockTable,
                 Vacuum, Cluster, CommentOn, Grant, CreateSequence, AlterSequence, CreateType,
                 AlterEnum, CreateDomain, AlterDomain, CreateTrigger, PolicyOrRule, CreateFunction,
                 DoBlock, Call, CreateSchema, CreateExtension, CreateStatistics, PublicationTables,
                 Subscription, DatabaseCommand, Dml>;

struct Statement {
  StatementNode node;
  Span span;          ///< from its first token to its last, without the semicolon
  Span keyword_span;  ///< the words that name the command: `ALTER TABLE`, `UPDATE`

  template <typename Node>
  [[nodiscard]] const Node* get() const {
    return std::get_if<Node>(&node);
  }
};

/// "CREATE INDEX", "ALTER TABLE", …: the command as one would say it in a message.
std::string_view command_name(const Statement& statement);

}  // namespace unwedge
