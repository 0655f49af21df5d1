// The schema as the statements so far have made it: what is known of each relation, and whether it
// was there before this change set. Relations that no statement has mentioned are not in the
// catalog; they are taken to exist, with rows and users.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "unwedge/name.h"

namespace unwedge::schema {

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

struct Column {
  std::string name;
  bool not_null = false;
};

/// A CHECK constraint, reduced to what can be proved from it, or since Postgres 18 a NOT NULL one.
struct Check {
  std::string name;
  bool valid = false;                         ///< existing rows were verified
  std::vector<std::string> not_null_columns;  ///< columns it says are not null
  std::vector<std::string> other_columns;     ///< the others that it mentions
  bool is_not_null = false;                   ///< NOT NULL: DROP NOT NULL takes it away
};

/// What is known of one relation. Immutable: every change makes a new one, so that a step may keep
/// the state it saw.
struct Relation {
  RelationId id;
  RelationKind kind = RelationKind::kUnknown;
  bool is_new = false;  ///< created in this change set: nobody waits for it
  bool temporary = false;
  bool dropped = false;         ///< gone at this point; kept so that it is known to be
  bool complete = false;        ///< its columns and constraints are all known: it was created here
  std::vector<Column> columns;  ///< the known ones
  std::vector<Check> checks;    ///< the known ones
  RelationId index_of;          ///< kIndex: its table
  std::vector<std::string> key_columns;  ///< columns that alone are a primary or unique key

  [[nodiscard]] const Column* column(std::string_view name) const;
  /// A valid CHECK, or the column itself, says that `column` is not null.
  [[nodiscard]] bool proves_not_null(std::string_view column) const;
};

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

  // Changes; made by schema::apply as the timeline walks.

  /// A copy of what is known of the relation, or a new, unknown one, to be changed and put back.
  [[nodiscard]] Relation edit(const RelationId& id) const;
  void put(Relation relation);
  /// Takes the relation away and remembers that it is gone.
  void drop(const RelationId& id);

  /// A place in the journal of changes, to which undo_to returns.
  using Mark = std::size_t;
  [[nodiscard]] Mark mark() const { return journal_.size(); }
  void undo_to(Mark mark);
  /// Forgets how to undo what has been done so far.
  void commit() { journal_.clear(); }

 private:
  struct Change {
    RelationId id;
    std::shared_ptr<const Relation> before;  ///< null: it was not known
  };
  std::map<RelationId, std::shared_ptr<const Relation>> relations_;
  std::vector<Change> journal_;
  bool has_temporary_ = false;  ///< there has been a temporary table
};

}  // namespace unwedge::schema
