// Lines are found with memchr. Columns are the difference of two running counts, which are kept for
// every block of the text, so that a file of one enormous line costs no more than any other.

#include "text/line_index.h"

#include <algorithm>
#include <iterator>

#include "text/utf8.h"

namespace unwedge::text {
namespace {

constexpr std::size_t kBlockBytes = 4096;

std::uint32_t to_offset(std::size_t value) { return static_cast<std::uint32_t>(value); }

}  // namespace

LineIndex::LineIndex(std::string_view text, std::span<const Elision> elisions) : text_(text) {
  find_lines();
  add_shifts(elisions);
  if (!is_ascii(text_)) count_blocks();
}

void LineIndex::find_lines() {
  starts_.push_back(0);
  std::size_t lf = text_.find('\n');
  std::size_t cr = text_.find('\r');
  while (lf != std::string_view::npos || cr != std::string_view::npos) {
    const std::size_t end = std::min(lf, cr);
    const std::size_t next = cr < lf && cr + 1 == lf ? lf + 1 : end + 1;
    starts_.push_back(to_offset(next));
    if (lf < next) lf = text_.find('\n', next);
    if (cr < next) cr = text_.find('\r', next);
  }
}

void LineIndex::add_shifts(std::span<const Elision> elisions) {
  Shift shift;
  for (const Elision& elision : elisions) {
    shift.line = line_at(elision.at);
    shift.lines += elision.lines;
    shifts_.push_back(shift);
  }
}

void LineIndex::count_blocks() {
  blocks_.reserve(text_.size() / kBlockBytes + 1);
  Counts counts;
  for (std::size_t begin = 0; begin <= text_.size(); begin += kBlockBytes) {
    blocks_.push_back(counts);
    for (const char byte : text_.substr(begin, kBlockBytes)) {
      counts.continuations += is_continuation(byte) ? 1U : 0U;
      counts.four_byte_leads += is_four_byte_lead(byte) ? 1U : 0U;
    }
  }
}

LineIndex::Counts LineIndex::counts_before(std::size_t offset) const {
  if (blocks_.empty()) return {};
  const std::size_t block = offset / kBlockBytes;
  Counts counts = blocks_[block];
  const std::size_t begin = block * kBlockBytes;
  for (const char byte : text_.substr(begin, offset - begin)) {
    counts.continuations += is_continuation(byte) ? 1U : 0U;
    counts.four_byte_leads += is_four_byte_lead(byte) ? 1U : 0U;
  }
  return counts;
}

Position LineIndex::position(std::uint32_t offset) const {
  std::size_t place = std::min<std::size_t>(offset, text_.size());
  while (place > 0 && place < text_.size() && is_continuation(text_[place])) --place;

  const std::uint32_t number = line_at(place);
  const std::size_t start = starts_[number - 1];
  place = std::min(place, start + text_line(number).size());

  const std::uint32_t bytes = to_offset(place - start);
  const Counts before = counts_before(start);
  const Counts here = counts_before(place);
  const std::uint32_t code_points = bytes - (here.continuations - before.continuations);
  const std::uint32_t utf16 = code_points + (here.four_byte_leads - before.four_byte_leads);
  return {.line = line_in_file(number),
          .column = code_points + 1,
          .column_utf16 = utf16 + 1,
          .column_bytes = bytes + 1};
}

Region LineIndex::region(Span span) const {
  return {.start = position(span.begin), .end = position(std::max(span.begin, span.end))};
}

std::string_view LineIndex::line(std::uint32_t number) const {
  return text_line(line_in_text(number));
}

std::string_view LineIndex::text_line(std::uint32_t number) const {
  if (number == 0 || number > starts_.size()) return {};
  const std::size_t start = starts_[number - 1];
  if (number == starts_.size()) return text_.substr(start);
  std::size_t end = starts_[number] - std::size_t{1};
  if (end > start && text_[end] == '\n' && text_[end - 1] == '\r') --end;
  return text_.substr(start, end - start);
}

std::uint32_t LineIndex::line_count() const { return line_in_file(to_offset(starts_.size())); }

std::uint32_t LineIndex::line_at(std::size_t place) const {
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), place);
  return static_cast<std::uint32_t>(after - starts_.begin());
}

std::uint32_t LineIndex::line_in_file(std::uint32_t number) const {
  const auto after =
      std::upper_bound(shifts_.begin(), shifts_.end(), number,
                       [](std::uint32_t line, const Shift& shift) { return line < shift.line; });
  return after == shifts_.begin() ? number : number + std::prev(after)->lines;
}

std::uint32_t LineIndex::line_in_text(std::uint32_t number) const {
  const auto after = std::upper_bound(
      shifts_.begin(), shifts_.end(), number,
      [](std::uint32_t line, const Shift& shift) { return line < shift.line + shift.lines; });
  const std::uint32_t lines = after == shifts_.begin() ? 0 : std::prev(after)->lines;
  const bool left_out = after != shifts_.end() && number >= after->line + lines;
  return left_out || number < lines ? 0 : number - lines;
}

}  // namespace unwedge::text
