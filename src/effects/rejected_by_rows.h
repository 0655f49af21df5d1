// The subcommands that the server carries out on an empty table only, and which tables are empty.

#pragma once

#include <vector>

#include "effects/prediction.h"
#include "unwedge/effects.h"
#include "unwedge/statement.h"

namespace unwedge::effects {

/// Adds to the effects the tables that the statement empties or fills, for what comes after it.
void note_rows(const Statement& statement, const Prediction& prediction, Effects& effects);

std::vector<RejectedByRows> rejected_by_rows(const Statement& statement,
                                             const Prediction& prediction);

}  // namespace unwedge::effects
