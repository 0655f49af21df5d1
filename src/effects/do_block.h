// DO: the effects of the statements inside.

#pragma once

#include "unwedge/effects.h"
#include "unwedge/schema.h"
#include "unwedge/session.h"
#include "unwedge/statement.h"

namespace unwedge::effects {

Effects effects_of_block(const DoBlock& block, Span statement, const schema::Catalog& before,
                         const Session& session, PgVersion version);

}  // namespace unwedge::effects
