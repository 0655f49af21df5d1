// Every version of a relation is kept until its change set ends. A table of a thousand columns that
// changes thousands of times would take all memory there is.

#pragma once

#include <cstddef>

#include "unwedge/schema.h"

namespace unwedge::schema {

/// Counts the columns and constraints of a large relation as kept. From some 500 MB on, forgets
/// those of this version: it is like a relation that was there before.
void limit_versions(Relation& relation, std::size_t& kept);

}  // namespace unwedge::schema
