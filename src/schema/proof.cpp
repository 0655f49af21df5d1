// What a CHECK proves of a column: the part of Postgres's predicate_implied_by
// (optimizer/util/predtest.c) that SET NOT NULL depends on.

#include <algorithm>

#include "unwedge/expression.h"

namespace unwedge {

bool implies_not_null(const Expression& expression, Name column) {
  using Kind = Expression::Kind;
  const auto implies = [column](const Expression& part) { return implies_not_null(part, column); };
  const auto is_column = [column](const Expression& part) {
    return part.kind == Kind::kColumn && part.name == column;
  };
  switch (expression.kind) {
    case Kind::kIsNotNull: {
      // ROW(a, b) IS NOT NULL says so of every field.
      const Expression& tested = expression.operands.front();
      if (tested.kind == Kind::kRow) {
        return std::any_of(tested.operands.begin(), tested.operands.end(), is_column);
      }
      return is_column(tested);
    }
    case Kind::kNot: {
      const Expression& negated = expression.operands.front();
      return negated.kind == Kind::kIsNull && is_column(negated.operands.front());
    }
    case Kind::kAnd:
      return std::any_of(expression.operands.begin(), expression.operands.end(), implies);
    case Kind::kOr:
      return !expression.operands.empty() &&
             std::all_of(expression.operands.begin(), expression.operands.end(), implies);
    default: return false;
  }
}

}  // namespace unwedge
