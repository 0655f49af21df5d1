// See frames.h.

#include "timeline/frames.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "timeline/guards.h"

namespace unwedge::timeline {
namespace {

using sql::BodyBranch;
using sql::BodyNode;

struct FromInnermost {
  std::vector<Frame>& frames;

  [[nodiscard]] auto begin() const { return frames.rbegin(); }
  [[nodiscard]] auto end() const { return frames.rend(); }
};

/// The handler of the block that takes what fails so; null: none.
const BodyBranch* handler_for(std::string_view failure, const BodyNode& block) {
  const auto found =
      std::find_if(block.branches.begin() + 1, block.branches.end(),
                   [failure](const BodyBranch& handler) { return catches(handler, failure); });
  return found == block.branches.end() ? nullptr : &*found;
}

/// What the handlers of the frame's block make of it. Where it is certain, the block has failed.
Frames::Fate fate_in(Frame& frame, const Refusal& refusal) {
  const BodyBranch* handler = handler_for(refusal.sqlstate, *frame.handled);
  if (handler == nullptr || raises_again(*handler)) return Frames::Fate::kStands;
  if (refusal.certainty != Certainty::kCertain) return Frames::Fate::kForgiven;
  frame.reached.push_back(handler);
  return Frames::Fate::kCaught;
}

}  // namespace

bool is_repetition(const Refusal& refusal) {
  using Cause = RefusalCause;
  return refusal.cause == Cause::kAlreadyThere || refusal.cause == Cause::kMissing;
}

InBlock Frames::place(Span block) const {
  InBlock place{.block = block};
  for (const Frame& frame : frames_) {
    place.possible = place.possible || frame.possible;
    place.guarded = place.guarded || frame.guarded;
    place.caught = place.caught || frame.handled != nullptr;
    place.in_loop = place.in_loop || frame.unbounded_loop;
  }
  return place;
}

bool Frames::are_handled() const {
  return std::any_of(frames_.begin(), frames_.end(),
                     [](const Frame& frame) { return frame.handled != nullptr; });
}

bool Frames::are_reached() const {
  return std::any_of(frames_.begin(), frames_.end(),
                     [](const Frame& frame) { return !frame.reached.empty(); });
}

void Frames::enter(Frame frame) {
  frame.mark = catalog_->mark();
  frames_.push_back(std::move(frame));
}

void Frames::enter_rest(Frame rest) {
  for (Frame& frame : FromInnermost{frames_}) {
    if (frame.handled != nullptr || frame.handler) break;
    if (rest.possible ? frame.possible : frame.guarded) return;
  }
  enter(std::move(rest));
}

void Frames::leave(bool goes_on) {
  const Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (!frame.possible) return;
  if (goes_on) {
    catalog_->doubt_since(frame.mark);
  } else {
    catalog_->undo_to(frame.mark);
  }
}

void Frames::leave_to(std::size_t size) {
  while (frames_.size() > size) leave();
}

Frames::Fate Frames::fate_of(const Refusal& refusal) {
  const bool repeats = is_repetition(refusal);
  for (Frame& frame : FromInnermost{frames_}) {
    if (frame.handled != nullptr) {
      const Fate fate = fate_in(frame, refusal);
      if (fate != Fate::kStands) return fate;
      continue;
    }
    if (!repeats) continue;
    if (frame.guarded) return Fate::kPassedOver;
    if (frame.handler) return Fate::kForgiven;  // the schema is that of a block that did not fail
  }
  const bool guarded =
      std::any_of(frames_.begin(), frames_.end(), [](const Frame& frame) { return frame.guarded; });
  return repeats && guarded ? Fate::kPassedOver : Fate::kStands;
}

Frames::Fate Frames::fate_by_handlers(const Refusal& refusal) {
  for (Frame& frame : FromInnermost{frames_}) {
    const Fate fate = frame.handled == nullptr ? Fate::kStands : fate_in(frame, refusal);
    if (fate != Fate::kStands) return fate;
  }
  return Fate::kStands;
}

bool Frames::take_raise(Name condition) {
  for (Frame& frame : FromInnermost{frames_}) {
    if (frame.handled == nullptr) continue;
    if (condition.empty()) {
      const auto& branches = frame.handled->branches;
      for (std::size_t i = 1; i < branches.size(); ++i) frame.reached.push_back(&branches[i]);
      return true;
    }
    const BodyBranch* handler = handler_for(condition, *frame.handled);
    if (handler == nullptr) continue;
    frame.reached.push_back(handler);
    return true;
  }
  return false;
}

void Frames::before_commit() {
  for (const Frame& frame : frames_) {
    if (frame.possible) catalog_->doubt_since(frame.mark);
  }
}

void Frames::after_commit() {
  for (Frame& frame : frames_) frame.mark = catalog_->mark();
}

}  // namespace unwedge::timeline
