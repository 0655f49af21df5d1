// The lock that each subcommand of ALTER TABLE takes on its table, and whether it goes on to the
// tables below it: a table of facts.

#pragma once

#include "unwedge/lock_mode.h"
#include "unwedge/session.h"
#include "unwedge/statement.h"

namespace unwedge::effects {

/// The mode for one subcommand; ALTER TABLE takes the strongest of its subcommands' at once.
/// Source: AlterTableGetLockLevel (commands/tablecmds.c), versions 11 to 18, measured on each.
LockMode alter_lock(const AlterAction& action, PgVersion version);

/// Whether the subcommand is carried out on partitions and inheriting tables, too, each of which is
/// then locked like the table itself. Source: ATPrepCmd and the ATExec… functions of each.
bool goes_to_children(const AlterAction& action, PgVersion version, bool is_partitioned);

}  // namespace unwedge::effects
