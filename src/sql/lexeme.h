// The lexemes of SQL as psql reads them (fe_utils/psqlscan.l): just enough to know what is inside a
// quote or a comment and what is not. Unlike the Postgres scanner in tokens.h it copies nothing and
// can begin anywhere, so that it copes with texts that are SQL only in part.

#pragma once

#include <cstdint>
#include <string_view>

#include "text/characters.h"
#include "unwedge/span.h"

namespace unwedge::sql {

enum class LexemeKind : std::uint8_t {
  kComment,
  kString,        ///< 'x', E'x'
  kDollarString,  ///< $tag$x$tag$
  kQuotedName,
  kWord,  ///< a keyword, an identifier, or the prefix of a string other than E
  kNumber,
  kOther,         ///< one byte of an operator or punctuation
  kUnterminated,  ///< a quote or comment without an end: the rest of the text
};

struct Lexeme {
  LexemeKind kind = LexemeKind::kOther;
  Span span;
};

using text::is_blank;

/// What begins at `at`, which is before `end` and no blank.
Lexeme lexeme_at(std::string_view text, std::uint32_t at, std::uint32_t end);

/// True when text[span] is this word, in any case; `word` in lower case.
bool says(std::string_view text, Span span, std::string_view word);

}  // namespace unwedge::sql
