// A part is undone as ROLLBACK TO would undo it. What a part has committed cannot be undone so, and
// stays.

#include "timeline/choices.h"

#include <algorithm>
#include <utility>

namespace unwedge::timeline {
namespace {

/// The part that the place is in, or before which it is.
std::size_t part_at(const sql::Choice& choice, std::uint32_t place) {
  const auto found = std::find_if(choice.branches.begin(), choice.branches.end(),
                                  [place](const Span& part) { return place < part.end; });
  return static_cast<std::size_t>(found - choice.branches.begin());
}

}  // namespace

void Choices::begin_section(const std::vector<sql::Choice>* choices) {
  if (!open_.empty()) end_from(0);
  choices_ = choices;
  next_ = 0;
  open_.clear();
}

void Choices::at(std::uint32_t place) {
  if (choices_ == nullptr || choices_->empty()) return;
  for (std::size_t i = 0; i < open_.size(); ++i) {
    const std::size_t part = part_at(*open_[i].choice, place);
    if (part == open_[i].part) continue;
    // Those inside have ended with the part that they are in.
    if (part == open_[i].choice->branches.size()) {
      end_from(i);
      break;
    }
    open_.resize(i + 1);
    open_[i].part = part;
    go_back(open_[i]);
  }
  for (; next_ < choices_->size(); ++next_) {
    const sql::Choice& choice = (*choices_)[next_];
    if (choice.branches.empty() || choice.branches.front().begin > place) break;
    const std::size_t part = part_at(choice, place);
    if (part == choice.branches.size()) continue;
    Open open{.choice = &choice,
              .part = part,
              .mark = catalog_.mark(),
              .transaction = transactions_.open_number(),
              .savepoint = "\\if " + std::to_string(next_)};
    if (open.transaction > 0) transactions_.set_savepoint(open.savepoint);
    open_.push_back(std::move(open));
  }
}

/// Whether the last part was run is not known.
void Choices::end_from(std::size_t first) {
  catalog_.doubt_since(open_[first].mark);
  open_.resize(first);
}

void Choices::go_back(const Open& open) {
  if (transactions_.open_number() != open.transaction) return;
  if (open.transaction > 0) {
    transactions_.roll_back_to(open.savepoint);
  } else {
    catalog_.undo_to(open.mark);
  }
}

}  // namespace unwedge::timeline
