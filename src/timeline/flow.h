// Whether a body goes on behind a part of it.

#pragma once

#include <set>
#include <utility>

#include "timeline/guards.h"
#include "unwedge/name.h"

namespace unwedge::timeline {

/// How a part of the body may end.
struct Flow {
  enum : unsigned {
    kGoesOn = 1,
    kReturns = 2,
    kExits = 4,
    kContinues = 8,
    kLeavesLabel = 16,
    kCaught = 32,  ///< it fails, and a block around it has a handler for that
  };

  unsigned ends = kGoesOn;  ///< any of these; 0: the migration fails
  std::set<Name> labels{};  ///< kLeavesLabel: what is left
  GuardWords words{};       ///< where it may end early: what the condition of that asks for

  [[nodiscard]] bool goes_on() const { return (ends & kGoesOn) != 0; }
  /// Behind it, or behind a loop or block around it.
  [[nodiscard]] bool goes_on_somewhere() const {
    return (ends & (kGoesOn | kExits | kContinues | kLeavesLabel)) != 0;
  }
  /// Whether what comes next may be passed over. A loop is there for a whole round, so its EXIT
  /// counts only where it asks the catalogs.
  [[nodiscard]] bool ends_early() const {
    return (ends & (kReturns | kContinues | kLeavesLabel | kCaught)) != 0 ||
           ((ends & kExits) != 0 && !words.empty());
  }

  /// Or as the other does.
  void add(Flow other) {
    if (!ends_early()) {
      words = std::move(other.words);
    } else if (other.ends_early()) {
      if (words.empty() || other.words.empty()) words.clear();
      if (!words.empty()) words.merge(other.words);
    }
    ends |= other.ends;
    labels.merge(other.labels);
  }

  /// Behind the loop or block of this label.
  void leave(Name label) {
    if (label.empty() || labels.erase(label) == 0) return;
    ends |= kGoesOn;
    if (labels.empty()) ends &= ~unsigned{kLeavesLabel};
  }
};

}  // namespace unwedge::timeline
