// The statements that the server refuses because of the transaction they are in, or are not in.

#pragma once

#include <optional>

#include "unwedge/effects.h"
#include "unwedge/session.h"
#include "unwedge/statement.h"

namespace unwedge::effects {

/// The refusal, or nothing when the statement may run in this transaction. In an assumed
/// transaction the refusal is only possible.
std::optional<Refusal> transaction_refusal(const Statement& statement,
                                           const TransactionState& transaction, PgVersion version);

}  // namespace unwedge::effects
