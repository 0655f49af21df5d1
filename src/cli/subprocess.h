// Runs another program and collects what it prints. No shell is involved: what stands in an
// argument, a revision or a path, can be nothing but an argument.

#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

namespace unwedge::cli {

struct ProgramResult {
  int status = 0;  ///< its exit status; 128 and the signal's number when a signal ended it
  std::string out;
  std::string err;
};

struct Program {
  std::vector<std::string> arguments;  ///< the first is its name, looked up in PATH
  std::vector<std::string> set;        ///< "NAME=value", instead of or besides our environment's
  std::vector<std::string> unset;      ///< names that it does not get from our environment
};

/// The error is the reason why it could not be started.
tl::expected<ProgramResult, std::string> run_program(const Program& program);

}  // namespace unwedge::cli
