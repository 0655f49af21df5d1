// Reads `migrations:`: which runner applies which files.

#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "config/config.h"
#include "config/yaml.h"

namespace unwedge::config {

/// `folder`: that of the config, absolute; empty: files that it names are not looked at.
std::vector<MigrationFiles> read_migrations(const YamlNode& value, Place key,
                                            std::span<const migration::RunnerProfile> runners,
                                            const std::filesystem::path& folder,
                                            Problems& problems);

}  // namespace unwedge::config
