// UTF-8 by the table of the Unicode standard (3-7, well-formed byte sequences), with a fast way
// through ASCII, which is nearly all of SQL.

#include "text/utf8.h"

#include <cstdint>
#include <cstring>

namespace unwedge::text {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

/// The number of bytes before the first one beyond 0x7F, eight at a time.
std::size_t ascii_prefix(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  std::size_t i = 0;
  for (; i + sizeof(std::uint64_t) <= text.size(); i += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, sizeof word);
    if ((word & kHighBits) != 0) break;
  }
  while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80U) ++i;
  return i;
}

}  // namespace

Character character_at(std::string_view text, std::size_t offset) {
  constexpr Character kInvalid{.code_point = kReplacement, .size = 1, .valid = false};
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return static_cast<unsigned char>(text[offset + i]);
  };

  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {.code_point = lead, .size = 1};

  std::size_t size = 0;
  std::uint32_t code_point = 0;
  std::uint32_t smallest = 0;  // anything below it should have been written with fewer bytes
  if (lead >= 0xC2 && lead <= 0xDF) {
    size = 2;
    code_point = lead & 0x1FU;
    smallest = 0x80;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    size = 3;
    code_point = lead & 0x0FU;
    smallest = 0x800;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    size = 4;
    code_point = lead & 0x07U;
    smallest = 0x10000;
  }
  if (size == 0 || text.size() - offset < size) return kInvalid;

  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return kInvalid;
    code_point = (code_point << 6U) | (byte(i) & 0x3FU);
  }
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (code_point < smallest || surrogate || code_point > 0x10FFFF) return kInvalid;
  return {.code_point = code_point, .size = size};
}

std::size_t valid_utf8_prefix(std::string_view text) {
  std::size_t offset = 0;
  while (true) {
    offset += ascii_prefix(text.substr(offset));
    // Text in another script: stay with its characters until the next ASCII one.
    while (offset < text.size() && static_cast<unsigned char>(text[offset]) >= 0x80U) {
      const Character character = character_at(text, offset);
      if (!character.valid) return offset;
      offset += character.size;
    }
    if (offset == text.size()) return offset;
  }
}

bool is_ascii(std::string_view text) { return ascii_prefix(text) == text.size(); }

void append_utf8(std::string& out, char32_t code_point) {
  const auto tail = [&](unsigned shift) {
    out += static_cast<char>(0x80U | ((code_point >> shift) & 0x3FU));
  };
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xC0U | (code_point >> 6U));
    tail(0);
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xE0U | (code_point >> 12U));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | (code_point >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace unwedge::text
