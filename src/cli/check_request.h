// What one `unwedge check` is to do: the command line and the environment, read and validated.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "cli/environment.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "config/config.h"
#include "report/report.h"

namespace unwedge::cli {

/// What the command line and the environment say instead of the config.
struct Overrides {
  std::string config;                      ///< the file to use for all; empty: look for it
  bool isolated = false;                   ///< no config at all
  std::vector<std::string_view> selected;  ///< ids; the only rules to run, if any
  std::vector<std::string_view> ignored;   ///< ids
  std::vector<std::pair<std::string_view, lint::RuleSetting>> severities;  ///< by id
  std::optional<int> postgres;
  std::string runner;          ///< a name that is not looked up yet: configs may define it
  std::string runner_setting;  ///< what to call it in an error: "--runner"
  bool check_down = false;
  std::optional<config::FailOn> fail_on;
};

struct ReportFile {
  report::Format format = report::Format::kText;
  std::string file;
};

struct CheckRequest {
  std::vector<std::string> paths;  ///< never empty
  std::string stdin_filename;
  std::vector<config::Glob> exclude;  ///< relative to the current folder
  bool force_exclude = false;
  std::string since;  ///< a revision, or "auto"; "": all files are linted
  Overrides overrides;
  bool change_set = false;  ///< all files are one
  bool no_ack = false;
  report::Format format = report::Format::kText;
  std::vector<ReportFile> reports;
  bool show_acked = false;
  ColourChoice colour = ColourChoice::kAuto;
  bool quiet = false;
  unsigned jobs = 0;
};

/// Reads the arguments of `check`. With --help there is no request but a text to print.
struct ParsedCheck {
  CheckRequest request;
  std::string help;  ///< not empty: print this and do nothing else
};
tl::expected<ParsedCheck, UsageError> parse_check(const std::vector<std::string>& args,
                                                  const Environment& environment);

}  // namespace unwedge::cli
