// The stand-ins are the 64 bytes that continue a character in UTF-8, where no character has begun.

#include "sql/stand_in.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace unwedge::sql {
namespace {

constexpr std::uint8_t kFirst = 0x80;
/// By the stand-in's number: all of ASCII that is not kept, but control characters.
constexpr std::string_view kReplaced =
    "\t\n\r !\"#$%&'()*+,-./:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^`{|}~";
static_assert(kReplaced.size() <= 64);

constexpr bool is_kept(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' ||
         static_cast<std::uint8_t>(byte) >= kFirst;
}

constexpr std::array<char, 128> kStandIns = [] {
  std::array<char, 128> bytes{};
  bytes.fill(static_cast<char>(kFirst + kReplaced.find(' ')));
  for (std::size_t i = 0; i < kReplaced.size(); ++i) {
    bytes.at(static_cast<std::size_t>(kReplaced[i])) = static_cast<char>(kFirst + i);
  }
  return bytes;
}();

/// The length of the character that begins with this byte; 0: none begins with it.
constexpr std::size_t length(char first) {
  const auto byte = static_cast<std::uint8_t>(first);
  if (byte < 0x80) return 1;
  if (byte < 0xC0) return 0;
  if (byte < 0xE0) return 2;
  return byte < 0xF0 ? 3 : 4;
}

}  // namespace

char stand_in(char byte) {
  return is_kept(byte) ? byte : kStandIns.at(static_cast<std::size_t>(byte));
}

bool has_stand_in(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = length(text[at]);
    if (size == 0) return true;
    at += size;
  }
  return false;
}

bool is_placeholder(std::string_view identifier) {
  if (identifier.empty() || length(identifier.front()) != 0) return false;
  if (length(identifier.back()) == 0) return true;
  // Those that end with the name: $NAME, :name.
  const std::string readable = restored(identifier);
  return readable.front() == ':' || (readable.front() == '$' && readable[1] != '{');
}

std::string restored(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = length(text[at]);
    if (size == 0) {
      const std::size_t number = static_cast<std::uint8_t>(text[at]) - kFirst;
      result.push_back(number < kReplaced.size() ? kReplaced[number] : '?');
      ++at;
    } else {
      result.append(text, at, size);
      at += size;
    }
  }
  return result;
}

}  // namespace unwedge::sql
