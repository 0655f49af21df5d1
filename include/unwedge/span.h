// A place in a file: a half-open range of byte offsets. Everything inside unwedge speaks of places
// in bytes; text::LineIndex turns them into lines and columns once, at the edge, in the unit that
// each report format wants.

#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace unwedge {

/// Byte offsets [begin, end) into the text of one file. Files are limited to 4 GiB.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  [[nodiscard]] constexpr bool empty() const { return end <= begin; }
  [[nodiscard]] constexpr std::uint32_t size() const { return empty() ? 0 : end - begin; }
  [[nodiscard]] constexpr bool contains(Span other) const {
    return begin <= other.begin && other.end <= end;
  }
  friend constexpr bool operator==(Span, Span) = default;
};

/// The smallest span that covers both.
constexpr Span cover(Span a, Span b) {
  return {.begin = std::min(a.begin, b.begin), .end = std::max(a.end, b.end)};
}

/// The bytes of `text` at `span`; clipped to the text.
constexpr std::string_view slice(std::string_view text, Span span) {
  if (span.begin >= text.size()) return {};
  return text.substr(span.begin, span.size());
}

}  // namespace unwedge
