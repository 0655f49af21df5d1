// Places of parts that the parse tree keeps no location for, found again in the text.

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

#include "sql/lower.h"
#include "sql/tokens.h"

namespace unwedge::sql {
namespace {

bool is_identifier_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

std::size_t skip_blanks(std::string_view text, std::size_t offset) {
  while (offset < text.size() && std::isspace(static_cast<unsigned char>(text[offset])) != 0) {
    ++offset;
  }
  return offset;
}

std::size_t skip_comment(std::string_view text, std::size_t offset) {
  if (text.substr(offset, 2) == "--")
    return std::min(text.find_first_of("\r\n", offset), text.size());
  int depth = 0;
  while (offset < text.size()) {
    const std::string_view two = text.substr(offset, 2);
    if (two == "/*") ++depth;
    if (two == "*/") --depth;
    offset += two == "/*" || two == "*/" ? 2U : 1U;
    if (depth == 0) break;
  }
  return offset;
}

std::size_t skip_blanks_and_comments(std::string_view text, std::size_t offset) {
  for (;;) {
    offset = skip_blanks(text, offset);
    const std::string_view two = text.substr(offset, 2);
    if (two != "--" && two != "/*") return offset;
    offset = skip_comment(text, offset);
  }
}

/// Past one identifier, quoted or not.
std::size_t skip_identifier(std::string_view text, std::size_t offset) {
  if (text.substr(offset, 3) == "U&\"" || text.substr(offset, 3) == "u&\"") offset += 2;
  if (offset < text.size() && text[offset] == '"') {
    for (++offset; offset < text.size(); ++offset) {
      if (text[offset] != '"') continue;
      if (offset + 1 < text.size() && text[offset + 1] == '"') {
        ++offset;
      } else {
        return offset + 1;
      }
    }
    return offset;
  }
  while (offset < text.size() && is_identifier_byte(text[offset])) ++offset;
  return offset;
}

std::string upper(std::string_view word) {
  std::string result(word);
  for (char& c : result) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return result;
}

/// Words that say what kind of object a command is about: its name ends with them.
bool ends_command(std::string_view word) {
  static constexpr std::array<std::string_view, 34> kWords = {
      "AGGREGATE", "CAST",     "COLLATION", "CONVERSION",   "DATABASE", "DOMAIN",      "EXTENSION",
      "FUNCTION",  "GROUP",    "INDEX",     "INTO",         "FROM",     "LANGUAGE",    "OPERATOR",
      "OWNED",     "POLICY",   "PROCEDURE", "PUBLICATION",  "ROLE",     "ROUTINE",     "RULE",
      "SCHEMA",    "SEQUENCE", "SERVER",    "STATISTICS",   "SYSTEM",   "TABLE",       "TABLESPACE",
      "TRIGGER",   "TYPE",     "USER",      "SUBSCRIPTION", "VIEW",     "CONCURRENTLY"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

/// Words that may stand between the verb and the kind of object.
bool is_modifier(std::string_view word) {
  static constexpr std::array<std::string_view, 22> kWords = {
      "OR",         "REPLACE",  "UNIQUE",  "TEMP",        "TEMPORARY", "GLOBAL",
      "LOCAL",      "UNLOGGED", "FOREIGN", "EVENT",       "DEFAULT",   "RECURSIVE",
      "CONSTRAINT", "ACCESS",   "METHOD",  "DATA",        "WRAPPER",   "TEXT",
      "SEARCH",     "TRUSTED",  "LARGE",   "MATERIALIZED"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

}  // namespace

Span name_span(std::string_view text, Span at) {
  std::size_t end = skip_identifier(text, at.begin);
  for (;;) {
    const std::size_t dot = skip_blanks_and_comments(text, end);
    if (dot >= text.size() || text[dot] != '.') break;
    const std::size_t next = skip_identifier(text, skip_blanks_and_comments(text, dot + 1));
    if (next <= dot + 1) break;
    end = next;
  }
  return {at.begin, static_cast<std::uint32_t>(end)};
}

Span leading_words(std::string_view text, Span statement) {
  const std::string_view body = slice(text, statement);
  std::size_t end = skip_identifier(body, 0);
  bool object_kind_seen = false;
  for (int words = 1; words < 7; ++words) {
    const std::size_t begin = skip_blanks_and_comments(body, end);
    const std::size_t next = skip_identifier(body, begin);
    if (next == begin) break;
    const std::string word = upper(body.substr(begin, next - begin));
    const bool ends = ends_command(word);
    // After the kind of object only CONCURRENTLY belongs to the command.
    if (object_kind_seen ? word != "CONCURRENTLY" : !ends && !is_modifier(word)) break;
    end = next;
    object_kind_seen = object_kind_seen || ends;
  }
  if (end == 0) end = std::min<std::size_t>(body.size(), 1);
  return {statement.begin, statement.begin + static_cast<std::uint32_t>(end)};
}

Span find_word(std::string_view text, Span region, std::string_view word) {
  for (const Token& token : tokens_of(text, region)) {
    if (is_word(text, token, word)) return token.span;
  }
  return {};
}

std::vector<Span> action_spans(std::string_view text, Span statement, Span table) {
  const Span name = name_span(text, table);
  std::vector<Span> actions;
  Span current;
  int depth = 0;
  for (const Token& token : tokens_of(text, {name.end, statement.end})) {
    const bool is_star = actions.empty() && current.empty() && is_char(text, token, '*');
    if (is_star) continue;  // ALTER TABLE t * …: the old way to say "and its children"
    if (depth == 0 && is_char(text, token, ',')) {
      actions.push_back(current);
      current = {};
      continue;
    }
    if (is_char(text, token, '(') || is_char(text, token, '[')) ++depth;
    if (is_char(text, token, ')') || is_char(text, token, ']')) --depth;
    if (current.empty()) current.begin = token.span.begin;
    current.end = token.span.end;
  }
  actions.push_back(current);
  return actions;
}

Span generated_span(std::string_view text, Span statement, Span at) {
  Span span = at;
  int depth = 0;
  bool expression_seen = false;
  for (const Token& token : tokens_of(text, {at.begin, statement.end})) {
    if (depth == 0 && expression_seen) {
      // STORED and VIRTUAL may be left out for a VIRTUAL column.
      if (is_word(text, token, "stored") || is_word(text, token, "virtual"))
        span.end = token.span.end;
      break;
    }
    span.end = token.span.end;
    if (is_char(text, token, '(')) ++depth;
    if (is_char(text, token, ')') && --depth == 0) expression_seen = true;
  }
  return span;
}

Span literal_body(std::string_view text, Span statement, Span at, std::size_t body_size) {
  Scanner scanner(text, {at.begin, statement.end});
  const Token token = scanner.next();
  if (token.kind != TokenKind::kString || token.span.size() < body_size + 2) return {};
  const std::uint32_t quotes = token.span.size() - static_cast<std::uint32_t>(body_size);
  if (quotes % 2 != 0) return {};
  // 'body' has two quotes around it, $tag$body$tag$ as many bytes in front as behind.
  if (text[at.begin] != '$' && quotes != 2) return {};
  return {at.begin + quotes / 2, token.span.end - quotes / 2};
}

}  // namespace unwedge::sql
