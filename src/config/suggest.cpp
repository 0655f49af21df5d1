// Damerau-Levenshtein distance (optimal string alignment) over short names.

#include "config/suggest.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include <fmt/format.h>

namespace unwedge::config {
namespace {

/// A name longer than any of ours needs no comparing.
constexpr std::size_t kLongestName = 80;

}  // namespace

std::size_t edit_distance(std::string_view from, std::string_view to, std::size_t limit) {
  const std::size_t difference =
      from.size() > to.size() ? from.size() - to.size() : to.size() - from.size();
  if (difference > limit) return limit + 1;

  // Three rows of the table: row i holds the distances of from[0, i) to every beginning of `to`.
  std::vector<std::size_t> before_last(to.size() + 1);
  std::vector<std::size_t> last(to.size() + 1);
  std::vector<std::size_t> row(to.size() + 1);
  for (std::size_t j = 0; j <= to.size(); ++j) row[j] = j;

  for (std::size_t i = 1; i <= from.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    if (*std::min_element(row.begin(), row.end()) > limit) return limit + 1;
  }
  return row[to.size()];
}

std::optional<std::string_view> closest(std::string_view name,
                                        std::span<const std::string_view> candidates) {
  if (name.empty() || name.size() > kLongestName) return std::nullopt;
  // A third of the letters may be wrong; with fewer than three letters everything is close.
  std::size_t best = std::max<std::size_t>(1, name.size() / 3) + 1;
  std::optional<std::string_view> found;
  for (std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(name, candidate, best - 1);
    if (distance < best && distance < candidate.size()) {
      best = distance;
      found = candidate;
    }
    if (best == 0) break;
  }
  return found;
}

std::string did_you_mean(const std::optional<std::string_view>& suggestion) {
  return suggestion ? fmt::format("; did you mean '{}'?", *suggestion) : std::string(".");
}

}  // namespace unwedge::config
