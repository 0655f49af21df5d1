// `unwedge explain`: what a runner does with a file, and what each statement does to the server.

#pragma once

#include <string>
#include <vector>

#include "cli/environment.h"
#include "cli/exit_status.h"

namespace unwedge::cli {

ExitStatus explain_command(const std::vector<std::string>& args, const Environment& environment);

}  // namespace unwedge::cli
