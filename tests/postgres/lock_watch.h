// The locks of a statement in another session. For one that cannot run in a transaction block this
// takes some doing: it commits on its way, so nothing is left to read when it is done. It is made
// to wait before each of its writes to the catalogs, and what it holds is read while it waits.

#pragma once

#include <map>
#include <set>
#include <string>

#include "postgres/lock_mode.h"
#include "postgres/relations.h"
#include "postgres/server.h"

namespace unwedge::postgres {

/// Every mode that a session holds, by relation.
using HeldLocks = std::map<Oid, std::set<LockMode>>;

/// The locks on user relations that the session with that process holds.
HeldLocks read_locks(const Database& database, int backend_pid);

/// Runs `sql` in `subject` and adds to `locks` what it holds on user relations whenever it writes
/// to pg_class or pg_index. That is what every DDL statement and VACUUM do under their strongest
/// locks. What a transaction holds that writes to neither is not seen: the locks of REINDEX and
/// CLUSTER on a partitioned table itself, before they turn to its partitions. REINDEX DATABASE and
/// SYSTEM may get past us while they work on the catalogs.
Result exec_watched(const Database& database, Connection& subject, const std::string& sql,
                    HeldLocks& locks);

}  // namespace unwedge::postgres
