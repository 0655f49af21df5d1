// Files that are linted as one: their texts in one, so that a place in any of them is a Span.
// Behind them stands what their psql scripts include, once for each command that includes it.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sql/dialect.h"
#include "text/source_file.h"
#include "unwedge/span.h"

namespace unwedge::lint {

struct FilePart {
  const text::SourceFile* file = nullptr;
  Span region;         ///< of its text in all of it
  Span included_by{};  ///< the command, in an earlier part; empty: a file of its own
  /// What is known of psql's variables, and of placeholders; null: what the settings say.
  const sql::PlaceholderValues* values = nullptr;
};

/// What becomes of a command that includes a file.
struct Inclusion {
  std::size_t part = 0;  ///< the file's text
  std::string why{};     ///< it is not followed, as a clause; empty: it is
};

struct FileParts {
  std::string_view text;
  std::vector<FilePart> parts;                         ///< in order, with something between them
  std::map<std::uint32_t, Inclusion> inclusions = {};  ///< by where the command begins

  [[nodiscard]] std::size_t part_at(Span span) const {
    const auto found = std::lower_bound(
        parts.begin(), parts.end(), span.begin,
        [](const FilePart& part, std::uint32_t at) { return part.region.end < at; });
    return std::min(static_cast<std::size_t>(found - parts.begin()), parts.size() - 1);
  }

  /// A place as it is seen from one of the parts: of what is included there, the command that does
  /// it. Seen from a part that has nothing to do with it, it is in a file of its own.
  [[nodiscard]] Span seen_from(Span region, Span span) const {
    while (!region.contains(span)) {
      const Span command = parts[part_at(span)].included_by;
      if (command.empty()) break;
      span = command;
    }
    return span;
  }

  /// The file that includes what is there, directly or through others; mostly that of the place.
  [[nodiscard]] std::size_t file_at(Span span) const { return part_at(seen_from({}, span)); }
};

}  // namespace unwedge::lint
