// Everything that unwedge writes: reports to standard output and to files, messages to standard
// error.

#pragma once

#include <string>
#include <string_view>

#include "cli/environment.h"
#include "cli/exit_status.h"
#include "config/config_error.h"

namespace unwedge::cli {

/// A command line that cannot be carried out.
struct UsageError {
  std::string message;  ///< one sentence
  std::string help;     ///< what to do; may be empty
};

/// Messages on standard error. What they quote may come from a stranger's repository: control
/// characters are made visible.
class Messages {
 public:
  explicit Messages(const Environment& environment, bool quiet = false)
      : err_(environment.err), quiet_(quiet) {}

  void error(std::string_view message, std::string_view help = {}) const;
  void error(const UsageError& error) const { this->error(error.message, error.help); }
  void error(const config::ConfigError& error) const;
  /// Worth knowing, but no error; nothing when quiet.
  void note(std::string_view message) const;

 private:
  std::ostream* err_;
  bool quiet_;
};

/// Writes to standard output. kClean, or kCouldNotWork with a message when it cannot be written.
ExitStatus write_report(const Environment& environment, std::string_view text);

/// Writes a file, in place of what is there.
ExitStatus write_report_file(const Environment& environment, const std::string& file,
                             std::string_view text);

}  // namespace unwedge::cli
