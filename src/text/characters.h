// What the characters of SQL are to Postgres's scanner (parser/scan.l), whatever the locale.

#pragma once

#include <algorithm>
#include <string_view>

namespace unwedge::text {

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What an identifier may begin with.
constexpr bool is_letter(char c) {
  const char lower = to_lower(c);
  return (lower >= 'a' && lower <= 'z') || c == '_' || static_cast<unsigned char>(c) >= 0x80U;
}

constexpr bool is_word_part(char c) { return is_letter(c) || is_digit(c) || c == '$'; }

/// `word` in lower case.
constexpr bool is_same_word(std::string_view text, std::string_view word) {
  return text.size() == word.size() && std::equal(text.begin(), text.end(), word.begin(),
                                                  [](char a, char b) { return to_lower(a) == b; });
}

}  // namespace unwedge::text
