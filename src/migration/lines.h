// Walking over the lines of a text, for markers that stand on lines of their own.

#pragma once

#include <string_view>

#include "unwedge/span.h"

namespace unwedge::migration {

/// Calls visit(Span) for every line that is not empty, without its end.
template <typename Visit>
void for_each_line(std::string_view text, Span region, const Visit& visit) {
  std::size_t begin = region.begin;
  while (begin < region.end) {
    std::size_t end = text.find('\n', begin);
    if (end == text.npos || end > region.end) end = region.end;
    std::size_t line_end = end;
    if (line_end > begin && text[line_end - 1] == '\r') --line_end;
    if (line_end > begin) {
      visit(Span{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(line_end)});
    }
    begin = end + 1;
  }
}

/// A comment, what some runners take for one, or a command of psql: the only lines on which a
/// runner's markers stand.
inline bool may_be_marker(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r\f\v");
  if (first == line.npos) return false;
  const char c = line[first];
  return c == '-' || c == '#' || c == '/' || c == '\\';
}

/// The same for the comment lines and psql commands alone.
template <typename Visit>
void for_each_marker_line(std::string_view text, Span region, const Visit& visit) {
  for_each_line(text, region, [&](Span line) {
    if (may_be_marker(slice(text, line))) visit(line);
  });
}

}  // namespace unwedge::migration
