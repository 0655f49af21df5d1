// One statement or expression inside a body of PL/pgSQL, through Postgres's grammar. Internal to
// this folder.

#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string_view>

#include "sql/arena.h"
#include "sql/dialect.h"
#include "unwedge/statement.h"

namespace unwedge::sql {

struct Fragment {
  std::optional<Statement> statement;  ///< an expression is a SELECT of it
  std::optional<Expression> value;     ///< of an expression that is one value
  std::optional<SyntaxError> error;
};

/// `values`: of placeholders; null: none are known.
Fragment parse_statement(std::string_view text, Span region, Arena& arena,
                         const std::set<Name>& variables, const PlaceholderValues* values);

/// What the server makes a SELECT of: also `count(*) FROM t WHERE …`. Its value keeps the names of
/// variables.
Fragment parse_expression(std::string_view text, Span region, Arena& arena,
                          const std::set<Name>& variables, const PlaceholderValues* values);

}  // namespace unwedge::sql
