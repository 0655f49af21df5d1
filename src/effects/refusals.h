// The statements that the server refuses because of the transaction they are in, or are not in.

#pragma once

#include <optional>
#include <span>
#include <string>

#include "unwedge/effects.h"
#include "unwedge/schema.h"
#include "unwedge/session.h"
#include "unwedge/statement.h"

namespace unwedge::effects {

/// Where the relations of a statement are looked up; without a catalog nothing is known of them.
struct Lookup {
  const schema::Catalog* catalog = nullptr;
  std::span<const std::string> search_path;
};

/// The refusal, or nothing when the statement may run in this transaction. In an assumed
/// transaction the refusal is only possible.
std::optional<Refusal> transaction_refusal(const Statement& statement,
                                           const TransactionState& transaction, PgVersion version,
                                           const Lookup& lookup = {});

/// True when the server refuses the statement in a transaction block. Where it runs, it commits.
bool refused_in_block(const Statement& statement, PgVersion version, const Lookup& lookup = {});

/// True when a statement that is refused in a block commits and begins transactions as it runs.
bool has_own_transactions(const Statement& statement);

}  // namespace unwedge::effects
