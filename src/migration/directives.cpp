// Reading the directive. Only Postgres's own scanner knows what is a comment: a string may hold the
// keyword too.

#include "migration/directives.h"

#include <algorithm>
#include <cstddef>

#include "sql/tokens.h"

namespace unwedge::migration {
namespace {

constexpr std::string_view kBlanks = " \t\r\f\v";

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

void read_item(std::string_view item, AckDirective& ack) {
  if (item.empty()) return;
  const std::size_t equals = item.find('=');
  if (equals == item.npos) {
    ack.rules.emplace_back(item);
    return;
  }
  const std::string_view key = trim(item.substr(0, equals));
  const std::string_view value = trim(item.substr(equals + 1));
  if (key == "until") {
    ack.until = value;
  } else if (key == "ticket") {
    ack.ticket = value;
  } else {
    ack.unknown_items.emplace_back(item);
  }
}

/// Reads what follows the keyword: "(…): reason" or ": reason".
void read_directive(std::string_view rest, AckDirective& ack) {
  rest = trim(rest);
  if (rest.starts_with('(')) {
    const std::size_t close = rest.find(')');
    if (close == rest.npos) {
      ack.well_formed = false;
      return;
    }
    std::string_view items = rest.substr(1, close - 1);
    while (!items.empty()) {
      const std::size_t comma = items.find(',');
      read_item(trim(items.substr(0, comma)), ack);
      if (comma == items.npos) break;
      items.remove_prefix(comma + 1);
    }
    rest = trim(rest.substr(close + 1));
  }
  if (!rest.starts_with(':')) {
    // `migration-unsafe-ack` alone: what is missing is the reason.
    ack.well_formed = rest.empty();
    return;
  }
  ack.reason = trim(rest.substr(1));
}

/// One line of a comment, without the comment's own delimiters.
void read_line(std::string_view text, Span line, Span comment,
               std::vector<AckDirective>& directives) {
  std::string_view body = slice(text, line);
  const std::size_t keyword = body.find(kAckKeyword);
  if (keyword == body.npos) return;
  if (body.substr(0, keyword).find_first_not_of(" \t-/*#!") != std::string_view::npos) return;
  if (body.ends_with("*/")) body.remove_suffix(2);
  const std::size_t after = keyword + kAckKeyword.size();
  // A longer word is another one.
  if (after < body.size() && kBlanks.find(body[after]) == kBlanks.npos && body[after] != '(' &&
      body[after] != ':') {
    return;
  }
  AckDirective& ack = directives.emplace_back();
  const std::size_t end = body.find_last_not_of(kBlanks) + 1;
  ack.span = {line.begin + static_cast<std::uint32_t>(keyword),
              line.begin + static_cast<std::uint32_t>(end)};
  ack.comment = comment;
  read_directive(body.substr(after, end > after ? end - after : 0), ack);
}

void read_comment(std::string_view text, Span comment, std::vector<AckDirective>& directives) {
  std::size_t begin = comment.begin;
  while (begin < comment.end) {
    const std::size_t line_end = std::min<std::size_t>(text.find('\n', begin), comment.end);
    read_line(text, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(line_end)},
              comment, directives);
    begin = line_end + 1;
  }
}

}  // namespace

std::vector<AckDirective> ack_directives(std::string_view text, Span region) {
  std::vector<AckDirective> directives;
  // Hardly any file has one: the scanner is not needed then.
  if (slice(text, region).find(kAckKeyword) == std::string_view::npos) return directives;
  sql::Scanner scanner(text, region);
  for (sql::Token token = scanner.next();
       token.kind != sql::TokenKind::kEnd && token.kind != sql::TokenKind::kError;
       token = scanner.next()) {
    if (token.kind == sql::TokenKind::kComment) read_comment(text, token.span, directives);
  }
  return directives;
}

}  // namespace unwedge::migration
