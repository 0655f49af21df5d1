// How many rows a write touches, with what is known of the table's keys.

#pragma once

#include "unwedge/effects.h"
#include "unwedge/schema.h"
#include "unwedge/statement.h"

namespace unwedge::effects {

enum class RowCount : std::uint8_t {
  kFew,       ///< bounded by constants or by a key
  kPossible,  ///< equal to a constant in a column that may not be a key
  kMany,      ///< in proportion to a table
};

/// `relation` is what is known of the target; null when nothing is.
RowCount estimate_rows(const Write& write, const schema::Relation* relation);

}  // namespace unwedge::effects
