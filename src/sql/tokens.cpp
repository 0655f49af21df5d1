// The C++ face of pg_scanner.c.

#include "sql/tokens.h"

#include <algorithm>

#include "sql/endless_operator.h"
#include "sql/pg_scanner.h"
#include "text/characters.h"

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

/// How far behind a token the scanner looks for the rest of it: blanks and comments.
constexpr std::uint32_t kLookahead = 4096;

}  // namespace

Scanner::Scanner(std::string_view text, Span region, std::uint32_t window)
    : text_(text),
      region_(region),
      reached_(region.begin),
      size_(std::max(window, kLookahead * 2)) {
  region_.end = std::min(region.end, static_cast<std::uint32_t>(text.size()));
  open(region.begin, size_);
}

Scanner::~Scanner() { close(); }

void Scanner::open(std::uint32_t begin, std::uint64_t size) {
  close();
  const std::uint32_t rest = region_.end - std::min(begin, region_.end);
  // A remainder that is not worth a window of its own belongs to this one.
  const bool is_last = rest <= size + size / 2;
  window_ = {begin, begin + (is_last ? rest : static_cast<std::uint32_t>(size))};
  std::string_view part = slice(text_, window_);
  if (const std::size_t endless = find_endless_operator(part); endless != part.npos) {
    part = part.substr(0, endless);
    window_.end = begin + static_cast<std::uint32_t>(endless);
    region_.end = window_.end;
    ends_in_error_ = true;
  }
  scanner_ = unwedge_scanner_open(part.data(), part.size());
}

void Scanner::close() {
  if (scanner_ != nullptr) unwedge_scanner_close(scanner_);
  scanner_ = nullptr;
}

Token Scanner::next_in_window() {
  if (scanner_ == nullptr) return {.kind = TokenKind::kError, .span = {reached_, reached_}};
  const UnwedgeToken token = unwedge_scanner_next(scanner_);
  return {.kind = kind_of(token.kind),
          .span = {.begin = window_.begin + static_cast<std::uint32_t>(token.begin),
                   .end = window_.begin + static_cast<std::uint32_t>(token.end)}};
}

bool Scanner::may_be_cut(const Token& token) const {
  if (window_.end >= region_.end) return false;
  const bool at_end = token.kind == TokenKind::kEnd || token.kind == TokenKind::kError;
  return at_end || window_.end - token.span.end < kLookahead;
}

Token Scanner::next() {
  Token token = next_in_window();
  while (may_be_cut(token)) {
    // A token that fills the window needs a larger one.
    const bool fills = reached_ == window_.begin;
    open(reached_, fills ? std::uint64_t{2} * window_.size() : size_);
    token = next_in_window();
  }
  if (ends_in_error_ && token.kind == TokenKind::kEnd) token.kind = TokenKind::kError;
  reached_ = token.span.end;
  return token;
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
  return text::is_same_word(slice(text, token.span), word);
}

bool is_char(std::string_view text, const Token& token, char character) {
  return token.kind == TokenKind::kOther && token.span.size() == 1 &&
         text[token.span.begin] == character;
}

}  // namespace unwedge::sql
