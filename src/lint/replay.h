// Walks through a history: what is not wanted is only applied to the schema, and what is wanted is
// handed over, one change set after the other, with the schema before it.

#pragma once

#include <functional>
#include <vector>

#include "lint/input.h"
#include "unwedge/schema.h"

namespace unwedge::lint {

/// Lints, or explains, these files of one change set, and applies them to the catalog, which it may
/// settle.
using VisitChangeSet =
    std::function<void(const std::vector<const Input*>& files, schema::Catalog& catalog)>;

/// Leaves the catalog as it is after the last file. Ends early once `cancelled`, if set, returns
/// true. A file that cannot be read makes the catalog incomplete.
void walk_history(const InputHistory& history, schema::Catalog& catalog,
                  const VisitChangeSet& visit, const std::function<bool()>& cancelled = {});

}  // namespace unwedge::lint
