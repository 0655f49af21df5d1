// Offsets become lines and columns in all units, whatever ends the lines.

#include "text/line_index.h"

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include <catch2/catch_test_macros.hpp>

namespace unwedge::text {

std::ostream& operator<<(std::ostream& out, const Position& place) {
  return out << place.line << ':' << place.column << " (UTF-16 " << place.column_utf16 << ", byte "
             << place.column_bytes << ')';
}

namespace {

Position at(std::uint32_t line, std::uint32_t column) {
  return {.line = line, .column = column, .column_utf16 = column, .column_bytes = column};
}

std::uint32_t offset_of(std::string_view text, std::string_view part) {
  return static_cast<std::uint32_t>(text.find(part));
}

TEST_CASE("an empty text has one empty line") {
  const LineIndex index("");
  CHECK(index.line_count() == 1);
  CHECK(index.line(1).empty());
  CHECK(index.position(0) == at(1, 1));
  CHECK(index.position(7) == at(1, 1));
}

TEST_CASE("lines end with LF, CRLF or a lone CR") {
  constexpr std::string_view kText = "a\nbb\r\n\rccc\n\r\nd";
  const LineIndex index(kText);
  REQUIRE(index.line_count() == 6);
  CHECK(index.line(1) == "a");
  CHECK(index.line(2) == "bb");
  CHECK(index.line(3).empty());
  CHECK(index.line(4) == "ccc");
  CHECK(index.line(5).empty());
  CHECK(index.line(6) == "d");
  CHECK(index.line(0).empty());
  CHECK(index.line(7).empty());
  CHECK(index.position(offset_of(kText, "ccc")) == at(4, 1));
  CHECK(index.position(offset_of(kText, "d")) == at(6, 1));
}

TEST_CASE("a line's end belongs to the line and has one place") {
  const LineIndex index("ab\r\ncd\n");
  CHECK(index.position(2) == at(1, 3));
  CHECK(index.position(3) == at(1, 3));
  CHECK(index.position(4) == at(2, 1));
  CHECK(index.position(6) == at(2, 3));
  CHECK(index.position(7) == at(3, 1));
}

TEST_CASE("columns count code points, UTF-16 units and bytes") {
  constexpr std::string_view kText = "SELECT 1;\n/* é 漢 \U0001F418 */ DROP";
  const LineIndex index(kText);
  const Position place = index.position(offset_of(kText, "DROP"));
  CHECK(place == Position{.line = 2, .column = 13, .column_utf16 = 14, .column_bytes = 19});
  CHECK(index.position(1) == at(1, 2));
}

TEST_CASE("an offset inside a character is the character's beginning") {
  const LineIndex index("a\U0001F418b");
  for (std::uint32_t offset = 1; offset <= 4; ++offset) CHECK(index.position(offset) == at(1, 2));
  CHECK(index.position(5) ==
        Position{.line = 1, .column = 3, .column_utf16 = 4, .column_bytes = 6});
}

TEST_CASE("columns are right far into a long line") {
  std::string text = "x\n";
  for (int i = 0; i < 10'000; ++i) text += "é\U0001F418-";
  const auto size = static_cast<std::uint32_t>(text.size());
  const LineIndex index(text);
  CHECK(index.position(size) ==
        Position{.line = 2, .column = 30'001, .column_utf16 = 40'001, .column_bytes = 70'001});
  // On and around the borders of the blocks in which characters are counted.
  for (std::uint32_t offset = 4090; offset < 4103; ++offset) {
    const std::uint32_t in_line = offset - 2;
    const std::uint32_t triples = in_line / 7;
    const std::uint32_t rest = in_line % 7;
    const std::uint32_t more = rest < 2 ? 0 : rest < 6 ? 1 : 2;
    CHECK(index.position(offset).column == triples * 3 + more + 1);
  }
}

TEST_CASE("a region has exclusive ends and is never reversed") {
  const LineIndex index("DROP\nTABLE t;\n");
  CHECK(index.region({.begin = 0, .end = 4}) == Region{.start = at(1, 1), .end = at(1, 5)});
  CHECK(index.region({.begin = 0, .end = 10}) == Region{.start = at(1, 1), .end = at(2, 6)});
  CHECK(index.region({.begin = 6, .end = 2}) == Region{.start = at(2, 2), .end = at(2, 2)});
}

}  // namespace
}  // namespace unwedge::text
