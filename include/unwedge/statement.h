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
#include "unwedge/query.h"
#include "unwedge/span.h"
#include "unwedge/table.h"

namespace unwedge {

// ---------------------------------------------------------------------------------------------
// Relations; tables are in unwedge/table.h

struct CreateView {
  QualifiedName view;
  bool or_replace = false;
  Persistence persistence = Persistence::kPermanent;
  std::vector<QualifiedName> reads;
  QueryShape query;
  std::vector<Name> column_names;  ///< written after the view's name
};

struct RefreshMaterializedView {
  QualifiedName view;
  bool concurrently = false;
  bool with_no_data = false;
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
  Span keyword_span;        ///< CREATE [UNIQUE] INDEX [CONCURRENTLY]
  Span concurrently_span;   ///< empty when absent
  Span if_not_exists_span;  ///< empty when absent
  bool nulls_not_distinct = false;
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
  /// kFunction, kProcedure: the argument types of each object; nothing when none were written.
  std::vector<std::optional<std::vector<TypeReference>>> arguments;
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
  bool only = false;  ///< ONLY, of every table
};

struct LockTable {
  std::vector<QualifiedName> tables;
  LockMode mode = LockMode::kAccessExclusive;
  bool nowait = false;
  bool only = false;  ///< ONLY, of every table
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
  /// OWNED BY; OWNED BY NONE leaves the table empty.
  QualifiedName owner_table;
  Name owner_column;
};

struct AlterSequence {
  QualifiedName sequence;
  bool if_exists = false;
  std::vector<Option> options;  ///< "restart", "increment", "as", "owned_by", …
  /// OWNED BY; OWNED BY NONE leaves the table empty.
  QualifiedName owner_table;
  Name owner_column;
};

struct CreateType {
  enum class Kind : std::uint8_t { kEnum, kComposite, kRange, kBase };
  Kind kind = Kind::kComposite;
  QualifiedName type;
  std::vector<Name> labels;                  ///< kEnum
  std::vector<ColumnDefinition> attributes;  ///< kComposite
  TypeReference subtype;                     ///< kRange
  QualifiedName multirange{};  ///< kRange: MULTIRANGE_TYPE_NAME; empty: chosen by name
};

struct AlterEnum {
  QualifiedName type;
  Name old_value;  ///< RENAME VALUE; empty: ADD VALUE
  Name new_value;
  bool if_not_exists = false;
  bool has_position = false;  ///< BEFORE or AFTER
  Name neighbour;             ///< which value
  bool after = false;
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
  std::optional<Expression> default_value;  ///< kSetDefault
  bool missing_ok = false;
  bool cascade = false;
};

struct CreateTrigger {
  Name name;
  QualifiedName table;
  QualifiedName function;
  bool constraint = false;
  bool or_replace = false;
  bool row_level = false;
  std::vector<Name> update_columns;  ///< UPDATE OF
  QualifiedName constraint_from;     ///< FROM, of a constraint trigger
  std::optional<Expression> when;
};

/// CREATE and ALTER POLICY, CREATE RULE.
struct PolicyOrRule {
  ObjectType object_type = ObjectType::kPolicy;
  Name name;
  QualifiedName table;
  bool is_new = true;
  bool or_replace = false;               ///< kRule
  std::vector<QualifiedName> reads;      ///< relations in its expressions and actions
  std::vector<Expression> conditions{};  ///< kPolicy: USING, WITH CHECK
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
  std::string_view body;         ///< the string of AS, or what BEGIN ATOMIC … END encloses
  Span body_span;                ///< inside the quotes; empty when escapes make it differ
  Span literal{};                ///< the string of AS, with its quotes
  bool body_parsed = false;      ///< BEGIN ATOMIC or RETURN
  std::vector<TypeReference> arguments;  ///< those that a caller passes
  std::vector<Name> parameters{};        ///< the names of all, those that have one
};

/// ALTER FUNCTION and ALTER PROCEDURE with options.
struct AlterFunction {
  QualifiedName function;
  std::optional<std::vector<TypeReference>> arguments;  ///< nothing when none were written
  std::optional<CreateFunction::Volatility> volatility;
  std::vector<Option> settings{};  ///< SET search_path = …
};

struct DoBlock {
  Name language;  ///< "plpgsql" unless given
  std::string_view body;
  Span body_span;  ///< inside the quotes; empty when escapes make it differ
  Span literal{};  ///< the string, with its quotes
};

/// EXECUTE in a body of PL/pgSQL, of a text that is put together as it runs; \gexec of psql.
struct Execute {
  std::string_view beginning;  ///< what is known of the text: "CREATE INDEX "; empty: nothing
  std::string_view body;       ///< that it stands in: what it is about is named there, if anywhere
};

struct Call {
  QualifiedName procedure;
};

struct Statement;

struct CreateSchema {
  Name name;  ///< that of the role after AUTHORIZATION if it was given none
  bool if_not_exists = false;
  std::vector<Statement> elements;  ///< what it makes inside: tables, views, indexes, …
};

struct CreateExtension {
  Name name;
  bool if_not_exists = false;
};

/// CREATE STATISTICS.
struct CreateStatistics {
  QualifiedName statistics;
  std::vector<QualifiedName> tables;
  std::vector<Name> columns;  ///< that it mentions, expressions included
  bool if_not_exists = false;
};

/// CREATE and ALTER PUBLICATION.
struct PublicationTables {
  enum class Change : std::uint8_t { kAdd, kDrop, kSet };
  Name name;
  bool is_new = true;
  std::vector<QualifiedName> tables;
  Change change = Change::kAdd;  ///< unless is_new
  bool all_tables = false;
  std::vector<Name> schemas;  ///< TABLES IN SCHEMA
};

struct Subscription {
  enum class Kind : std::uint8_t { kCreate, kAlter, kDrop };
  Kind kind = Kind::kCreate;
  Name name;
  Name change;  ///< kAlter: "refresh", "set_publication", "options", …
  std::vector<Option> options;
};

/// What is done, or put in its place, before the server sees the script.
struct ClientCommand {
  enum class Kind : std::uint8_t {
    kConnect,      ///< psql's \connect: another connection, perhaps to another database
    kInclude,      ///< psql's \i and \ir
    kPlaceholder,  ///< whatever the runner puts there: perhaps statements
    kAutocommit,   ///< psql's \set AUTOCOMMIT: `argument` is "on" or "off"
  };
  Kind kind = Kind::kPlaceholder;
  std::string_view text;      ///< as written: "\i", "{{ tables }}"
  std::string_view argument;  ///< kInclude: the file; empty: not known before it runs
  bool relative = false;      ///< kInclude: to the file's own folder
  /// kInclude: the file's statements come after it; kAutocommit: what it does is known.
  bool followed = false;
  std::string_view why{};  ///< kInclude: that it is not followed, as a clause; may be empty
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
    std::variant<Other, SyntaxError, ClientCommand, TransactionControl, SetVariable, SetConstraints,
                 Discard, AlterTable, CreateTable, CreateTableAs, CreateView,
                 RefreshMaterializedView, CreateIndex, Reindex, Drop, Rename, SetSchema, OwnerTo,
                 Truncate, LockTable, Vacuum, Cluster, CommentOn, Grant, CreateSequence,
                 AlterSequence, CreateType, AlterEnum, CreateDomain, AlterDomain, CreateTrigger,
                 PolicyOrRule, CreateFunction, AlterFunction, DoBlock, Execute, Call, CreateSchema,
                 CreateExtension, CreateStatistics, PublicationTables, Subscription,
                 DatabaseCommand, Dml>;

struct Statement {
  StatementNode node;
  Span span;          ///< from its first token to its last, without the semicolon
  Span keyword_span;  ///< the words that name the command: `ALTER TABLE`, `UPDATE`
  /// Some of its names are those of placeholders: what they stand for is not known.
  bool has_placeholder = false;

  template <typename Node>
  [[nodiscard]] const Node* get() const {
    return std::get_if<Node>(&node);
  }
};

/// "CREATE INDEX", "ALTER TABLE", …: the command as one would say it in a message.
std::string_view command_name(const Statement& statement);

/// The word that the text begins with, in lower case; empty: it is not known.
std::string first_word(const Execute& execute);

}  // namespace unwedge
