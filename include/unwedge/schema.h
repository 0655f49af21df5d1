// The schema as the statements so far have made it: for every object that one of them created or
// changed what is known of it, and for every relation whether it was there before this change set.
// What no statement has mentioned is not in the catalog; relations are then taken to exist, with
// rows and users. So absence is no evidence: only what was created here is known completely.
//
// An object's identity is its schema and name. References between objects hold that identity, and a
// rename changes it in all of them.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "unwedge/expression.h"
#include "unwedge/name.h"
#include "unwedge/statement.h"
#include "unwedge/table.h"
#include "unwedge/table_sizes.h"

namespace unwedge::schema {

/// The identity of a type, function or other object has the form of a relation's.
using ObjectId = RelationId;

// ---------------------------------------------------------------------------------------------
// Columns, and what they are made of

/// An expression that outlives its statement. Copies share it; its spans mean nothing any more.
class StoredExpression {
 public:
  explicit StoredExpression(const Expression& expression);

  [[nodiscard]] const Expression& get() const { return stored_->root; }
  [[nodiscard]] const Expression* operator->() const { return &stored_->root; }

  /// As it was written; "": that is not known, or is not true any more.
  [[nodiscard]] std::string_view source() const { return stored_->root.source; }

  /// Every column that it mentions, each once.
  [[nodiscard]] std::vector<std::string> columns() const;
  [[nodiscard]] bool mentions(std::string_view column) const;
  /// Every function that it calls, as written: without a schema when there was none.
  [[nodiscard]] std::vector<ObjectId> functions() const;
  /// The same with a column's new name.
  [[nodiscard]] StoredExpression renamed(std::string_view from, std::string_view to) const;

  friend bool operator==(const StoredExpression& left, const StoredExpression& right);

 private:
  struct Stored {
    Expression root;
    std::string text;  ///< what the texts in `root` are views of
  };
  std::shared_ptr<const Stored> stored_;
};

/// True when both say the same in the same words, wherever they were written.
bool same_expression(const Expression& left, const Expression& right);

/// The type of a column. `id.schema` is empty for a built-in type, and for one that no statement
/// has created; `id.name` is the internal name: "int4", "varchar".
struct DataType {
  ObjectId id;
  std::vector<std::int32_t> modifiers;  ///< (10, 2)
  int array_dimensions = 0;

  [[nodiscard]] bool known() const { return !id.name.empty(); }
  friend bool operator==(const DataType&, const DataType&) = default;
};

struct Column {
  std::string name;
  bool not_null = false;        ///< and every row has been checked
  std::string not_null_name{};  ///< of that constraint, where a statement names it
  DataType type{};              ///< without a name: not known
  std::string collation{};      ///< empty: the type's
  std::optional<StoredExpression> default_value{};
  std::optional<StoredExpression> generated{};  ///< GENERATED ALWAYS AS (…)
  GeneratedColumn::Storage storage = GeneratedColumn::Storage::kStored;  ///< of `generated`
  Identity identity = Identity::kNone;
  bool inherited = false;  ///< a parent has it, too: it cannot be dropped or renamed alone
  bool local = true;       ///< it was (also) defined here
};

// ---------------------------------------------------------------------------------------------
// Constraints

/// A CHECK constraint, reduced to what can be proved from it, or since Postgres 18 a NOT NULL one.
struct Check {
  std::string name;
  bool valid = false;                         ///< existing rows were verified
  std::vector<std::string> not_null_columns;  ///< columns it says are not null
  std::vector<std::string> other_columns;     ///< the others that it mentions
  bool is_not_null = false;                   ///< NOT NULL: DROP NOT NULL takes it away
  std::optional<StoredExpression> expression{};
  bool enforced = true;
  bool no_inherit = false;
  bool inherited = false;  ///< a parent has it, too: it cannot be dropped alone
  bool local = true;       ///< it was (also) defined here

