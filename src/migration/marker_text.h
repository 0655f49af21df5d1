// The part of a file in which runners' markers stand: its comments and psql commands. Files
// are mostly SQL, so that looking for dozens of markers costs little this way.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace unwedge::migration {

class MarkerText {
 public:
  /// How much of a file is looked at.
  static constexpr std::size_t kMostBytes = std::size_t{64} << 10U;

  explicit MarkerText(std::string_view file);

  /// Those lines, one below the other; an empty line first where the file begins with another line.
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace unwedge::migration
