// The statements that the server refuses because of what is there: what they name, or what depends
// on it.

#pragma once

#include <optional>

#include "unwedge/effects.h"
#include "unwedge/schema.h"
#include "unwedge/session.h"
#include "unwedge/statement.h"

namespace unwedge::effects {

/// The refusal because the server's grammar is older than the statement.
std::optional<Refusal> syntax_refusal(const Statement& statement, const schema::Catalog& before,
                                      const Session& session, PgVersion version);

/// The refusal whatever the transaction, or nothing when none is known.
std::optional<Refusal> schema_refusal(const Statement& statement, const schema::Catalog& before,
                                      const Session& session, PgVersion version);

}  // namespace unwedge::effects
