// Whether an expression is volatile: ADD COLUMN then computes its default for every row.

#pragma once

#include "effects/prediction.h"
#include "unwedge/expression.h"

namespace unwedge::effects {

/// As contain_volatile_functions (optimizer/util/clauses.c) finds the planned expression to be.
Answer is_volatile(const Expression& expression, const Prediction& prediction);

}  // namespace unwedge::effects
