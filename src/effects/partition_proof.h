// Whether the constraints of a table prove that all its rows fit a partition's bound: then they are
// not read.

#pragma once

#include "unwedge/schema.h"

namespace unwedge::effects {

/// True when the valid CHECKs of `table`, with its columns that are NOT NULL, imply the bound
/// (PartConstraintImpliedByRelConstraint, commands/tablecmds.c). Understood are keys of one plain
/// column and comparisons with constants: whole numbers, dates and times in one form, and where
/// only equality matters anything.
bool implies_bound(const schema::Relation& table, const schema::PartitionKey& key,
                   const schema::Bound& bound);

/// The same for a default partition: that no row of it fits the bound.
bool excludes_bound(const schema::Relation& table, const schema::PartitionKey& key,
                    const schema::Bound& bound);

}  // namespace unwedge::effects
