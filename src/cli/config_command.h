// `unwedge config`: the settings that a file is linted with, and the schema of the config.

#pragma once

#include <string>
#include <vector>

#include "cli/environment.h"
#include "cli/exit_status.h"

namespace unwedge::cli {

ExitStatus config_command(const std::vector<std::string>& args, const Environment& environment);

}  // namespace unwedge::cli
