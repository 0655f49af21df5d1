// Reads `migrations:`: which runner applies which files.

#pragma once

#include <span>
#include <vector>

#include "config/config.h"
#include "config/yaml.h"

namespace unwedge::config {

std::vector<MigrationFiles> read_migrations(const YamlNode& value, Place key,
                                            std::span<const migration::RunnerProfile> runners,
                                            Problems& problems);

}  // namespace unwedge::config
