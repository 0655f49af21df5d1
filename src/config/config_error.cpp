// Gathering and wording of config errors.

#include "config/config_error.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace unwedge::config {

void Problems::add(Place place, std::string message, std::string help) {
  errors_.push_back({.file = file_,
                     .line = place.line,
                     .column = place.column,
                     .message = std::move(message),
                     .help = std::move(help)});
}

void Problems::add(ConfigErrors errors) {
  std::move(errors.begin(), errors.end(), std::back_inserter(errors_));
}

ConfigErrors Problems::take() {
  std::stable_sort(errors_.begin(), errors_.end(), [](const auto& left, const auto& right) {
    return std::tie(left.file, left.line, left.column) <
           std::tie(right.file, right.line, right.column);
  });
  return std::move(errors_);
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kMost = 60;
  if (text.size() <= kMost) return fmt::format("'{}'", text);
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return fmt::format("'{}…'", text.substr(0, end));
}

std::string one_of(const std::vector<std::string_view>& words) {
  std::string list;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) list += i + 1 == words.size() ? " or " : ", ";
    list += words[i];
  }
  return list;
}

}  // namespace unwedge::config
