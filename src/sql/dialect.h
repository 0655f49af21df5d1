// What a script may have in it that is not SQL: what its runner replaces, or does itself, before
// the server sees the rest.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "unwedge/span.h"

namespace unwedge::sql {

/// A part of a text that the runner replaces, or obeys.
struct Placeholder {
  enum class Kind : std::uint8_t {
    kValue,      ///< something is put in its place: a name, a part of one, a value, a statement
    kNothing,    ///< a comment of the template, an assignment
    kLeftOut,    ///< the runner leaves it out, so that it is known what the server sees
    kIf,         ///< begins a part that may be left out: {{ if … }}, {{ range … }}
    kElse,       ///< ends one part and begins another in its place
    kEnd,        ///< ends the last of them
    kBreak,      ///< ends a statement, though there may be no semicolon
    kDelimiter,  ///< the same where a semicolon would: not in parentheses
  };
  Span span;
  Kind kind = Kind::kValue;
  /// kIf, kElse: whether the part after it counts on Postgres; nothing: it is not known.
  std::optional<bool> holds = std::nullopt;
  /// kElse: there is always one of the parts, because this one has no condition.
  bool otherwise = false;
};

/// It has nothing to be read in its place.
constexpr bool only_ends(const Placeholder& placeholder) {
  return placeholder.kind == Placeholder::Kind::kBreak ||
         placeholder.kind == Placeholder::Kind::kDelimiter;
}

/// The values of placeholders that are known, by their text.
using PlaceholderValues = std::map<std::string, std::string, std::less<>>;

struct Dialect {
  /// Backslash commands, variables, and data after COPY … FROM stdin.
  bool psql = false;
  std::span<const Placeholder> placeholders;  ///< by place; they do not overlap
  const PlaceholderValues* values = nullptr;  ///< null: none are known
};

/// Parts of a script of which a run takes one at most: \if … \else … \endif.
struct Choice {
  std::vector<Span> branches;
  bool exhaustive = false;  ///< one of them is always taken
};

}  // namespace unwedge::sql
