// The program: picks the command and runs it.

#pragma once

#include <string>
#include <vector>

#include "cli/environment.h"
#include "cli/exit_status.h"

namespace unwedge::cli {

/// Runs the command that the arguments ask for; `check` if they name none. `args` does not hold the
/// program's name.
ExitStatus run(const std::vector<std::string>& args, const Environment& environment);

/// The whole process: signals, streams, and a last resort for exceptions.
int run_process(int argc, char** argv);

}  // namespace unwedge::cli
