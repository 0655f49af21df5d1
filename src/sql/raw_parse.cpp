// See raw_parse.h.

#include "sql/raw_parse.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "sql/endless_operator.h"
#include "text/utf8.h"

namespace unwedge::sql {
namespace {

constexpr std::string_view kNear = "at or near \"";

/// Where the character of that number begins, as Postgres counts (pg_mbstrlen_with_len): by the
/// first bytes, and a byte that stands for another is a character of its own.
std::uint32_t offset_of_character(std::string_view text, std::uint32_t number) {
  std::size_t at = 0;
  for (; number > 0 && at < text.size(); --number) {
    const auto first = static_cast<unsigned char>(text[at]);
    at += first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  }
  return static_cast<std::uint32_t>(std::min(at, text.size()));
}

/// Where the parser's error points: the token that its message names, or the last character.
Span error_span(std::string_view text, Span piece, const PgQueryError& error) {
  std::uint32_t begin = piece.begin;
  if (error.cursorpos > 0) {
    begin +=
        offset_of_character(slice(text, piece), static_cast<std::uint32_t>(error.cursorpos - 1));
  }
  const std::string_view message = error.message;
  std::uint32_t size = 1;
  if (const std::size_t near = message.find(kNear); near != message.npos) {
    const std::string_view token =
        message.substr(near + kNear.size(), message.size() - near - kNear.size() - 1);
    // An unterminated quote is named to the end of the text: its first line is enough.
    size = static_cast<std::uint32_t>(std::min(token.size(), token.find_first_of("\r\n")));
  }
  if (begin >= piece.end && piece.end > piece.begin) {  // "at end of input"
    begin = piece.end - 1;
    while (begin > piece.begin && text::is_continuation(text[begin])) --begin;
  }
  std::uint32_t end = std::min(begin + std::max(size, 1U), piece.end);
  while (end < piece.end && text::is_continuation(text[end])) ++end;
  return {begin, end};
}

/// The parser's message; an unterminated quote, which it repeats to the end of the text, cut short.
std::string message_of(const PgQueryError& error) {
  constexpr std::size_t kMostBytes = 80;
  std::string message = error.message;
  const std::size_t near = message.find(kNear);
  if (near == message.npos) return message;
  const std::size_t token = near + kNear.size();
  std::size_t end = std::min(message.find_first_of("\r\n", token), token + kMostBytes);
  if (end >= message.size()) return message;
  while (end > token && text::is_continuation(message[end])) --end;
  return message.replace(end, message.npos, "…\"");
}

}  // namespace

RawParse raw_parse(std::string_view text, Span piece, int mode) {
  const std::string copy(slice(text, piece));
  if (const std::size_t endless = find_endless_operator(copy); endless != copy.npos) {
    const std::uint32_t at = piece.begin + static_cast<std::uint32_t>(endless);
    return {.error = "an operator or a nest of comments is too long", .error_span = {at, at + 1}};
  }
  const PgQueryInternalParsetreeAndError parsed =
      pg_query_raw_parse(copy.c_str(), mode | PG_QUERY_DISABLE_ESCAPE_STRING_WARNING);
  std::free(parsed.stderr_buffer);  // NOLINT(*-no-malloc): C's, and empty; but ours to free
  if (parsed.error == nullptr) return {.tree = parsed.tree, .error = {}, .error_span = {}};
  RawParse failed{.error = message_of(*parsed.error),
                  .error_span = error_span(text, piece, *parsed.error)};
  pg_query_free_error(parsed.error);
  return failed;
}

}  // namespace unwedge::sql
