// See lexeme.h.

#include "sql/lexeme.h"

#include <algorithm>
#include <cstddef>

namespace unwedge::sql {
namespace {

using text::is_digit;
using text::is_letter;

/// A dollar sign continues an identifier, but not a tag.
constexpr bool continues_tag(char c) { return is_letter(c) || is_digit(c); }

class Reader {
 public:
  Reader(std::string_view text, std::uint32_t begin, std::uint32_t end)
      : text_(text.substr(0, end)), begin_(begin) {}

  [[nodiscard]] Lexeme read() const {
    const char c = text_[begin_];
    const char next = begin_ + 1 < text_.size() ? text_[begin_ + 1] : '\0';
    if (c == '\'') return quote('\'', LexemeKind::kString);
    if (c == '"') return quote('"', LexemeKind::kQuotedName);
    if (c == '-' && next == '-') {
      return to(LexemeKind::kComment, text_.find_first_of("\r\n", begin_));
    }
    if (c == '/' && next == '*') return block_comment();
    if (c == '$') return dollar();
    if (text::to_lower(c) == 'e' && next == '\'') return escape_string();
    if (is_letter(c)) return word();
    if (is_digit(c)) return number();
    return to(LexemeKind::kOther, begin_ + 1);
  }

 private:
  /// `end` may be npos, for the end of the text.
  [[nodiscard]] Lexeme to(LexemeKind kind, std::size_t end) const {
    return {.kind = kind,
            .span = {begin_, static_cast<std::uint32_t>(std::min(end, text_.size()))}};
  }
  [[nodiscard]] Lexeme unterminated() const { return to(LexemeKind::kUnterminated, text_.npos); }

  /// Two quotes in a quote are one.
  [[nodiscard]] Lexeme quote(char mark, LexemeKind kind) const {
    for (std::size_t at = begin_ + std::size_t{1};; at += 2) {
      at = text_.find(mark, at);
      if (at == text_.npos) return unterminated();
      if (at + 1 >= text_.size() || text_[at + 1] != mark) return to(kind, at + 1);
    }
  }

  [[nodiscard]] Lexeme escape_string() const {
    for (std::size_t at = begin_ + std::size_t{2};; at += 2) {
      at = text_.find_first_of("'\\", at);
      if (at == text_.npos) return unterminated();
      if (text_[at] == '\\') continue;
      if (at + 1 >= text_.size() || text_[at + 1] != '\'') return to(LexemeKind::kString, at + 1);
    }
  }

  [[nodiscard]] Lexeme block_comment() const {
    int depth = 1;
    for (std::size_t at = begin_ + std::size_t{2}; at + 1 < text_.size();) {
      const std::string_view two = text_.substr(at, 2);
      if (two == "/*") {
        ++depth;
        at += 2;
      } else if (two == "*/") {
        at += 2;
        if (--depth == 0) return to(LexemeKind::kComment, at);
      } else {
        at = std::min(text_.find_first_of("*/", at + 1), text_.size());
      }
    }
    return unterminated();
  }

  [[nodiscard]] Lexeme dollar() const {
    std::size_t at = begin_ + std::size_t{1};
    if (at < text_.size() && is_digit(text_[at])) {  // a parameter
      while (at < text_.size() && is_digit(text_[at])) ++at;
      return to(LexemeKind::kNumber, at);
    }
    if (at < text_.size() && is_letter(text_[at])) {
      while (at < text_.size() && continues_tag(text_[at])) ++at;
    }
    if (at >= text_.size() || text_[at] != '$') return to(LexemeKind::kOther, begin_ + 1);
    const std::string_view tag = text_.substr(begin_, at + 1 - begin_);
    const std::size_t end = text_.find(tag, at + 1);
    return end == text_.npos ? unterminated() : to(LexemeKind::kDollarString, end + tag.size());
  }

  /// A placeholder such as ${x} is no part of the word before it.
  [[nodiscard]] Lexeme word() const {
    std::size_t at = begin_;
    while (at < text_.size() && (continues_tag(text_[at]) || text_[at] == '$')) {
      if (text_.substr(at, 2) == "${") break;
      ++at;
    }
    return to(LexemeKind::kWord, at);
  }

  [[nodiscard]] Lexeme number() const {
    std::size_t at = begin_;
    while (at < text_.size() && continues_tag(text_[at])) ++at;
    return to(LexemeKind::kNumber, at);
  }

  std::string_view text_;
  std::uint32_t begin_;
};

}  // namespace

Lexeme lexeme_at(std::string_view text, std::uint32_t at, std::uint32_t end) {
  return Reader(text, at, end).read();
}

bool says(std::string_view text, Span span, std::string_view word) {
  return text::is_same_word(slice(text, span), word);
}

}  // namespace unwedge::sql