  [[nodiscard]] bool mentions(std::string_view column) const;
};

/// PRIMARY KEY, UNIQUE, EXCLUDE: a constraint with an index behind it.
struct Key {
  enum class Kind : std::uint8_t { kPrimary, kUnique, kExclusion };
  Kind kind = Kind::kUnique;
  std::string name;                  ///< of the constraint and of the index
  std::vector<std::string> columns;  ///< of an exclusion: its plain columns
  RelationId index{};
  bool deferrable = false;
  bool inherited = false;  ///< of a partition, from its parent's key
};

struct ForeignKey {
  std::string name;
  std::vector<std::string> columns;
  RelationId references;
  std::vector<std::string> referenced_columns{};  ///< empty: the primary key, which is not known
  Constraint::Action on_delete = Constraint::Action::kNoAction;
  Constraint::Action on_update = Constraint::Action::kNoAction;
  std::vector<std::string> set_columns{};  ///< ON DELETE SET NULL (…); empty: all
  bool valid = true;
  bool enforced = true;
  bool deferrable = false;
  bool initially_deferred = false;
  bool inherited = false;  ///< of a partition, from its parent's foreign key
};

// ---------------------------------------------------------------------------------------------
// Indexes, partitions, triggers

struct IndexPart {
  std::string column;  ///< empty: an expression
  std::optional<StoredExpression> expression{};
  std::string collation{};       ///< empty: the column's
  std::string operator_class{};  ///< empty: the type's default
  bool descending = false;
  bool nulls_first = false;
};

struct Index {
  std::string method = "btree";
  std::vector<IndexPart> parts;
  std::vector<std::string> including;
  std::optional<StoredExpression> predicate;
  bool unique = false;
  bool nulls_not_distinct = false;
  bool valid = true;       ///< false: ON ONLY a partitioned table, until all partitions have one
  std::string constraint;  ///< of its table that it belongs to; empty: none

  [[nodiscard]] bool mentions(std::string_view column) const;
};

struct PartitionKey {
  using Strategy = PartitionStrategy;
  Strategy strategy = Strategy::kRange;
  std::vector<IndexPart> parts;
};

/// FOR VALUES …, or DEFAULT.
struct Bound {
  struct Value {
    enum class Kind : std::uint8_t { kConstant, kNull, kMinimum, kMaximum, kExpression };
    Kind kind = Kind::kConstant;
    std::string text{};  ///< kConstant: without quotes

    friend bool operator==(const Value&, const Value&) = default;
  };
  using Kind = PartitionBound::Kind;
  Kind kind = Kind::kDefault;
  std::vector<Value> values{};  ///< kList: IN (…); kRange: FROM (…)
  std::vector<Value> upper{};   ///< kRange: TO (…)
  int modulus = 0;              ///< kHash
  int remainder = 0;            ///< kHash

  friend bool operator==(const Bound&, const Bound&) = default;
};

struct Trigger {
  std::string name;
  ObjectId function{};  ///< without a schema: as written
  bool constraint = false;
  bool row_level = false;
  std::vector<std::string> update_columns{};  ///< UPDATE OF …
  RelationId constraint_from{};               ///< FROM, of a constraint trigger
  std::vector<std::string> when_columns{};    ///< that WHEN mentions
  bool inherited = false;                     ///< of a partition, from its parent's
};

// ---------------------------------------------------------------------------------------------
// Relations

enum class RelationKind : std::uint8_t {
  kUnknown,  ///< only referred to, never created here
  kTable,
  kPartitionedTable,
  kForeignTable,
  kView,
  kMaterializedView,
  kIndex,
  kSequence,
};

/// What is known of one relation. Immutable: every change makes a new one, so that a step may keep
/// the state it saw.
struct Relation {
  RelationId id;
  RelationKind kind = RelationKind::kUnknown;
  bool is_new = false;  ///< created in this change set: nobody waits for it
  bool temporary = false;
  bool drop_on_commit = false;
  bool unlogged = false;
  bool dropped = false;         ///< gone at this point; kept so that it is known to be
  bool complete = false;        ///< its columns and constraints are all known: it was created here
  std::vector<Column> columns;  ///< the known ones
  std::vector<Check> checks;    ///< the known ones
  RelationId index_of;          ///< kIndex: its table
  std::vector<std::string> key_columns;  ///< columns that alone are a primary or unique key

  std::vector<Key> keys;
  std::vector<ForeignKey> foreign_keys;
  std::vector<Trigger> triggers;
  std::vector<std::string> rules;
  std::vector<std::string> policies;
  /// By policy the columns that its expressions mention, where these are known.
  std::map<std::string, std::vector<std::string>, std::less<>> policy_columns;
  bool triggers_disabled = false;  ///< DISABLE TRIGGER ALL: foreign keys are not checked
  bool had_row_security = false;   ///< ENABLE ROW LEVEL SECURITY has been run, at some time

  std::vector<RelationId> inherits;           ///< INHERITS: its parents
  RelationId partition_of;                    ///< its parent; of an index, too
  std::optional<Bound> bound;                 ///< of a partition, when it is known
  bool detach_pending = false;                ///< DETACH … CONCURRENTLY that was interrupted
  std::optional<PartitionKey> partition_key;  ///< kPartitionedTable, when it is known

  std::optional<Index> index;  ///< kIndex, when it was created here

