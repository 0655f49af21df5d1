// One line on standard error that says how far a long run has come, and is gone when it ends.

#pragma once

#include <chrono>
#include <cstddef>
#include <ostream>

namespace unwedge::cli {

class Progress {
 public:
  /// Shows nothing at all unless `enabled`.
  Progress(std::ostream& err, bool enabled, std::size_t total)
      : err_(&err), enabled_(enabled), total_(total) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { clear(); }

  /// Shows the number of files done, from half a second on and ten times a second at most.
  void update(std::size_t done);
  /// Takes the line away.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  std::ostream* err_;
  bool enabled_;
  bool shown_ = false;
  std::size_t total_;
  Clock::time_point next_ = Clock::now() + std::chrono::milliseconds(500);
};

}  // namespace unwedge::cli
