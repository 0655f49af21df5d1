// `unwedge rule`: the rules, or one rule's page.

#pragma once

#include <string>
#include <vector>

#include "cli/environment.h"
#include "cli/exit_status.h"

namespace unwedge::cli {

ExitStatus rule_command(const std::vector<std::string>& args, const Environment& environment);

}  // namespace unwedge::cli
