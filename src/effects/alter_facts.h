// The lock that each subcommand of ALTER TABLE takes on its table: a table of facts.

#pragma once

#include "unwedge/lock_mode.h"
#include "unwedge/session.h"
#include "unwedge/statement.h"

namespace unwedge::effects {

/// The mode for one subcommand; ALTER TABLE takes the strongest of its subcommands' at once.
/// Source: AlterTableGetLockLevel (commands/tablecmds.c), versions 11 to 18, measured on each.
LockMode alter_lock(const AlterAction& action, PgVersion version);

}  // namespace unwedge::effects
