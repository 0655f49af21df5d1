// What one statement does to a live server: the locks it takes, the work it does in proportion to
// rows, and whether the server refuses it. Computed by effects::effects_of, checked against real
// servers, and the only source that rules have for such facts.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unwedge/lock_mode.h"
#include "unwedge/name.h"
#include "unwedge/span.h"

namespace unwedge {

enum class Certainty : std::uint8_t {
  kCertain,
  kPossible,  ///< it depends on something that is not known; the reason says on what
};

struct Lock {
  RelationId relation{};
  /// An index whose table is not known: the table is locked, too, in the same mode.
  bool is_index = false;
  /// An index or sequence of a known table, which is locked by itself where that matters.
  bool of_table = false;
  LockMode mode = LockMode::kNone;
  bool existing = true;  ///< the relation was there before this change set
  Certainty certainty = Certainty::kCertain;
  std::string_view reason;  ///< kPossible: what is not known
};

enum class WorkKind : std::uint8_t {
  kRewrite,     ///< every row is written anew into a new file, every index rebuilt
  kScan,        ///< every row is read to verify something
  kIndexBuild,  ///< every row is read and an index written
  kRows,        ///< rows are inserted, updated or deleted, in a number the statement leaves open
  kTruncate,    ///< all rows are removed at once; not in proportion to them
};

struct Work {
  WorkKind kind = WorkKind::kScan;
  RelationId relation;
  bool existing = true;
  Certainty certainty = Certainty::kCertain;
  std::string_view reason;
  Span cause;  ///< the part of the statement that asks for it: a subcommand of ALTER TABLE, a write
};

/// What a refusal comes from: for each there is one rule that speaks of it.
enum class RefusalCause : std::uint8_t {
  kOther,
  kTransaction,         ///< the transaction that the statement is in, or is not in
  kMissing,             ///< what it names is not there
  kAlreadyThere,        ///< what it creates is there
  kNewerSyntax,         ///< the server is older than the syntax
  kConcurrentOnParent,  ///< CREATE INDEX CONCURRENTLY on a partitioned table
  kNotValidOnParent,    ///< a NOT VALID foreign key of a partitioned table
  kNotConcurrently,     ///< another statement that has no concurrent form here
  kPartitionKey,        ///< a unique key of a partitioned table without all columns of its key
  kIndexNotUsable,      ///< USING INDEX
  kPendingEvents,       ///< deferred constraints have not been checked yet
  kNoUniqueIndex,       ///< REFRESH MATERIALIZED VIEW CONCURRENTLY
  kTypeInUse,           ///< something is made of the column with its present type
  kIndexOfConstraint,
  kStillReferenced,  ///< something depends on what is dropped
  kForeignKey,       ///< the referenced columns are no key, or of other types
  kNoCast,           ///< from one type to another without USING
  kVirtualColumn,    ///< virtual generated columns cannot have it
  kNewEnumValue,     ///< added in the same transaction
};

/// The server will reject the statement.
struct Refusal {
  std::string_view sqlstate;  ///< "25001"
  std::string_view command;   ///< what the server calls the statement: "REINDEX SCHEMA"
  std::string message;        ///< the server's own words
  Certainty certainty = Certainty::kCertain;
  std::string_view reason{};
  /// Runner not known: those of the runners that it may be under which the server rejects it.
  std::vector<std::string> under{};
  RefusalCause cause = RefusalCause::kOther;
  Span at{};  ///< the part of the statement that is refused; empty: all of it
  /// What it is about, as it would be said in a sentence: "column 'total' of 'orders'".
  std::string subject{};
  /// What stands in the way: "view 'order_totals'".
  std::string obstacle{};
  Span since{};  ///< the earlier statement of the same transaction that it comes from
};

/// What makes the server reject a statement if the table has a row: only the data decides.
struct RejectedByRows {
  RelationId relation;
  bool existing = true;
  Certainty certainty = Certainty::kCertain;
  std::string_view reason;
  Span cause;  ///< the subcommand
};

/// Deferred constraints of the relation that a write leaves to be checked at the end of the
/// transaction (afterTriggers, commands/trigger.c).
struct PendingEvents {
  RelationId relation;
  std::string constraint;
  bool certain = true;  ///< false: only if the write finds a row
  Span written_by;
};

/// ALTER TYPE … ADD VALUE.
struct NewEnumValue {
  RelationId type;
  std::string label;
  Span added_by;
};

namespace schema {
struct Index;
}

/// An index that DROP INDEX takes away, or DROP COLUMN without naming it.
struct DroppedIndex {
  RelationId index;
  RelationId table{};                                 ///< without a name: not known
  std::shared_ptr<const schema::Index> definition{};  ///< null: not known
  bool existing = true;  ///< its table was there before this change set
};

struct Effects {
  std::vector<Lock> locks;
  std::vector<Work> work;
  std::optional<Refusal> refusal;
  /// Why it may do more than this: it runs code that is not followed. Empty: this is all.
  std::string_view not_followed{};
  std::vector<RejectedByRows> rejected_by_rows{};
  /// What is left for the end of the transaction.
  std::vector<PendingEvents> pending_events{};
  std::vector<NewEnumValue> new_enum_values{};
  std::vector<RelationId> emptied{};  ///< tables that have no row any more
  std::vector<RelationId> filled{};   ///< tables that may have one again
  std::vector<RelationId> changed{};  ///< tables whose rows may have other values
  std::vector<DroppedIndex> dropped_indexes{};
};

/// "rewrite", "scan", "index-build", "rows", "truncate": the names of the JSON report.
std::string_view to_string(WorkKind kind);

}  // namespace unwedge
