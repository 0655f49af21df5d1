// UTF-8: the check that a file must pass, and the step from one character to the next for those who
// need to know what the characters are.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace unwedge::text {

/// At the beginning of a text: no character of it.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// True for the second to fourth bytes of a character.
constexpr bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// True for the first byte of a character beyond U+FFFF, which UTF-16 writes as two units.
constexpr bool is_four_byte_lead(char byte) { return static_cast<unsigned char>(byte) >= 0xF0U; }

struct Character {
  char32_t code_point = 0;
  std::size_t size = 0;  ///< in bytes; 1 when it is not valid
  bool valid = true;     ///< false: the byte belongs to no character; code_point is U+FFFD
};

/// The character that begins at `offset`, which must lie within the text. Strict: overlong forms,
/// surrogates and what lies beyond U+10FFFF are not valid.
Character character_at(std::string_view text, std::size_t offset);

/// The length of the longest prefix that is valid UTF-8.
std::size_t valid_utf8_prefix(std::string_view text);

/// True when no byte is beyond 0x7F.
bool is_ascii(std::string_view text);

/// Writes the character as UTF-8.
void append_utf8(std::string& out, char32_t code_point);

}  // namespace unwedge::text
