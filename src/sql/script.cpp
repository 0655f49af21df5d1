// Parsing with recovery. A text is parsed in one go where that works: that is the fast case. Where
// the grammar rejects it, or it is very large, it is split into statements first, so that an error
// costs only its own statement and memory is bounded by a chunk, not by the file.

#include "sql/script.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "sql/lower.h"
#include "sql/split.h"
#include "sql/tokens.h"
#include "text/line_index.h"
#include "text/utf8.h"

namespace unwedge::sql {
namespace {

/// Texts up to this size are parsed whole; larger ones in chunks of about this size.
constexpr std::uint32_t kChunkBytes = 1U << 18U;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/// The beginning of the first token at or after `offset`.
std::uint32_t skip_blanks_and_comments(std::string_view text, std::uint32_t offset,
                                       std::uint32_t end) {
  while (offset < end) {
    if (is_blank(text[offset])) {
      ++offset;
    } else if (text.substr(offset, 2) == "--") {
      const std::size_t line_end = text.find_first_of("\r\n", offset);
      offset = static_cast<std::uint32_t>(std::min<std::size_t>(line_end, end));
    } else if (text.substr(offset, 2) == "/*") {
      Scanner scanner(text, {offset, end});
      offset = scanner.next().span.end;
    } else {
      break;
    }
  }
  return offset;
}

/// The statement's place from its first to its last token. The parser's own begins, before
/// Postgres 18, with the blanks and comments in front of it, and may end with others.
Span trimmed(std::string_view text, Span span, bool is_last) {
  span.begin = skip_blanks_and_comments(text, span.begin, span.end);
  const std::string_view body = slice(text, span);
  // Only a comment can hide the end; looking for one costs less than scanning each statement.
  if (is_last && (body.find("--") != body.npos || body.find("/*") != body.npos)) {
    const std::vector<Token> tokens = tokens_of(text, span);
    if (!tokens.empty()) span.end = tokens.back().span.end;
  }
  while (span.end > span.begin && is_blank(text[span.end - 1])) --span.end;
  return span;
}

/// A memory context of Postgres's, for as long as a parse tree is needed.
class MemoryContextScope {
 public:
  MemoryContextScope() : context_(pg_query_enter_memory_context()) {}
  ~MemoryContextScope() { pg_query_exit_memory_context(context_); }
  MemoryContextScope(const MemoryContextScope&) = delete;
  MemoryContextScope& operator=(const MemoryContextScope&) = delete;
  MemoryContextScope(MemoryContextScope&&) = delete;
  MemoryContextScope& operator=(MemoryContextScope&&) = delete;

 private:
  MemoryContext context_;
};

constexpr std::string_view kNear = "at or near \"";

/// Where the parser's error points: the token that its message names, or the last character.
Span error_span(std::string_view text, Span piece, const PgQueryError& error) {
  std::uint32_t begin = piece.begin;
  if (error.cursorpos > 0) {
    begin += text::offset_of_code_point(slice(text, piece),
                                        static_cast<std::uint32_t>(error.cursorpos - 1));
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

class ScriptParser {
 public:
  ScriptParser(std::string_view source, Script& script) : text_(source), script_(script) {}

  void parse(Span region) {
    if (region.size() <= kChunkBytes && parse_piece(region)) return;
    const std::vector<RawStatement> statements = split_statements(text_, region);
    for (std::size_t first = 0; first < statements.size();) {
      std::size_t last = first;
      while (last + 1 < statements.size() &&
             statements[last + 1].span.end - statements[first].span.begin <= kChunkBytes) {
        ++last;
      }
      const Span chunk = cover(statements[first].span, statements[last].span);
      if (region.size() <= kChunkBytes || first == last || !parse_piece(chunk)) {
        for (std::size_t i = first; i <= last; ++i) parse_one(statements[i]);
      }
      first = last + 1;
    }
  }

 private:
  /// Parses and lowers all statements of the piece; on an error returns false and adds none.
  bool parse_piece(Span piece) {
    const MemoryContextScope memory;
    const std::string copy(slice(text_, piece));
    const PgQueryInternalParsetreeAndError parsed =
        pg_query_raw_parse(copy.c_str(), PG_QUERY_DISABLE_ESCAPE_STRING_WARNING);
    std::free(parsed.stderr_buffer);  // NOLINT(*-no-malloc): C's, and empty; but ours to free
    if (parsed.error != nullptr) {
      error_message_ = message_of(*parsed.error);
      error_span_ = error_span(text_, piece, *parsed.error);
      pg_query_free_error(parsed.error);
      return false;
    }
    const std::vector<const RawStmt*> statements = nodes_of<RawStmt>(parsed.tree);
    for (const RawStmt* raw : statements) {
      Span span{.begin = piece.begin + static_cast<std::uint32_t>(std::max(raw->stmt_location, 0)),
                .end = piece.end};
      if (raw->stmt_len > 0) span.end = span.begin + static_cast<std::uint32_t>(raw->stmt_len);
      span = trimmed(text_, span, raw->stmt_len == 0);
      script_.statements.push_back(
          lower_statement(*raw, span, *script_.storage, text_, piece.begin));
    }
    return true;
  }

  void parse_one(const RawStatement& statement) {
    if (parse_piece(statement.span)) return;
    add_error(statement.span);
    // A parenthesis that was never closed hides the semicolons behind it: what stands between
    // them may still be whole statements.
    for (const Span& part : statement.inner) {
      if (part.begin != statement.span.begin) parse_piece(part);
    }
  }

  void add_error(Span statement) {
    Statement& rejected = script_.statements.emplace_back();
    rejected.span = statement;
    rejected.keyword_span = leading_words(text_, statement);
    rejected.node =
        SyntaxError{.message = script_.storage->copy(error_message_), .at = error_span_};
  }

  std::string_view text_;
  Script& script_;
  std::string error_message_;
  Span error_span_;
};

}  // namespace

Script parse_script(std::string_view text, Span region) {
  Script script;
  ScriptParser(text, script).parse(region);
  return script;
}

}  // namespace unwedge::sql
