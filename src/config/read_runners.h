// Reads `runners:`, and the names of runners elsewhere in a config.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/yaml.h"
#include "migration/profile.h"

namespace unwedge::config {

/// The built-in profiles with those of the config: in place of the one with the same name, key by
/// key, or besides them. Sorted by name. One that cannot be read is there with its name alone, so
/// that the rest of the config may use it.
std::vector<migration::RunnerProfile> read_runners(
    const YamlNode& value, Place key, std::span<const migration::RunnerProfile> builtin,
    Problems& problems);

/// The name of one of the runners; otherwise reports it, with a suggestion.
std::optional<std::string> runner_value(const YamlNode& value, Place key,
                                        std::span<const migration::RunnerProfile> runners,
                                        Problems& problems);

/// "'x'; did you mean 'y'?" and "Use a, b or c, …": the ends of messages about an unknown runner.
std::string unknown_runner_text(std::string_view name,
                                std::span<const migration::RunnerProfile> runners);
std::string known_runners_text(std::span<const migration::RunnerProfile> runners);

}  // namespace unwedge::config
