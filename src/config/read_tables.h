// Reads `tables:`, the names of small and large tables, and the file that `table-sizes:` names.

#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "config/config_error.h"
#include "config/yaml.h"
#include "unwedge/table_sizes.h"

namespace unwedge::config {

void read_tables(const YamlNode& value, Place key, TableSizes& sizes, Problems& problems);

/// Adds what a list of tables says: JSON, an array of objects, or CSV, with the names of its
/// columns in the first line. `name` is what errors call it.
ConfigErrors parse_table_sizes(std::string_view text, const std::string& name, TableSizes& sizes);

}  // namespace unwedge::config
