// "Did you mean …": the known name that a mistyped one is closest to.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace unwedge::config {

/// How many letters must be inserted, deleted, replaced or swapped with their neighbour to make one
/// text out of the other. Gives up with a number above `limit` once it is exceeded.
std::size_t edit_distance(std::string_view from, std::string_view to, std::size_t limit);

/// The candidate that the name was probably meant to be, if one is close enough; the first of
/// equals.
std::optional<std::string_view> closest(std::string_view name,
                                        std::span<const std::string_view> candidates);

/// "; did you mean 'x'?" or ".": the end of a sentence about an unknown name.
std::string did_you_mean(const std::optional<std::string_view>& suggestion);

}  // namespace unwedge::config
