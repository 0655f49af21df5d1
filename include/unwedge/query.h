// Queries and what they write: SELECT, INSERT, UPDATE, DELETE, MERGE, COPY. Part of
// unwedge/statement.h.

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "unwedge/expression.h"
#include "unwedge/name.h"
#include "unwedge/span.h"

namespace unwedge {

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
  std::vector<QualifiedName> constraints{};  ///< empty: ALL
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

/// A function that a SELECT calls.
struct FunctionCall {
  QualifiedName function;
  bool certain = true;  ///< false: behind AND, in a branch of CASE, for the rows of a table …
};

/// SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES, COPY: a query with the writes inside it.
struct Dml {
  std::vector<Write> writes;         ///< in the order written; empty for a pure query
  std::vector<QualifiedName> reads;  ///< relations in FROM, USING and subqueries, not WITH names
  std::vector<FunctionCall> calls;   ///< of a SELECT, outside of its subqueries
  std::vector<QualifiedName> sequences{};  ///< that nextval('…') and its like name in a SELECT
  bool row_locks = false;                  ///< SELECT … FOR UPDATE and the like
  bool copy_from_stdin = false;
  bool copy_to = false;
};

}  // namespace unwedge
