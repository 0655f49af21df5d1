// What a statement changes in the schema.

#pragma once

#include "unwedge/schema.h"
#include "unwedge/session.h"
#include "unwedge/statement.h"

namespace unwedge::schema {

/// Applies a statement that the server has run. What it cannot know it leaves as it is: the catalog
/// then knows less, never something false.
void apply(const Statement& statement, const Settings& settings, Catalog& catalog);

}  // namespace unwedge::schema
