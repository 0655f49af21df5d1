// How many cells of a terminal a character takes.

#pragma once

#include <cstddef>
#include <string_view>

namespace unwedge::text {

/// 2 for East Asian wide characters and emoji, 0 for what combines with the character before it,
/// else 1. Good enough to put an underline below the right characters; without the host's locale.
unsigned display_width(char32_t code_point);

/// Of a whole text without control characters.
std::size_t display_width(std::string_view text);

}  // namespace unwedge::text
