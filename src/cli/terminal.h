// Colour, links and whether somebody is looking.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "cli/environment.h"

namespace unwedge::cli {

enum class ColourChoice : std::uint8_t { kAuto, kAlways, kNever };

std::optional<ColourChoice> parse_colour(std::string_view word);

/// --color, then NO_COLOR, then FORCE_COLOR and CLICOLOR_FORCE, then whether standard output is a
/// terminal that knows colours.
bool use_colour(ColourChoice choice, const Environment& environment);

/// Whether ids may be links (OSC 8): only on a terminal, where colour is used, and not in CI logs.
bool use_hyperlinks(bool colour, const Environment& environment);

/// Whether a line on standard error may be written over: it is a terminal that can.
bool can_show_progress(const Environment& environment);

}  // namespace unwedge::cli
