// The algorithm that the upload action of github/codeql-action runs over a file: of its UTF-16
// units, without blanks and tabs and with every line's end as LF, 100 from the beginning of the
// line on are hashed as a polynomial in 37 modulo 2^64. 0xFFFF marks the end of the file, zeros
// follow. The hashes of all lines roll out of one pass; equal ones are numbered.

#include "text/fingerprint.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "text/utf8.h"

namespace unwedge::text {
namespace {

constexpr std::size_t kWindow = 100;
constexpr std::uint64_t kBase = 37;
constexpr std::uint32_t kEndOfFile = 0xFFFF;

constexpr std::uint64_t kBaseToTheWindow = [] {
  std::uint64_t power = 1;
  for (std::size_t i = 0; i < kWindow; ++i) power *= kBase;
  return power;
}();

/// Takes a file's UTF-16 units one by one and knows the hash of each line 100 kept units later.
class Roller {
 public:
  explicit Roller(std::size_t lines_wanted) : wanted_(lines_wanted) {}

  [[nodiscard]] bool done() const { return hashes_.size() >= wanted_; }

  void unit(std::uint32_t value) {
    const bool line_feed_of_crlf = after_cr_ && value == '\n';
    after_cr_ = false;
    if (value == ' ' || value == '\t' || line_feed_of_crlf) return;
    if (value == '\r') {
      value = '\n';
      after_cr_ = true;
    }
    if (at_line_start_) line_starts_.push_back(taken_);
    at_line_start_ = value == '\n';
    take(value);
  }

  /// The hashes of the lines wanted, in order; fewer when the file has fewer lines.
  std::vector<std::uint64_t> finish() {
    if (!done()) unit(kEndOfFile);
    for (std::size_t i = 0; i < kWindow && !done(); ++i) take(0);
    hashes_.resize(std::min(hashes_.size(), wanted_));
    return std::move(hashes_);
  }

 private:
  void take(std::uint32_t value) {
    std::uint32_t& slot = window_[taken_ % kWindow];
    hash_ = hash_ * kBase + value - kBaseToTheWindow * slot;
    slot = value;
    ++taken_;
    if (hashes_.size() < line_starts_.size() && line_starts_[hashes_.size()] + kWindow == taken_) {
      hashes_.push_back(hash_);
    }
  }

  std::size_t wanted_;
  std::array<std::uint32_t, kWindow> window_{};
  std::uint64_t hash_ = 0;
  std::size_t taken_ = 0;                 ///< units kept so far
  std::vector<std::size_t> line_starts_;  ///< in kept units
  std::vector<std::uint64_t> hashes_;     ///< of the first lines
  bool at_line_start_ = true;
  bool after_cr_ = false;
};

std::vector<std::uint64_t> hash_lines(std::string_view text, std::size_t count, bool mark) {
  Roller roller(count);
  if (mark) roller.unit(0xFEFF);
  for (std::size_t i = 0; i < text.size() && !roller.done();) {
    if (static_cast<unsigned char>(text[i]) < 0x80U) {
      roller.unit(static_cast<unsigned char>(text[i]));
      ++i;
      continue;
    }
    const Character character = character_at(text, i);
    i += character.size;
    if (character.code_point < 0x10000) {
      roller.unit(character.code_point);
    } else {
      const std::uint32_t rest = character.code_point - 0x10000;
      roller.unit(0xD800U + (rest >> 10U));
      roller.unit(0xDC00U + (rest & 0x3FFU));
    }
  }
  return roller.finish();
}

}  // namespace

LineHashes::LineHashes(std::string_view text, std::span<const std::uint32_t> lines,
                       bool had_byte_order_mark) {
  if (lines.empty()) return;
  const std::vector<std::uint64_t> hashes = hash_lines(text, lines.back(), had_byte_order_mark);

  // The ordinals count all lines, but only hashes of lines asked for need counting.
  std::vector<std::uint64_t> counted;
  for (const std::uint32_t line : lines) {
    if (line >= 1 && line <= hashes.size()) counted.push_back(hashes[line - 1]);
  }
  std::sort(counted.begin(), counted.end());
  counted.erase(std::unique(counted.begin(), counted.end()), counted.end());
  std::vector<std::uint32_t> counts(counted.size());

  std::size_t next = 0;
  for (std::uint32_t line = 1; line <= hashes.size(); ++line) {
    const std::uint64_t hash = hashes[line - 1];
    const auto found = std::lower_bound(counted.begin(), counted.end(), hash);
    if (found == counted.end() || *found != hash) continue;
    const std::uint32_t ordinal = ++counts[static_cast<std::size_t>(found - counted.begin())];
    while (next < lines.size() && lines[next] < line) ++next;
    if (next == lines.size() || lines[next] != line) continue;
    entries_.push_back({.line = line, .hash = fmt::format("{:x}:{}", hash, ordinal)});
  }
}

std::string_view LineHashes::of(std::uint32_t line) const {
  const auto found =
      std::lower_bound(entries_.begin(), entries_.end(), line,
                       [](const Entry& entry, std::uint32_t value) { return entry.line < value; });
  if (found == entries_.end() || found->line != line) return {};
  return found->hash;
}

}  // namespace unwedge::text
