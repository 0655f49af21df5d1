// Scalar expressions, reduced to what a rule or the model of effects may ask of them: which columns
// and functions they use, whether they are constant, what their conjuncts say. Whatever has no
// room here becomes kOther and keeps its operands, so that nothing used inside it is lost.

#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "unwedge/name.h"
#include "unwedge/span.h"

namespace unwedge {

struct Expression {
  enum class Kind {
    kConstant,   ///< `text` is the literal; a parameter such as $1 too
    kNull,       ///< the constant NULL
    kColumn,     ///< `name`: the column; `schema`: the table or alias in front of it, if any
    kStar,       ///< `*` or `t.*`
    kCall,       ///< `schema`.`name`(operands)
    kCast,       ///< operands[0]::`name`; without a name: operands[0] COLLATE …
    kOperator,   ///< operands[0] `name` operands[1], or `name` operands[0]
    kAnd,        ///< flattened: two or more operands
    kOr,         ///< flattened: two or more operands
    kNot,        ///< NOT operands[0]
    kIsNull,     ///< operands[0] IS NULL
    kIsNotNull,  ///< operands[0] IS NOT NULL
    kIn,         ///< operands[0] IN (operands[1], …); also = ANY (ARRAY[…])
    kBetween,    ///< operands[0] BETWEEN operands[1] AND operands[2]
    kArray,      ///< ARRAY[operands…], or a list
    kRow,        ///< ROW(operands…)
    kSubquery,   ///< a query: its relations are in the statement's `reads`; operands: none
    kOther,      ///< anything else, or nested too deeply to follow; `name`: "case", if it is one
  };

  Kind kind = Kind::kOther;
  Name schema;
  Name name;
  std::string_view text;  ///< kConstant: the value without quotes
  bool negated = false;   ///< NOT IN, NOT BETWEEN
  bool limited = false;   ///< kSubquery: it has a LIMIT with a constant
  std::vector<Expression> operands;
  Span span;
  /// All of it as the file has it, of one that the catalog keeps; "": it was not found.
  std::string_view source{};
};

/// True when `test` holds for the expression itself or any part of it.
template <typename Test>
bool any_part(const Expression& expression, const Test& test) {
  return test(expression) ||
         std::any_of(expression.operands.begin(), expression.operands.end(),
                     [&test](const Expression& operand) { return any_part(operand, test); });
}

/// True when the expression can only be true if `column` is not null because it says so: it is
/// `column IS NOT NULL` in any of its spellings, or an AND with one branch that does, or an OR of
/// which every branch does. This is the part of predicate_implied_by (optimizer/util/predtest.c)
/// that NotNullImpliedByRelConstraints (commands/tablecmds.c) depends on for a plain column.
bool implies_not_null(const Expression& expression, Name column);

}  // namespace unwedge