  ObjectId of_type;  ///< CREATE TABLE … OF

  std::vector<RelationId> reads;           ///< of a view: the relations in its query
  std::vector<std::string> reads_columns;  ///< of a view: every column name that the query has
  bool reads_all_columns = false;          ///< of a view: the query has `*`, or whole rows

  RelationId owned_by;          ///< kSequence: the table that it is dropped with
  std::string owned_by_column;  ///< kSequence: and its column

  [[nodiscard]] const Column* column(std::string_view name) const;
  /// A valid CHECK, or the column itself, says that `column` is not null.
  [[nodiscard]] bool proves_not_null(std::string_view column) const;
  [[nodiscard]] const Check* check(std::string_view name) const;
  [[nodiscard]] const Key* key(std::string_view name) const;
  [[nodiscard]] const Key* primary_key() const;
  [[nodiscard]] const ForeignKey* foreign_key(std::string_view name) const;
  [[nodiscard]] const Trigger* trigger(std::string_view name) const;
  [[nodiscard]] bool is_partition() const { return !partition_of.name.empty(); }
};

// ---------------------------------------------------------------------------------------------
// Other objects

/// A type that CREATE TYPE or CREATE DOMAIN made.
struct Type {
  enum class Kind : std::uint8_t { kUnknown, kEnum, kDomain, kComposite, kRange, kBase };
  ObjectId id;
  Kind kind = Kind::kUnknown;
  bool is_new = false;
  bool dropped = false;
  bool complete = false;                          ///< all of the below is known
  std::vector<std::string> labels;                ///< kEnum, in their order
  DataType base;                                  ///< kDomain; kRange: its subtype
  bool not_null = false;                          ///< kDomain
  std::optional<StoredExpression> default_value;  ///< kDomain
  std::vector<Check> checks;                      ///< kDomain
  std::vector<Column> attributes;                 ///< kComposite
};

struct Function {
  std::vector<DataType> arguments;  ///< those that a caller passes
  bool procedure = false;
  std::string language;
  CreateFunction::Volatility volatility = CreateFunction::Volatility::kVolatile;
  bool body_parsed = false;  ///< BEGIN ATOMIC or RETURN: it depends on what it mentions
  bool is_new = false;
  std::string source{};                    ///< the string of AS
  std::vector<std::string> parameters{};   ///< the names that it has
  std::vector<std::string> search_path{};  ///< that it sets for itself
  bool atomic = false;                     ///< SECURITY DEFINER or SET: COMMIT cannot run in it
};

/// The functions and procedures of one name.
struct Overloads {
  ObjectId id;
  std::vector<Function> functions;
};

/// A schema, extension, publication or statistics object.
struct NamedObject {
  ObjectType type = ObjectType::kSchema;
  ObjectId id;  ///< without a schema where such objects have none
  bool is_new = false;
  bool dropped = false;
  bool all_tables = false;            ///< kPublication: FOR ALL TABLES
  std::vector<RelationId> relations;  ///< kPublication, kStatistics: its tables
  std::vector<std::string> schemas;   ///< kPublication: FOR TABLES IN SCHEMA
  std::vector<std::string> columns;   ///< kStatistics: the columns that it mentions
};

struct ColumnPlace {
  const Relation* relation = nullptr;
  const Column* column = nullptr;
};

// ---------------------------------------------------------------------------------------------
// The catalog

class Catalog {
 public:
  /// The identity that `name` has under this search path: that of a known relation if there is
  /// one in any of its schemas, otherwise in the first.
  [[nodiscard]] RelationId resolve(const QualifiedName& name,
                                   std::span<const std::string> search_path) const;

  /// What is known of the relation; null when nothing is, or when it was dropped.
  [[nodiscard]] const Relation* find(const RelationId& id) const;

  /// True unless the relation was created in this change set, or is temporary.
  [[nodiscard]] bool existing(const RelationId& id) const;

  /// True when the relation was dropped or renamed, and none has taken its name since.
  [[nodiscard]] bool gone(const RelationId& id) const;

  /// True when every migration since the first has been replayed, and nothing that they did is
  /// unknown: a relation that is not here is not there, unless an extension made it. Never before
  /// an earlier change set has created a relation: a first migration may well be for a schema that
  /// was there before.
  [[nodiscard]] bool complete() const { return complete_ && has_past_; }
  void set_complete(bool complete) { complete_ = complete; }

  /// Something has run that may have changed any object: what is known may be known no more, so a
  /// refusal that follows from it is only possible.
  [[nodiscard]] bool has_unseen_changes() const { return has_unseen_changes_; }
  void note_unseen_changes() {
    has_unseen_changes_ = true;
    complete_ = false;
  }

