// The C++ face of pg_scanner.c.

#include "sql/tokens.h"

#include <algorithm>

#include "sql/pg_scanner.h"

namespace unwedge::sql {
namespace {

TokenKind kind_of(UnwedgeTokenKind kind) {
  switch (kind) {
    case UNWEDGE_TOKEN_END: return TokenKind::kEnd;
    case UNWEDGE_TOKEN_ERROR: return TokenKind::kError;
    case UNWEDGE_TOKEN_IDENTIFIER: return TokenKind::kIdentifier;
    case UNWEDGE_TOKEN_KEYWORD: return TokenKind::kKeyword;
    case UNWEDGE_TOKEN_STRING: return TokenKind::kString;
    case UNWEDGE_TOKEN_NUMBER: return TokenKind::kNumber;
    case UNWEDGE_TOKEN_COMMENT: return TokenKind::kComment;
    case UNWEDGE_TOKEN_OTHER: return TokenKind::kOther;
  }
  return TokenKind::kError;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

Scanner::Scanner(std::string_view text, Span region) : offset_(region.begin) {
  const std::string_view part = slice(text, region);
  scanner_ = unwedge_scanner_open(part.data(), part.size());
}

Scanner::~Scanner() { unwedge_scanner_close(scanner_); }

Token Scanner::next() {
  if (scanner_ == nullptr) return {.kind = TokenKind::kError, .span = {offset_, offset_}};
  const UnwedgeToken token = unwedge_scanner_next(scanner_);
  return {.kind = kind_of(token.kind),
          .span = {.begin = offset_ + static_cast<std::uint32_t>(token.begin),
                   .end = offset_ + static_cast<std::uint32_t>(token.end)}};
}

std::vector<Token> tokens_of(std::string_view text, Span region) {
  std::vector<Token> tokens;
  Scanner scanner(text, region);
  for (Token token = scanner.next();
       token.kind != TokenKind::kEnd && token.kind != TokenKind::kError; token = scanner.next()) {
    if (token.kind != TokenKind::kComment) tokens.push_back(token);
  }
  return tokens;
}

bool is_word(std::string_view text, const Token& token, std::string_view word) {
  if (token.kind != TokenKind::kKeyword && token.kind != TokenKind::kIdentifier) return false;
  const std::string_view written = slice(text, token.span);
  return written.size() == word.size() && std::equal(written.begin(), written.end(), word.begin(),
                                                     [](char a, char b) { return lower(a) == b; });
}

bool is_char(std::string_view text, const Token& token, char character) {
  return token.kind == TokenKind::kOther && token.span.size() == 1 &&
         text[token.span.begin] == character;
}

}  // namespace unwedge::sql
