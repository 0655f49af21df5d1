// Regular expressions of the runner profiles, compiled once for the whole program.

#pragma once

#include <optional>
#include <string_view>

#include <re2/re2.h>

#include "unwedge/span.h"

namespace unwedge::migration {

/// The compiled form of an expression of a profile, which lives as long as the program. Safe to
/// call from several threads.
const RE2& compiled(std::string_view expression);

/// Whether some part of the text matches; an empty expression matches nothing.
bool matches_part(std::string_view text, std::string_view expression);

/// Whether the text matches from its beginning on; an empty expression matches nothing.
bool matches_beginning(std::string_view text, std::string_view expression);

/// Where the text matches: the first group of the expression, or all of it where it has none.
std::optional<Span> find_part(std::string_view text, std::string_view expression);

/// What the first group of the expression, matched from the beginning of the text on, holds; ""
/// where it has none.
std::string_view first_group(std::string_view text, std::string_view expression);

/// Where the whole text matches: what the first group holds that took part, "" if none did; nothing
/// where it does not match.
std::optional<std::string_view> match_whole(std::string_view text, std::string_view expression);

}  // namespace unwedge::migration