  /// CREATE CAST has run: other casts than the server's own may be there.
  [[nodiscard]] bool has_own_casts() const { return has_own_casts_; }
  void note_cast() { has_own_casts_ = true; }

  /// How large the tables of the live database are, as far as the config says.
  [[nodiscard]] const TableSizes& sizes() const;
  void set_sizes(std::shared_ptr<const TableSizes> sizes) { sizes_ = std::move(sizes); }

  /// True when there is certainly no such relation. In a schema that was made outside of the
  /// migrations there may be anything, and the server's own are found without a schema.
  [[nodiscard]] bool absent(const RelationId& id) const;

  // From one relation to others. The pointers are valid until the next commit or undo_to; all lists
  // are in the order of names. They hold what is known, for relations that are not known, too.

  [[nodiscard]] std::vector<const Relation*> indexes_of(const RelationId& table) const;
  struct Reference {
    const Relation* table = nullptr;
    const ForeignKey* key = nullptr;
  };
  /// The foreign keys of other tables, and of itself, that reference the table.
  [[nodiscard]] std::vector<Reference> references_to(const RelationId& table) const;
  /// Partitions and tables that inherit, or partitions of an index: direct ones.
  [[nodiscard]] std::vector<const Relation*> children_of(const RelationId& parent) const;
  /// Of all levels, a parent before its children.
  [[nodiscard]] std::vector<const Relation*> descendants_of(const RelationId& parent) const;
  /// What the relation is a partition of or inherits from, of all levels, the nearest first.
  [[nodiscard]] std::vector<RelationId> ancestors_of(const RelationId& child) const;
  /// The DEFAULT partition, or null.
  [[nodiscard]] const Relation* default_partition_of(const RelationId& parent) const;
  /// Views and materialized views that read the relation themselves.
  [[nodiscard]] std::vector<const Relation*> views_on(const RelationId& relation) const;
  /// And the views on these, of all levels.
  [[nodiscard]] std::vector<const Relation*> all_views_on(const RelationId& relation) const;
  /// Sequences of serial and identity columns, or OWNED BY.
  [[nodiscard]] std::vector<const Relation*> sequences_of(const RelationId& table) const;
  /// The sequence of one column, or null.
  [[nodiscard]] const Relation* sequence_of(const RelationId& table, std::string_view column) const;

  // Other objects. Names are looked up like those of relations; without a schema an unknown one has
  // the identity {"", name}, for it may be built in.

  [[nodiscard]] ObjectId resolve_type(const QualifiedName& name,
                                      std::span<const std::string> search_path) const;
  [[nodiscard]] ObjectId resolve_function(const QualifiedName& name,
                                          std::span<const std::string> search_path) const;
  [[nodiscard]] const Type* find_type(const ObjectId& id) const;
  [[nodiscard]] const Overloads* find_function(const ObjectId& id) const;
  [[nodiscard]] const NamedObject* find_object(ObjectType type, const ObjectId& id) const;
  /// The columns of this type, of arrays of it, or of domains and composite types made from it.
  [[nodiscard]] std::vector<ColumnPlace> columns_of_type(const ObjectId& type) const;
  /// The publications (kPublication) or statistics objects (kStatistics) that name the table.
  [[nodiscard]] std::vector<const NamedObject*> objects_on(ObjectType type,
                                                           const RelationId& table) const;

  /// True when a relation of the schema has a constraint of that name.
  [[nodiscard]] bool has_constraint(const ObjectId& name) const;

  /// All that are known.
  [[nodiscard]] std::vector<RelationId> relations() const;
  /// True when there is a relation of that name, in whatever schema.
  [[nodiscard]] bool is_in_any_schema(std::string_view name) const;
  /// What there is in a schema, in the order of names.
  [[nodiscard]] std::vector<RelationId> relations_in(std::string_view schema) const;
  [[nodiscard]] std::vector<ObjectId> types_in(std::string_view schema) const;
  [[nodiscard]] std::vector<ObjectId> functions_in(std::string_view schema) const;
  [[nodiscard]] std::vector<ObjectId> statistics_in(std::string_view schema) const;
  /// The schemas in which anything is known, and "public".
  [[nodiscard]] std::vector<std::string> schemas() const;
  /// Those that have no schema, kSchema or kExtension say.
  [[nodiscard]] std::vector<const NamedObject*> objects(ObjectType type) const;

  /// True when an extension that is there may have made a relation (kTable), type (kType) or
  /// function (kFunction) of that name. What those make that come with Postgres is known.
  [[nodiscard]] bool may_be_of_extension(ObjectType type, std::string_view name) const;

