// What a statement changes in the schema.

#pragma once

#include "unwedge/schema.h"
#include "unwedge/session.h"
#include "unwedge/statement.h"

namespace unwedge::schema {

/// Applies a statement that the server has run. What it cannot know it leaves as it is: the catalog
/// then knows less, never something false.
void apply(const Statement& statement, const Settings& settings, Catalog& catalog,
           PgVersion version = {});

/// What COMMIT does: the temporary tables that are to live no longer are dropped.
void drop_on_commit(const Settings& settings, Catalog& catalog);

/// What is left of a relation when an ALTER TABLE has dropped what it drops, which it does in a
/// first pass, whatever the order written (AT_PASS_DROP, commands/tablecmds.c).
Relation after_drops(Relation relation, const AlterTable& alter);
/// One subcommand of that pass.
bool is_drop(AlterKind kind);
void drop_part(Relation& relation, const AlterAction& action);

}  // namespace unwedge::schema
