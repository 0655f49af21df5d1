// Regular expressions of the runner profiles, compiled once for the whole program.

#pragma once

#include <string_view>

#include <re2/re2.h>

namespace unwedge::migration {

/// The compiled form of an expression of a profile, which lives as long as the program. Safe to
/// call from several threads.
const RE2& compiled(std::string_view expression);

inline bool matches_whole(std::string_view text, const RE2& expression) {
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), expression);
}

inline bool matches_part(std::string_view text, const RE2& expression) {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), expression);
}

}  // namespace unwedge::migration
