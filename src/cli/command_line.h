// The options of one command: declares them, reads them and describes them in --help. Hides CLI11,
// whose help is hard to read and which takes a file named `[a]` for a list.

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "cli/output.h"

namespace CLI {  // NOLINT(readability-identifier-naming): theirs
class App;
class Option;
}  // namespace CLI

namespace unwedge::cli {

class CommandLine {
 public:
  /// `head` and `foot` stand before and after the options in the help.
  CommandLine(std::string head, std::string foot);
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;
  ~CommandLine();

  /// The options declared from here on stand below this heading; "" hides them.
  void group(std::string heading);
  /// `names`: "-q,--quiet".
  void flag(const std::string& names, bool& given, const std::string& help);
  /// `names` as above, `value` as the help calls it: "FILE". Given twice, the last one counts.
  void value(const std::string& names, const std::string& value, std::string& target,
             const std::string& help);
  /// One that may be repeated.
  void values(const std::string& names, const std::string& value, std::vector<std::string>& target,
              const std::string& help);

  /// Sets the targets and returns what is not an option, in order. Everything after `--` is none,
  /// nor is `-`. With --help the arguments are not looked at any further: see wants_help().
  tl::expected<std::vector<std::string>, UsageError> parse(const std::vector<std::string>& args);

  [[nodiscard]] bool wants_help() const { return wants_help_; }
  [[nodiscard]] std::string help() const;

 private:
  CLI::Option& declare(CLI::Option* option, const std::string& value);
  [[nodiscard]] UsageError unknown_option(std::string_view option) const;

  std::unique_ptr<CLI::App> app_;
  std::string head_;
  std::string foot_;
  std::string heading_;
  std::vector<std::string> headings_;  ///< in the order of their declaration
  bool wants_help_ = false;
};

}  // namespace unwedge::cli
