// What code does that a statement runs: the body of a DO block, or of a function or procedure that
// an earlier statement has created. Its effects become those of the statement.

#pragma once

#include <string_view>

#include "unwedge/effects.h"
#include "unwedge/schema.h"
#include "unwedge/session.h"
#include "unwedge/statement.h"

namespace unwedge::timeline {

/// Runs what the statement calls, if it calls anything that the catalog has the source of: applies
/// it to the catalog, and adds its effects to those of the statement. Without `effects` it is only
/// applied. Arguments are not known, and calls are followed a few levels deep, so many in all.
/// `caught`: in a block with handlers.
void follow_calls(const Statement& statement, const Session& session, PgVersion postgres,
                  schema::Catalog& catalog, Effects* effects, bool caught = false);

/// Whether what DO or CALL runs in this transaction may end it.
bool may_end(const TransactionState& transaction);

/// The effects of a statement, and of all that it runs, in one: what tests hold against a server,
/// which shows no more of it. `text` is what its spans are places in.
Effects effects_with_bodies(const Statement& statement, std::string_view text,
                            const schema::Catalog& before, const Session& session,
                            PgVersion postgres);

}  // namespace unwedge::timeline
