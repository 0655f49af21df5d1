// The options of `check` as texts, and their help.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/command_line.h"

namespace unwedge::cli {

struct CheckOptions {
  std::vector<std::string> select;
  std::vector<std::string> ignore;
  std::vector<std::string> severities;
  std::string runner;
  std::string postgres;
  std::string since;
  std::vector<std::string> exclude;
  std::string stdin_filename;
  std::string config;
  std::string format;
  std::vector<std::string> outputs;
  std::string color;
  std::string fail_on;
  std::string jobs;
  bool no_ack = false;
  bool change_set = false;
  bool check_down = false;
  bool force_exclude = false;
  bool isolated = false;
  bool show_acked = false;
  bool quiet = false;
  bool exit_zero = false;
  bool help = false;     ///< seen to before the options are read
  bool version = false;  ///< likewise
};

/// Declares all options; `options` must outlive the result.
std::unique_ptr<CommandLine> declare_check(CheckOptions& options);

}  // namespace unwedge::cli
