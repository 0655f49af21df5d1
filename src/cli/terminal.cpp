// The conventions of no-color.org, force-color.org and bixense.com/clicolors.

#include "cli/terminal.h"

#include <string>

namespace unwedge::cli {
namespace {

bool is_set(const Environment& environment, const char* name) {
  return !environment.variable(name).empty();
}

}  // namespace

std::optional<ColourChoice> parse_colour(std::string_view word) {
  if (word == "auto") return ColourChoice::kAuto;
  if (word == "always") return ColourChoice::kAlways;
  if (word == "never") return ColourChoice::kNever;
  return std::nullopt;
}

bool use_colour(ColourChoice choice, const Environment& environment) {
  if (choice != ColourChoice::kAuto) return choice == ColourChoice::kAlways;
  if (is_set(environment, "NO_COLOR")) return false;
  if (is_set(environment, "FORCE_COLOR") || is_set(environment, "CLICOLOR_FORCE")) return true;
  return environment.out_is_terminal && environment.variable("TERM") != "dumb";
}

bool use_hyperlinks(bool colour, const Environment& environment) {
  const std::string terminal = environment.variable("TERM");
  return colour && environment.out_is_terminal && terminal != "dumb" && terminal != "linux" &&
         !is_set(environment, "CI") && !is_set(environment, "UNWEDGE_NO_HYPERLINKS");
}

bool can_show_progress(const Environment& environment) {
  return environment.err_is_terminal && environment.variable("TERM") != "dumb";
}

}  // namespace unwedge::cli
