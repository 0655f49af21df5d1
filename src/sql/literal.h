// What a string literal says, and where in the text each byte of it stands.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "unwedge/span.h"

namespace unwedge::sql {

struct Literal {
  std::string value;
  std::vector<std::uint32_t> places;  ///< of each byte of the value in the text

  /// The value's place when it is written as it is: without escapes, in one piece.
  [[nodiscard]] Span verbatim() const;
};

/// Reads 'plain', E'escaped' and $tag$dollar-quoted$tag$ literals, and what is continued on a later
/// line. `token` is its place in the text. U&'…' is read as if it were plain.
Literal read_literal(std::string_view text, Span token);

/// SQL with as many bytes as the literal that says it, so that each token begins where it does in
/// the literal; blanks fill the rest. Tokens are placed as a whole: what is inside a string of that
/// SQL is a little too far to the left when it has escapes itself.
std::string laid_out(const Literal& literal, Span token);

}  // namespace unwedge::sql
