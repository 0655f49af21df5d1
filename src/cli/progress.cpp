// The progress line.

#include "cli/progress.h"

namespace unwedge::cli {

void Progress::update(std::size_t done) {
  if (!enabled_) return;
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(100);
  shown_ = true;
  *err_ << "\r\x1b[Kunwedge: " << done << " of " << total_ << " files" << std::flush;
}

void Progress::clear() {
  if (!shown_) return;
  shown_ = false;
  *err_ << "\r\x1b[K" << std::flush;
}

}  // namespace unwedge::cli
