// Splits text into statements at its semicolons, as psql does: not inside parentheses, quotes,
// comments or a BEGIN ATOMIC body. Needed where the grammar cannot say where a statement ends:
// after an error, and for texts too large to be parsed in one go.

#pragma once

#include <string_view>
#include <vector>

#include "unwedge/span.h"

namespace unwedge::sql {

struct RawStatement {
  Span span;                  ///< from the first token to the last; comments at the ends left out
  bool has_semicolon = true;  ///< the text ended, or could not be scanned, before one
  std::vector<Span> inner;    ///< the parts between semicolons inside its parentheses, if any
};

/// The statements of text[region]; empty ones are left out.
std::vector<RawStatement> split_statements(std::string_view text, Span region);

}  // namespace unwedge::sql
