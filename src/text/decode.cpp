// See decode.h. A table of 32 characters and the arithmetic of pairs are all there is to it; the
// C library's iconv loads its converters from files, which a static program does not have.

#include "text/decode.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "text/utf8.h"

namespace unwedge::text {
namespace {

using namespace std::string_view_literals;

/// What Windows-1252 has where Latin-1 has control characters.
constexpr std::array<char32_t, 32> kFrom80 = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

constexpr char32_t kReplacement = 0xFFFD;
constexpr char32_t kMark = 0xFEFF;

/// A text without its mark must be this long to be known by its zeros.
constexpr std::size_t kLeastUnits = 4;
constexpr std::size_t kMostUnits = 32;

char32_t unit_at(std::string_view bytes, std::size_t offset, Encoding encoding) {
  const auto first = static_cast<unsigned char>(bytes[offset]);
  const auto second = static_cast<unsigned char>(bytes[offset + 1]);
  return encoding == Encoding::kUtf16BigEndian ? (first << 8U | second) : (second << 8U | first);
}

bool is_ascii_in(std::string_view bytes, Encoding encoding) {
  const std::size_t units = std::min(bytes.size() / 2, kMostUnits);
  if (units < kLeastUnits || bytes.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < units; ++i) {
    const char32_t unit = unit_at(bytes, 2 * i, encoding);
    if (unit == 0 || unit >= 0x80) return false;
  }
  return true;
}

}  // namespace

std::optional<Encoding> utf16_of(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE"sv)) return Encoding::kUtf16LittleEndian;
  if (bytes.starts_with("\xFE\xFF"sv)) return Encoding::kUtf16BigEndian;
  for (const Encoding encoding : {Encoding::kUtf16LittleEndian, Encoding::kUtf16BigEndian}) {
    if (is_ascii_in(bytes, encoding)) return encoding;
  }
  return std::nullopt;
}

char32_t from_windows_1252(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  const bool in_table = value >= 0x80 && value < 0x80 + kFrom80.size();
  return in_table ? kFrom80[value - 0x80U] : value;
}

std::string utf8_from_utf16(std::string_view bytes, Encoding encoding) {
  std::string out;
  out.reserve(bytes.size() / 2 + bytes.size() / 8);
  std::size_t i = 0;
  if (bytes.size() >= 2 && unit_at(bytes, 0, encoding) == kMark) i = 2;
  for (; i + 1 < bytes.size(); i += 2) {
    char32_t unit = unit_at(bytes, i, encoding);
    if (unit >= 0xD800 && unit < 0xE000) {
      const char32_t next = i + 3 < bytes.size() ? unit_at(bytes, i + 2, encoding) : 0;
      const bool is_pair = unit < 0xDC00 && next >= 0xDC00 && next < 0xE000;
      unit = is_pair ? 0x10000 + ((unit - 0xD800) << 10U) + (next - 0xDC00) : kReplacement;
      if (is_pair) i += 2;
    }
    append_utf8(out, unit);
  }
  if (i < bytes.size()) append_utf8(out, kReplacement);
  return out;
}

}  // namespace unwedge::text
