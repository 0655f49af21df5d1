// See pattern_set.h. RE2::Set is one automaton for all expressions.

#include "migration/pattern_set.h"

#include <algorithm>

namespace unwedge::migration {
namespace {

RE2::Options options() {
  RE2::Options options;
  options.set_log_errors(false);
  return options;
}

}  // namespace

PatternSet::PatternSet() : set_(std::make_unique<RE2::Set>(options(), RE2::UNANCHORED)) {}

void PatternSet::add(const std::string& expression, std::size_t owner) {
  if (set_->Add(expression, nullptr) >= 0) owners_.push_back(owner);
}

void PatternSet::compile() {
  if (!owners_.empty()) set_->Compile();
}

std::vector<std::size_t> PatternSet::owners_matching(std::string_view text) const {
  std::vector<std::size_t> owners;
  std::vector<int> matching;
  if (owners_.empty() || !set_->Match(re2::StringPiece(text.data(), text.size()), &matching)) {
    return owners;
  }
  for (const int expression : matching) {
    owners.push_back(owners_[static_cast<std::size_t>(expression)]);
  }
  std::sort(owners.begin(), owners.end());
  owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
  return owners;
}

}  // namespace unwedge::migration
