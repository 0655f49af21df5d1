// The process around a command.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <unistd.h>

#include "cli/app.h"
#include "cli/output.h"

namespace unwedge::cli {
namespace {

// A signal handler can reach nothing else.
volatile std::sig_atomic_t interrupted =
    0;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

void on_interrupt(int /*signal*/) { interrupted = 1; }

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  // A second ^C ends the process at once.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
  return value == nullptr ? "" : value;
}

}  // namespace

int run_process(int argc, char** argv) {
  // A reader that has gone shows as a failed write, which has its own message and status.
  std::signal(SIGPIPE, SIG_IGN);
  std::ios::sync_with_stdio(false);
  const Environment environment{.in = &std::cin,
                                .out = &std::cout,
                                .err = &std::cerr,
                                .out_is_terminal = isatty(STDOUT_FILENO) == 1,
                                .err_is_terminal = isatty(STDERR_FILENO) == 1,
                                .variable = variable,
                                .catch_interrupts = catch_interrupts,
                                .interrupted = [] { return interrupted != 0; }};
  try {
    const std::vector<std::string> args(argv + (argc > 0 ? 1 : 0), argv + argc);
    return static_cast<int>(run(args, environment));
  } catch (const std::exception& error) {
    Messages(environment).error(std::string("internal error: ") + error.what());
    return static_cast<int>(ExitStatus::kCouldNotWork);
  }
}

}  // namespace unwedge::cli