  // Changes; made by schema::apply as the timeline walks.

  /// A copy of what is known of the relation, or a new, unknown one, to be changed and put back.
  [[nodiscard]] Relation edit(const RelationId& id) const;
  void put(Relation relation);
  /// Takes the relation away and remembers that it is gone.
  void drop(const RelationId& id);

  [[nodiscard]] Type edit_type(const ObjectId& id) const;
  void put(Type type);
  void drop_type(const ObjectId& id);
  void put(Overloads functions);
  void put(NamedObject object);
  void drop_object(ObjectType type, const ObjectId& id);

  /// Gives a relation, or a type, another identity, in all that refers to it, too.
  void rename(const RelationId& from, const RelationId& to);
  void rename_type(const ObjectId& from, const ObjectId& to);

  /// A place in the journal of changes, to which undo_to returns.
  using Mark = std::size_t;
  [[nodiscard]] Mark mark() const { return journal_.size(); }
  void undo_to(Mark mark);
  /// All that was done since the mark may not have been: only what holds either way stays known.
  void doubt_since(Mark mark);
  /// Ends a change set: all that there is now was there before the next one.
  void settle();
  /// The relations that are there until the transaction commits.
  [[nodiscard]] std::vector<RelationId> dropped_on_commit() const;
  /// Takes away the temporary relations. It cannot be undone.
  void end_session();
  /// What follows is about another database, of which nothing is known. It cannot be undone.
  void leave_database();
  /// Forgets how to undo what has been done so far.
  void commit() {
    journal_.clear();
    kept_of_large_ = 0;
  }

  /// How one object refers to another; the way back is kept for each.
  enum class Link : std::uint8_t {
    kIndex,        ///< index to table
    kForeignKey,   ///< table to referenced table
    kChild,        ///< partition or inheriting table to parent
    kDefault,      ///< DEFAULT partition to parent
    kView,         ///< view to what it reads
    kSequence,     ///< sequence to its owner
    kTrigger,      ///< table with a constraint trigger to the table after FROM
    kTriggerCall,  ///< table to the function of a trigger
    kColumnType,   ///< relation to the type of a column
    kTypedTable,   ///< table to the type that it is of
    kTypeOfType,   ///< domain or composite type to a type
    kPublication,  ///< publication to table
    kStatistics,   ///< statistics object to table
  };
  /// Those that refer to `to`, in the order of names.
  [[nodiscard]] std::span<const ObjectId> linked(Link link, const ObjectId& to) const;

 private:
  using ObjectKey = std::pair<ObjectType, ObjectId>;
  template <typename Key, typename T>
  struct Change {
    Key key;
    std::shared_ptr<const T> before;  ///< null: it was not known
  };
  template <typename Key, typename T>
  struct Versions {
    std::map<Key, std::shared_ptr<const T>> all;
    std::vector<Key> unsettled;  ///< what settle() has to look at; some of it more than once
  };
  using AnyChange = std::variant<Change<RelationId, Relation>, Change<ObjectId, Type>,
                                 Change<ObjectId, Overloads>, Change<ObjectKey, NamedObject>>;

  template <typename Key, typename T>
  void put_version(Versions<Key, T>& versions, const Key& key, T next);
  template <typename T>
  void relink(const ObjectId& from, const T* before, const T* after);
  void recount_constraints(const Relation* before, const Relation* after);
  template <typename Key, typename T>
  void settle(Versions<Key, T>& versions);
  [[nodiscard]] std::vector<const Relation*> linked_relations(Link link, const ObjectId& to) const;
  void replace_in_referrers(std::span<const Link> links, const ObjectId& from, const ObjectId& to);

  Versions<RelationId, Relation> relations_;
  Versions<ObjectId, Type> types_;
  Versions<ObjectId, Overloads> functions_;
  Versions<ObjectKey, NamedObject> objects_;
  /// From the referenced object to those that refer to it, each once and in order.
  std::map<Link, std::map<ObjectId, std::vector<ObjectId>>> links_;
  std::map<ObjectId, int> constraint_names_;  ///< how many relations have a constraint so named
  std::vector<AnyChange> journal_;
  std::size_t kept_of_large_ = 0;  ///< columns and constraints in the journal, of large relations
  bool complete_ = false;
  bool has_unseen_changes_ = false;
  bool has_own_casts_ = false;
  std::shared_ptr<const TableSizes> sizes_;  ///< null: nothing is known
  bool has_past_ = false;                    ///< an earlier change set has created a relation
  std::vector<RelationId> temporary_;        ///< the temporary ones; some may be gone already
};

}  // namespace unwedge::schema
