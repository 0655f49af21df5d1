// Tables, their columns and constraints: what CREATE TABLE and ALTER TABLE say of them. Part of
// unwedge/statement.h.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "unwedge/expression.h"
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

/// A key of an index, an exclusion constraint or PARTITION BY.
struct IndexColumn {
  Name column;  ///< empty: an expression
  std::optional<Expression> expression;
  Name operator_class;
  bool descending = false;
  Name collation{};
  bool nulls_first = false;
};

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
  std::vector<Name> set_columns{};  ///< ON DELETE SET NULL (…); empty: all
  Name using_index;                 ///< UNIQUE or PRIMARY KEY USING INDEX
  bool not_valid = false;
  bool enforced = true;
  bool no_inherit = false;
  bool deferrable = false;
  bool initially_deferred = false;
  Span span;
  std::vector<Name> including{};          ///< INCLUDE
  std::vector<IndexColumn> exclusion{};   ///< kExclusion: its keys
  std::optional<Expression> predicate{};  ///< kExclusion: WHERE
  Name method{};                          ///< kExclusion: USING; empty: not given
  bool nulls_not_distinct = false;
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
  Name not_null_name{};                 ///< CONSTRAINT name NOT NULL
  std::vector<Constraint> constraints;  ///< every other constraint written with the column
  Span span;
};

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
  std::optional<bool> deferrable;  ///< and with it what is next
  bool initially_deferred = false;
  std::optional<bool> no_inherit{};
};

/// ADD GENERATED … AS IDENTITY; SET GENERATED …, where it may be absent.
struct ChangeIdentity {
  Identity identity = Identity::kNone;
};

/// FOR VALUES … of a partition, or DEFAULT.
struct PartitionBound {
  enum class Kind : std::uint8_t { kDefault, kList, kRange, kHash };
  Kind kind = Kind::kDefault;
  std::vector<Expression> values;  ///< kList: IN (…); kRange: FROM (…)
  std::vector<Expression> upper;   ///< kRange: TO (…); MINVALUE and MAXVALUE are columns
  int modulus = 0;                 ///< kHash
  int remainder = 0;               ///< kHash
};

/// ATTACH and DETACH PARTITION, INHERIT and NO INHERIT: the other table.
struct OtherTable {
  QualifiedName table;
  bool concurrently = false;
  bool is_default = false;  ///< ATTACH … DEFAULT
  Span concurrently_span;
  std::optional<PartitionBound> bound{};  ///< ATTACH to a table
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
               AlterConstraint, ChangeIdentity, OtherTable, Options, TriggerChoice>
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

/// LIKE source INCLUDING …
struct Like {
  QualifiedName table;
  std::size_t position = 0;  ///< how many of the written columns stand in front of it
  bool defaults = false;
  bool constraints = false;  ///< CHECK; NOT NULL is always copied
  bool generated = false;
  bool identity = false;
  bool indexes = false;
  bool statistics = false;
};

enum class PartitionStrategy : std::uint8_t { kList, kRange, kHash };

struct CreateTable {
  QualifiedName table;
  Persistence persistence = Persistence::kPermanent;
  bool if_not_exists = false;
  bool drop_on_commit = false;  ///< TEMPORARY … ON COMMIT DROP
  bool foreign = false;
  std::vector<ColumnDefinition> columns;
  std::vector<Constraint> constraints;
  std::vector<QualifiedName> inherits;
  QualifiedName partition_of;  ///< CREATE TABLE … PARTITION OF
  bool default_partition = false;
  bool partitioned = false;         ///< PARTITION BY
  std::vector<Name> partition_key;  ///< its plain columns
  PartitionStrategy partition_strategy = PartitionStrategy::kRange;
  std::vector<IndexColumn> partition_parts;  ///< the whole key
  std::optional<PartitionBound> bound;       ///< of a partition
  std::vector<Like> likes;
  QualifiedName of_type;  ///< CREATE TABLE … OF
};

/// What a stored query depends on and what it yields.
struct QueryShape {
  std::vector<QualifiedName> reads;  ///< relations in FROM and subqueries, not WITH names
  std::vector<Name> columns;         ///< every name written where a column may stand, each once
  bool all_columns = false;          ///< it has `*`
  struct Output {
    Name name;  ///< empty: none was written
    Expression value;
  };
  std::vector<Output> output;
};

/// CREATE TABLE AS, SELECT INTO, CREATE MATERIALIZED VIEW.
struct CreateTableAs {
  QualifiedName table;
  Persistence persistence = Persistence::kPermanent;
  bool materialized_view = false;
  bool if_not_exists = false;
  bool drop_on_commit = false;
  bool with_no_data = false;
  std::vector<QualifiedName> reads;
  QueryShape query;
  std::vector<Name> column_names;  ///< written after the table's name
};

}  // namespace unwedge
