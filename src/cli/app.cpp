// The table of commands. A command is named by the first argument only, so that every later one may
// be a file of that name.

#include "cli/app.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "cli/check_command.h"
#include "cli/config_command.h"
#include "cli/explain_command.h"
#include "cli/output.h"
#include "cli/rule_command.h"
#include "sql/grammar.h"

namespace unwedge::cli {
namespace {

struct Command {
  std::string_view name;
  ExitStatus (*run)(const std::vector<std::string>& args, const Environment& environment);
};

constexpr std::array<Command, 4> kCommands{{
    {"check", check_command},
    {"explain", explain_command},
    {"rule", rule_command},
    {"config", config_command},
}};

}  // namespace

ExitStatus run(const std::vector<std::string>& args, const Environment& environment) {
  const auto end_of_options = std::find(args.begin(), args.end(), "--");
  const bool wants_version = std::any_of(args.begin(), end_of_options, [](const std::string& arg) {
    return arg == "--version" || arg == "-V";
  });
  if (wants_version) {
    return write_report(environment, fmt::format("unwedge {} (PostgreSQL {} grammar)\n",
                                                 UNWEDGE_VERSION, sql::grammar_version()));
  }
  if (args.empty()) return check_command(args, environment);
  const auto* command = std::find_if(kCommands.begin(), kCommands.end(), [&](const Command& each) {
    return each.name == args.front();
  });
  if (command == kCommands.end()) return check_command(args, environment);
  return command->run({args.begin() + 1, args.end()}, environment);
}

}  // namespace unwedge::cli
