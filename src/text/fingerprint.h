// GitHub code scanning's fingerprint of a line, `primaryLocationLineHash`: it survives edits
// elsewhere in the file, so that an alert stays the same alert when lines move.

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace unwedge::text {

/// The hashes of some lines of a text, computed in one pass over the text up to the last of them.
class LineHashes {
 public:
  /// `lines` count from 1, sorted; repetitions do no harm. GitHub's hash is of the file with its
  /// byte order mark, so say whether one was taken off.
  LineHashes(std::string_view text, std::span<const std::uint32_t> lines,
             bool had_byte_order_mark = false);

  /// "8afbeb4a25dff3dd:1": the hash, and which of the lines with that hash it is. Empty for a line
  /// that was not asked for or is not there.
  [[nodiscard]] std::string_view of(std::uint32_t line) const;

 private:
  struct Entry {
    std::uint32_t line;
    std::string hash;
  };
  std::vector<Entry> entries_;  ///< sorted by line
};

}  // namespace unwedge::text
