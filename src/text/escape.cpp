// Safe text is the rule and is copied in long runs; only the characters in question are looked at.

#include "text/escape.h"

#include <iterator>

#include <fmt/format.h>

#include "text/utf8.h"

namespace unwedge::text {
namespace {

constexpr char32_t kSpace = 0x20;
constexpr char32_t kDelete = 0x7F;

bool is_plain_ascii(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return value >= kSpace && value < kDelete;
}

}  // namespace

bool is_deceptive(char32_t code_point) {
  return (code_point >= kDelete && code_point <= 0x9F) ||   // DEL, C1 controls
         code_point == 0x2028 || code_point == 0x2029 ||    // line and paragraph separators
         (code_point >= 0x202A && code_point <= 0x202E) ||  // embeddings and overrides
         (code_point >= 0x2066 && code_point <= 0x2069);    // isolates
}

std::string escaped(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

void append_escaped(std::string& out, std::string_view text) {
  out.reserve(out.size() + text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = i;
    while (i < text.size() && is_plain_ascii(text[i])) ++i;
    out.append(text, begin, i - begin);
    if (i == text.size()) break;
    const Character character = character_at(text, i);
    append_escaped(out, character.code_point);
    i += character.size;
  }
}

void append_escaped(std::string& out, char32_t code_point) {
  constexpr char32_t kPictures = 0x2400;  // U+2400 is the picture of NUL, and so on
  constexpr char32_t kPictureOfDelete = 0x2421;
  if (code_point < kSpace) {
    append_utf8(out, kPictures + code_point);
  } else if (code_point == kDelete) {
    append_utf8(out, kPictureOfDelete);
  } else if (is_deceptive(code_point)) {
    fmt::format_to(std::back_inserter(out), "<U+{:04X}>", static_cast<unsigned>(code_point));
  } else {
    append_utf8(out, code_point);
  }
}

}  // namespace unwedge::text
