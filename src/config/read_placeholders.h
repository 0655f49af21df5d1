// Reads `placeholders:`, what the tools of a repository put into its files before they run them.

#pragma once

#include "config/config_error.h"
#include "config/yaml.h"
#include "migration/placeholders.h"

namespace unwedge::config {

migration::PlaceholderSettings read_placeholders(const YamlNode& value, Place key,
                                                 Problems& problems);

}  // namespace unwedge::config
