// Delimiters of a file's own: from a line such as `-- @DELIMITER |` on its runner cuts the text
// where that stands, and no longer at semicolons.

#pragma once

#include <string_view>
#include <vector>

#include "migration/profile.h"
#include "migration/sections.h"
#include "unwedge/span.h"

namespace unwedge::migration {

/// A part of a section in which something else than the semicolon ends a chunk.
struct DelimitedPart {
  Span span;
  std::vector<Span> ends;  ///< where it stands, by place
};

/// Those of the section, by place. Of a section that is sent whole nothing is cut off.
std::vector<DelimitedPart> delimited_parts(std::string_view text, const Section& section,
                                           const RunnerProfile& runner);

}  // namespace unwedge::migration
