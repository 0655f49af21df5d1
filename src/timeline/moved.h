// Statements that are executed from a text that is nowhere in the file as it is.

#pragma once

#include "unwedge/span.h"
#include "unwedge/statement.h"

namespace unwedge::timeline {

/// Lets the statement, and the parts of it that are pointed at, be there.
void move_to(Span place, Statement& statement);

}  // namespace unwedge::timeline
