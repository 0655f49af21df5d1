// The model of Postgres: what one statement does.

#pragma once

#include "unwedge/effects.h"
#include "unwedge/schema.h"
#include "unwedge/session.h"
#include "unwedge/statement.h"

namespace unwedge::effects {

/// The effects of a statement on the schema `before` it, in this session, on a server of this
/// version. Relations that the catalog does not know are taken to exist.
Effects effects_of(const Statement& statement, const schema::Catalog& before,
                   const Session& session, PgVersion version);

}  // namespace unwedge::effects
