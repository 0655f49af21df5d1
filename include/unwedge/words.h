// Lists of names as messages have them.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "unwedge/name.h"

namespace unwedge {

/// 'a', 'b' and 'c'; of more than four all but the first three are only counted.
template <typename Names>
std::string list_in_words(const Names& names) {
  constexpr std::size_t kMost = 4;
  const std::size_t count = names.size();
  const std::size_t shown = count > kMost ? kMost - 1 : count;
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    const std::string_view separator = i == 0 ? "" : i + 1 < count ? ", " : " and ";
    text += fmt::format("{}'{}'", separator, names[i]);
  }
  return shown == count ? text : text + fmt::format(" and {} more", count - shown);
}

/// a, b and c; of more than three the others are only counted.
template <typename Texts>
std::string some_of(const Texts& texts) {
  constexpr std::size_t kMost = 3;
  const std::size_t count = texts.size();
  std::string text;
  for (std::size_t i = 0; i < count && i < kMost; ++i) {
    const std::string_view separator = i == 0 ? "" : i + 1 < count ? ", " : " and ";
    text += fmt::format("{}{}", separator, texts[i]);
  }
  return count <= kMost ? text : text + fmt::format(" and {} more", count - kMost);
}

/// The names as SQL has them in a list of columns: a, "b c".
template <typename Names>
std::string list_in_sql(const Names& names) {
  std::string text;
  for (const auto& name : names) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", quoted(Name(name)));
  }
  return text;
}

}  // namespace unwedge
