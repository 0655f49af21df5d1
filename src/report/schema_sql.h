// A catalog as SQL, for people to read and to run: what unwedge takes the schema for. What it keeps
// only in part, queries of views and bodies of functions, stands there as a comment.

#pragma once

#include <string>

#include "unwedge/schema.h"

namespace unwedge::report {

/// Everything that is there, in an order in which it can be created: types, sequences, tables with
/// their constraints, indexes, and in between what a comment has to say.
std::string schema_as_sql(const schema::Catalog& catalog);

/// One relation with its indexes and constraints; "" when the catalog knows none of that name.
std::string relation_as_sql(const schema::Catalog& catalog, const RelationId& relation);

}  // namespace unwedge::report
