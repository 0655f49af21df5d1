// What a condition of PL/pgSQL says about the rows of a table: EXISTS (SELECT …), a count that is
// compared with 0, FOUND, or a variable that was set to one of these.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/arena.h"
#include "unwedge/expression.h"
#include "unwedge/name.h"

namespace unwedge::sql {

/// SELECT … FROM table [WHERE …], without anything else that adds or leaves out rows.
struct RowQuery {
  QualifiedName table;
  std::optional<Expression> where;
};

/// The expression that a name in a condition stands for; "": that is not known.
using VariableMeaning = std::function<std::string(Name)>;

/// The queries that must have had no row if the condition is true, or if it is not. Those that are
/// not understood are left out.
std::vector<RowQuery> queries_without_row(std::string_view condition, bool is_true,
                                          const VariableMeaning& meaning, Arena& arena);

}  // namespace unwedge::sql
