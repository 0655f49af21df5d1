// Reads a runner's profile from YAML: when unwedge is built, and from `runners:` in unwedge.yaml.

#pragma once

#include <optional>
#include <string_view>

#include "config/yaml.h"
#include "migration/profile.h"

namespace unwedge::config {

/// What keeps a text from being a runner's name: "it has other characters than …"; "": nothing.
std::string_view flaw_of_runner_name(std::string_view name);

/// The profile `base` with the keys that the node gives instead; a list replaces the whole list.
/// The base has a name, and nothing else for a new runner; without a name, the node must give it,
/// and the source. Nothing is returned when something was reported.
std::optional<migration::RunnerProfile> read_runner(const YamlNode& node,
                                                    migration::RunnerProfile base,
                                                    Problems& problems);

}  // namespace unwedge::config
