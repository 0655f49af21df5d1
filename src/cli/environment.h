// What a command sees of the process that it runs in, so that tests need none.

#pragma once

#include <functional>
#include <istream>
#include <ostream>
#include <string>

namespace unwedge::cli {

struct Environment {
  std::istream* in = nullptr;
  std::ostream* out = nullptr;  ///< the report, and nothing else
  std::ostream* err = nullptr;  ///< everything else
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  std::function<std::string(const char* name)> variable;  ///< "" when it is not set
  /// From now on ^C is for interrupted() to tell, rather than the end of the process.
  std::function<void()> catch_interrupts;
  std::function<bool()> interrupted;
};

}  // namespace unwedge::cli
