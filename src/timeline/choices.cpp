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

void Choices::begin_section(const TextChoices& section, std::span<const TextChoices> included) {
  if (!open_.empty()) end_from(0);
  included_ = included;
  texts_.assign(1, {.choices = section});
}

/// Back to a text that includes the last one, or on to one that it includes.
void Choices::enter_text_of(Span place) {
  if (included_.empty()) return;
  const auto has_place = [place](const auto& text) { return text.region.contains(place); };
  const auto known = std::find_if(texts_.begin(), texts_.end(),
                                  [&](const Text& text) { return has_place(text.choices); });
  if (known == texts_.end()) {
    const auto next = std::find_if(included_.begin(), included_.end(), has_place);
    if (next != included_.end()) texts_.push_back({.choices = *next, .first = open_.size()});
    return;
  }
  while (&texts_.back() != &*known) {
    if (texts_.back().first < open_.size()) end_from(texts_.back().first);
    texts_.pop_back();
  }
}

void Choices::at(Span span) {
  enter_text_of(span);
  Text& text = texts_.back();
  const std::vector<sql::Choice>* choices = text.choices.choices;
  if (choices == nullptr || choices->empty()) return;
  const std::uint32_t place = span.begin;
  for (std::size_t i = text.first; i < open_.size(); ++i) {
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
  for (; text.next < choices->size(); ++text.next) {
    const sql::Choice& choice = (*choices)[text.next];
    if (choice.branches.empty() || choice.branches.front().begin > place) break;
    const std::size_t part = part_at(choice, place);
    if (part == choice.branches.size()) continue;
    Open open{.choice = &choice,
              .part = part,
              .mark = catalog_.mark(),
              .transaction = transactions_.open_number(),
              .savepoint = "\\if " + std::to_string(choice.branches.front().begin)};
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
