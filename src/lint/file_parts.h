// Files that are linted as one: their texts in one, so that a place in any of them is a Span.

#pragma once

#include <string_view>
#include <vector>

#include "text/source_file.h"
#include "unwedge/span.h"

namespace unwedge::lint {

struct FilePart {
  const text::SourceFile* file = nullptr;
  Span region;  ///< of its text in all of it
};

struct FileParts {
  std::string_view text;
  std::vector<FilePart> parts;  ///< in order; together all of the text
};

}  // namespace unwedge::lint
