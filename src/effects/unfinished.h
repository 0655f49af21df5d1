// What a statement leaves for the end of its transaction, and what cannot be done until then.

#pragma once

#include <optional>
#include <string_view>

#include "effects/prediction.h"
#include "unwedge/effects.h"
#include "unwedge/schema.h"
#include "unwedge/session.h"
#include "unwedge/statement.h"

namespace unwedge::effects {

/// Adds to the effects the events that the statement leaves pending, and the enum values that it
/// adds.
void leave_unfinished(const Statement& statement, const Prediction& prediction, Effects& effects);

/// The refusal of a use of an enum value that the same transaction added; `sql` is the statement's
/// own text.
std::optional<Refusal> new_enum_value_refusal(const Statement& statement, std::string_view sql,
                                              const schema::Catalog& before, const Session& session,
                                              PgVersion version);

}  // namespace unwedge::effects
