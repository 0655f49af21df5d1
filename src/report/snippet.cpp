// Walks the characters of a line, counting code points, in which the region is given, and cells, in
// which the underline is drawn.

#include "report/snippet.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "text/escape.h"
#include "text/utf8.h"
#include "text/width.h"

namespace unwedge::report {
namespace {

constexpr std::size_t kTabWidth = 4;
constexpr std::string_view kCut = "…";  // one cell

/// A line as it is put together, and how many cells it takes.
struct Cells {
  std::string line;
  std::size_t count = 0;

  void add(char32_t code_point) {
    if (code_point == '\t') {
      const std::size_t blanks = kTabWidth - count % kTabWidth;
      line.append(blanks, ' ');
      count += blanks;
      return;
    }
    const std::size_t before = line.size();
    text::append_escaped(line, code_point);
    count += text::display_width(std::string_view(line).substr(before));
  }
};

bool is_blank(char32_t code_point) { return code_point == ' ' || code_point == '\t'; }

}  // namespace

Snippet make_snippet(const lint::Excerpt& excerpt, const text::Region& region) {
  const bool goes_on = region.end.line > region.start.line;
  Cells cells;
  if (excerpt.cut_columns > 0) {
    cells.line = kCut;
    cells.count = 1;
  }

  std::uint32_t column = excerpt.cut_columns + 1;
  std::optional<std::size_t> begin;
  std::optional<std::size_t> end;
  std::size_t end_of_text = 0;          // in cells, without the blanks at the line's end
  std::size_t line_without_blanks = 0;  // in bytes
  for (std::size_t i = 0; i < excerpt.line.size(); ++column) {
    if (!begin && column >= region.start.column) begin = cells.count;
    if (!end && !goes_on && column >= region.end.column) end = cells.count;
    const text::Character character = text::character_at(excerpt.line, i);
    cells.add(character.code_point);
    i += character.size;
    if (is_blank(character.code_point)) continue;
    end_of_text = cells.count;
    line_without_blanks = cells.line.size();
  }
  if (!begin) begin = cells.count;
  if (!end) end = goes_on ? end_of_text : cells.count;
  cells.line.resize(line_without_blanks);
  if (excerpt.cut_end) cells.line += kCut;
  return {.line = std::move(cells.line), .begin = *begin, .end = std::max(*end, *begin + 1)};
}

}  // namespace unwedge::report
