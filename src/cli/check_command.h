// `unwedge check`: lints files and folders.

#pragma once

#include <string>
#include <vector>

#include "cli/environment.h"
#include "cli/exit_status.h"

namespace unwedge::cli {

ExitStatus check_command(const std::vector<std::string>& args, const Environment& environment);

}  // namespace unwedge::cli
