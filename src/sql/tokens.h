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

/// Reads the tokens of text[region], comments included, one after the other. Postgres's scanner
/// works on a copy of its text: of a long one it is given a window at a time, which begins at a
/// token.
class Scanner {
 public:
  static constexpr std::uint32_t kWindowBytes = 1U << 20U;

  /// `window`: how much of the text to scan at a time, at first.
  Scanner(std::string_view text, Span region, std::uint32_t window = kWindowBytes);
  ~Scanner();
  Scanner(const Scanner&) = delete;
  Scanner& operator=(const Scanner&) = delete;
  Scanner(Scanner&&) = delete;
  Scanner& operator=(Scanner&&) = delete;

  /// The next token; its span counts from the beginning of the text. After kEnd or kError comes
  /// nothing more.
  Token next();

 private:
  void open(std::uint32_t begin, std::uint64_t size);
  void close();
  /// The next token of the window.
  Token next_in_window();
  /// What follows a token may belong to it: a string goes on after a line feed.
  [[nodiscard]] bool may_be_cut(const Token& token) const;

  std::string_view text_;
  Span region_;
  Span window_;
  std::uint32_t reached_;       ///< the end of the last token
  std::uint32_t size_;          ///< of the windows
  bool ends_in_error_ = false;  ///< the region was cut where the scanner would not come to an end
  UnwedgeScanner* scanner_ = nullptr;
};

/// All tokens of text[region] but comments, up to the end or the first that is in error.
std::vector<Token> tokens_of(std::string_view text, Span region);

/// True when the token is this word, in any case; `word` in lower case.
bool is_word(std::string_view text, const Token& token, std::string_view word);

/// True when the token is this punctuation character.
bool is_char(std::string_view text, const Token& token, char character);

}  // namespace unwedge::sql
