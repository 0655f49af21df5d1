// See pattern.h.

#include "migration/pattern.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>

namespace unwedge::migration {
namespace {

/// The whole match, and the first group if there is one.
using Groups = std::array<re2::StringPiece, 2>;

std::optional<std::string_view> match(std::string_view text, std::string_view expression,
                                      RE2::Anchor anchor) {
  if (expression.empty()) return std::nullopt;
  const RE2& pattern = compiled(expression);
  const int groups = pattern.NumberOfCapturingGroups() > 0 ? 2 : 1;
  Groups found;
  const re2::StringPiece piece(text.data(), text.size());
  if (!pattern.Match(piece, 0, piece.size(), anchor, found.data(), groups)) return std::nullopt;
  const re2::StringPiece& group = groups == 2 && found[1].data() != nullptr ? found[1] : found[0];
  return std::string_view(group.data(), group.size());
}

}  // namespace

const RE2& compiled(std::string_view expression) {
  static std::shared_mutex mutex;
  static std::map<std::string, std::unique_ptr<RE2>, std::less<>> cache;
  {
    const std::shared_lock lock(mutex);
    const auto found = cache.find(expression);
    if (found != cache.end()) return *found->second;
  }
  const std::unique_lock lock(mutex);
  auto found = cache.find(expression);
  if (found == cache.end()) {
    found = cache.emplace(std::string(expression), nullptr).first;
    found->second = std::make_unique<RE2>(found->first, RE2::Quiet);
  }
  return *found->second;
}

bool matches_part(std::string_view text, std::string_view expression) {
  return !expression.empty() &&
         RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), compiled(expression));
}

bool matches_beginning(std::string_view text, std::string_view expression) {
  if (expression.empty()) return false;
  const re2::StringPiece piece(text.data(), text.size());
  return compiled(expression).Match(piece, 0, piece.size(), RE2::ANCHOR_START, nullptr, 0);
}

std::optional<Span> find_part(std::string_view text, std::string_view expression) {
  const std::optional<std::string_view> found = match(text, expression, RE2::UNANCHORED);
  if (!found) return std::nullopt;
  const auto begin = static_cast<std::uint32_t>(found->data() - text.data());
  return Span{begin, begin + static_cast<std::uint32_t>(found->size())};
}

std::string_view first_group(std::string_view text, std::string_view expression) {
  if (expression.empty() || compiled(expression).NumberOfCapturingGroups() == 0) return {};
  return match(text, expression, RE2::ANCHOR_START).value_or(std::string_view());
}

std::optional<std::string_view> match_whole(std::string_view text, std::string_view expression) {
  if (expression.empty()) return std::nullopt;
  constexpr int kMostGroups = 8;
  std::array<re2::StringPiece, kMostGroups + 1> groups;
  const RE2& pattern = compiled(expression);
  const int count = 1 + std::min(pattern.NumberOfCapturingGroups(), kMostGroups);
  const re2::StringPiece piece(text.data(), text.size());
  if (!pattern.Match(piece, 0, piece.size(), RE2::ANCHOR_BOTH, groups.data(), count)) {
    return std::nullopt;
  }
  for (int i = 1; i < count; ++i) {
    const re2::StringPiece& group = groups.at(static_cast<std::size_t>(i));
    if (group.data() != nullptr) return std::string_view(group.data(), group.size());
  }
  return std::string_view();
}

}  // namespace unwedge::migration
