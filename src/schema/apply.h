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

/// What is left of a relation when an ALTER TABLE has dropped what it drops, which it does in a
/// first pass, whatever the order written (AT_PASS_DROP, commands/tablecmds.c).
Relation after_drops(Relation relation, const AlterTable& alter);

}  // namespace unwedge::schema
