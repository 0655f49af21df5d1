// What one statement really does to a server: the locks it takes on relations that were there
// before it, the tables it rewrites or reads in full, the indexes it builds, the rows it writes, or
// the error it gets. This is the truth that unwedge's predictions are compared with.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "postgres/connection.h"
#include "postgres/lock_mode.h"
#include "postgres/server.h"

namespace unwedge::postgres {

enum class Mode {
  kInTransaction,  ///< BEGIN; pre; statement; ROLLBACK.
  kAlone,          ///< pre; statement: autocommitted, whatever it leaves behind.
  /// In a transaction, and if it is refused there with 25001 (cannot run inside a transaction
  /// block), alone.
  kAsNeeded,
};

struct Lock {
  LockMode mode = LockMode::kAccessShare;  ///< The strongest one.
  char kind = ' ';                         ///< pg_class.relkind of the relation.

  bool operator==(const Lock&) const = default;
};

struct RowsWritten {
  std::int64_t inserted = 0;
  std::int64_t updated = 0;
  std::int64_t deleted = 0;

  bool operator==(const RowsWritten&) const = default;
};

/// Relations are named "public.t", "pg_temp.t"; toast tables and their indexes "toast(public.t)"
/// and "toast_idx(public.t)". "Existing" ones were there when the statement began, if need be since
/// `pre`. Everything is empty if there is an error.
struct Observation {
  /// Why the statement did nothing. With kAsNeeded: when run alone, if it was refused before.
  std::optional<Error> error;
  /// kAsNeeded only: the refusal that made us run it alone.
  std::optional<Error> refused_in_transaction;
  bool ran_alone = false;
  std::string tag;  ///< "ALTER TABLE", "UPDATE 200", ...

  /// On existing relations: what is held at the end that `pre` did not hold already. When run
  /// alone, see exec_watched() for what can be seen.
  std::map<std::string, Lock> locks;
  std::map<std::string, Lock> locks_on_new;  ///< On relations that the statement created.
  std::map<std::string, Lock> held_before;   ///< From `pre`.

  std::set<std::string> rewritten;  ///< Existing tables and matviews with a new file, not emptied.
  std::set<std::string> truncated;  ///< Existing tables that TRUNCATE gave a new file.
  std::set<std::string> new_files;  ///< All existing relations with a new file, indexes included.
  /// Existing tables read in full to verify something or to write elsewhere: neither for a rewrite
  /// nor for an index build. For DML the planner decides: on small tables it reads them in full.
  std::set<std::string> scanned;
  /// Indexes built or rebuilt over existing tables, with the table. An index that replaces an older
  /// one of REINDEX CONCURRENTLY goes by the name of that one.
  std::map<std::string, std::string> index_builds;
  std::map<std::string, RowsWritten> rows;  ///< In existing tables, where not zero.

  std::map<std::string, char> existing;  ///< All existing relations with their kinds.
  std::set<std::string> created;
  std::set<std::string> dropped;
  std::vector<std::string> log;  ///< "DEBUG: verifying table "t"": what the server said, to DEBUG1.
};

/// Runs `statement` in a fresh database of the server. First `setup`, then `pre`, each statement of
/// theirs for itself and with autocommit but for the mode; throws std::runtime_error if one of
/// those fails. "@DB@" stands for the name of the database.
Observation observe(Server& server, std::string_view setup, std::string_view pre,
                    std::string_view statement, Mode mode = Mode::kAsNeeded);

}  // namespace unwedge::postgres
