// Turns byte offsets into lines and columns, in every unit that a consumer may want. The only place
// where positions are converted.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "unwedge/span.h"

namespace unwedge::text {

/// A place as people and formats speak of it. All values count from 1.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;        ///< code points: text, gcc, GitLab
  std::uint32_t column_utf16 = 1;  ///< SARIF with columnKind utf16CodeUnits; LSP counts from 0
  std::uint32_t column_bytes = 1;  ///< rdjson

  friend bool operator==(const Position&, const Position&) = default;
};

/// Ends are exclusive.
struct Region {
  Position start;
  Position end;

  friend bool operator==(const Region&, const Region&) = default;
};

/// Whole lines that a file has before text[at] and the text has not.
struct Elision {
  std::uint32_t at = 0;
  std::uint32_t lines = 0;
  std::uint32_t statements = 0;  ///< among them
};

/// Lines end with LF, CRLF or a lone CR, as in the fingerprint algorithm of GitHub. Built in one
/// pass over the text, which must be valid UTF-8 and outlive it; a query costs a binary search and
/// a look at a few kilobytes at most, however long the line is. Numbers of lines are the file's,
/// those left out of the text included.
class LineIndex {
 public:
  /// The elisions stand at beginnings of lines, in order.
  explicit LineIndex(std::string_view text, std::span<const Elision> elisions = {});

  /// The place of an offset. One past the text is the end of the text, one inside a line's end is
  /// the end of that line, one inside a character is the character's beginning.
  [[nodiscard]] Position position(std::uint32_t offset) const;
  /// The places of a span's ends. A span that ends before it begins is taken as empty.
  [[nodiscard]] Region region(Span span) const;
  /// The text of a line, counted from 1, without its end. Empty past the last line, and for one
  /// that was left out.
  [[nodiscard]] std::string_view line(std::uint32_t number) const;
  /// At least 1: there is a line, maybe an empty one, after every line's end.
  [[nodiscard]] std::uint32_t line_count() const;
  /// Which line of the text this line of the file is; 0 for one that was left out.
  [[nodiscard]] std::uint32_t line_in_text(std::uint32_t number) const;

 private:
  /// What makes code points and UTF-16 units fewer than bytes.
  struct Counts {
    std::uint32_t continuations = 0;
    std::uint32_t four_byte_leads = 0;
  };

  /// From one line of the text on, the file's numbers are larger by `lines`.
  struct Shift {
    std::uint32_t line = 0;  ///< of the text, counted from 1
    std::uint32_t lines = 0;
  };

  void find_lines();
  void add_shifts(std::span<const Elision> elisions);
  [[nodiscard]] std::uint32_t line_at(std::size_t place) const;
  [[nodiscard]] std::string_view text_line(std::uint32_t number) const;
  [[nodiscard]] std::uint32_t line_in_file(std::uint32_t number) const;
  void count_blocks();
  [[nodiscard]] Counts counts_before(std::size_t offset) const;

  std::string_view text_;
  std::vector<std::uint32_t> starts_;
  std::vector<Shift> shifts_;
  std::vector<Counts> blocks_;  ///< in the text before each block; empty when all of it is ASCII
};

}  // namespace unwedge::text
