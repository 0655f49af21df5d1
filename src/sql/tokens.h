// Tokens of SQL text with their exact places, from Postgres's own scanner.

#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "unwedge/span.h"

struct UnwedgeScanner;

namespace unwedge::sql {

enum class TokenKind : std::uint8_t {
  kEnd,
  kError,       ///< unterminated string, comment or quoted identifier: the rest of the text
  kIdentifier,  ///< quoted ones included
  kKeyword,
  kString,
  kNumber,
  kComment,
  kOther,  ///< operators and punctuation
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  Span span;
};

/// Reads the tokens of text[region], comments included, one after the other.
class Scanner {
 public:
  Scanner(std::string_view text, Span region);
  ~Scanner();
  Scanner(const Scanner&) = delete;
  Scanner& operator=(const Scanner&) = delete;
  Scanner(Scanner&&) = delete;
  Scanner& operator=(Scanner&&) = delete;

  /// The next token; its span counts from the beginning of the text. After kEnd or kError comes
  /// nothing more.
  Token next();

 private:
  UnwedgeScanner* scanner_;
  std::uint32_t offset_;
};

/// All tokens of text[region] but comments, up to the end or the first that is in error.
std::vector<Token> tokens_of(std::string_view text, Span region);

/// True when the token is this word, in any case; `word` in lower case.
bool is_word(std::string_view text, const Token& token, std::string_view word);

/// True when the token is this punctuation character.
bool is_char(std::string_view text, const Token& token, char character);

}  // namespace unwedge::sql
