// How many rows a WHERE clause can select, judged by its own text. A comparison with a constant
// bounds the rows only if the column is a key; which columns are keys is for src/effects to say.

#include <algorithm>
#include <array>
#include <utility>

#include "sql/lower.h"

namespace unwedge::sql {
namespace {

using Kind = Expression::Kind;

struct Bound {
  RowBound rows = RowBound::kUnbounded;
  std::vector<Name> keys;
};

/// A single value that does not depend on the row: a literal, now(), a scalar subquery.
bool is_constant(const Expression& expression) {
  return !any_part(expression, [](const Expression& part) {
    switch (part.kind) {
      case Kind::kColumn:
      case Kind::kStar: return true;
      case Kind::kSubquery: return part.name != "scalar";
      case Kind::kOther: return part.operands.empty();
      default: return false;
    }
  });
}

bool is_boolean(const Expression& expression) {
  return expression.kind == Kind::kConstant &&
         (expression.text == "true" || expression.text == "false");
}

/// The columns that a comparison pins: `c`, `lower(c)`, `c::text`, `(a, b)`.
void add_columns(const Expression& expression, std::vector<Name>& keys) {
  (void)any_part(expression, [&keys](const Expression& part) {
    if (part.kind == Kind::kColumn) keys.push_back(part.name);
    return false;
  });
}

bool mentions_column(const Expression& expression) {
  return any_part(expression, [](const Expression& part) { return part.kind == Kind::kColumn; });
}

Bound by_key(const Expression& compared) {
  Bound bound{.rows = RowBound::kByKey};
  // In `data ->> 'id' = 'x'` the column itself is not compared.
  if (compared.kind != Kind::kOperator) add_columns(compared, bound.keys);
  return bound;
}

Bound comparison(const Expression& expression) {
  if (expression.operands.size() != 2) return {};
  const Expression* left = &expression.operands.front();
  const Expression* right = &expression.operands[1];
  if (is_constant(*left)) std::swap(left, right);
  if (expression.name != "=" || !mentions_column(*left) || !is_constant(*right)) return {};
  // Half of all rows may be true.
  if (is_boolean(*right)) return {};
  return by_key(*left);
}

Bound membership(const Expression& expression) {
  if (expression.negated || expression.operands.size() < 2) return {};
  const bool bounded = std::all_of(
      expression.operands.begin() + 1, expression.operands.end(), [](const Expression& element) {
        return element.kind == Kind::kSubquery ? element.limited : is_constant(element);
      });
  return bounded ? by_key(expression.operands[0]) : Bound{};
}

/// -1 for an upper bound, +1 for a lower one, with the column; 0 when it is no such comparison.
std::pair<int, Name> half_range(const Expression& expression) {
  if (expression.kind != Kind::kOperator || expression.operands.size() != 2) return {};
  int direction = 0;
  if (expression.name == "<" || expression.name == "<=") direction = -1;
  if (expression.name == ">" || expression.name == ">=") direction = 1;
  const Expression& left = expression.operands[0];
  const Expression& right = expression.operands[1];
  if (left.kind == Kind::kColumn && is_constant(right)) return {direction, left.name};
  if (right.kind == Kind::kColumn && is_constant(left)) return {-direction, right.name};
  return {};
}

Bound bound_of_expression(const Expression& expression);

Bound conjunction(const Expression& expression) {
  Bound result;
  std::vector<std::pair<int, Name>> halves;
  for (const Expression& operand : expression.operands) {
    Bound bound = bound_of_expression(operand);
    if (bound.rows == RowBound::kBounded) return bound;
    if (bound.rows == RowBound::kByKey) {
      result.rows = RowBound::kByKey;
      result.keys.insert(result.keys.end(), bound.keys.begin(), bound.keys.end());
    }
    if (const auto half = half_range(operand); half.first != 0) {
      const std::pair<int, Name> other{-half.first, half.second};
      if (std::find(halves.begin(), halves.end(), other) != halves.end()) {
        result.rows = RowBound::kByKey;
        result.keys.push_back(half.second);
      }
      halves.push_back(half);
    }
  }
  return result;
}

/// Every branch must be bounded; only a column that all of them compare can be the key.
Bound disjunction(const Expression& expression) {
  Bound result = bound_of_expression(expression.operands.front());
  for (std::size_t i = 1; i < expression.operands.size(); ++i) {
    const Bound bound = bound_of_expression(expression.operands[i]);
    result.rows = std::max(result.rows, bound.rows);
    std::erase_if(result.keys, [&bound](Name key) {
      return bound.rows == RowBound::kByKey &&
             std::find(bound.keys.begin(), bound.keys.end(), key) == bound.keys.end();
    });
  }
  return result;
}

Bound bound_of_expression(const Expression& expression) {
  switch (expression.kind) {
    case Kind::kConstant:
      // WHERE false; WHERE CURRENT OF.
      return {.rows = expression.text == "true" ? RowBound::kUnbounded : RowBound::kBounded,
              .keys = {}};
    case Kind::kOperator: return comparison(expression);
    case Kind::kIn: return membership(expression);
    case Kind::kBetween:
      if (!expression.negated && expression.operands.size() == 3 &&
          expression.operands[0].kind == Kind::kColumn && is_constant(expression.operands[1]) &&
          is_constant(expression.operands[2])) {
        return by_key(expression.operands[0]);
      }
      return {};
    case Kind::kAnd: return conjunction(expression);
    case Kind::kOr: return expression.operands.empty() ? Bound{} : disjunction(expression);
    default: return {};
  }
}

}  // namespace

RowBound bound_of(const Expression& where, std::vector<Name>& key_columns) {
  Bound bound = bound_of_expression(where);
  key_columns.insert(key_columns.end(), bound.keys.begin(), bound.keys.end());
  return bound.rows;
}

}  // namespace unwedge::sql
