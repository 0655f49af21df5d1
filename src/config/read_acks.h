// `acks:`: acceptances of findings that cannot be written into the file itself, because an applied
// migration must not change by a byte.

#pragma once

#include <vector>

#include "config/config_error.h"
#include "config/yaml.h"
#include "lint/options.h"

namespace unwedge::config {

/// Reads the list; entries that are not valid are reported and left out. Aliases of rules are
/// resolved.
std::vector<lint::ConfiguredAck> read_acks(const YamlNode& value, Place key, Problems& problems);

}  // namespace unwedge::config
