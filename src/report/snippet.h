// A line of source made ready to be shown with an underline below a part of it.

#pragma once

#include <cstddef>
#include <string>

#include "lint/result.h"
#include "text/line_index.h"

namespace unwedge::report {

struct Snippet {
  std::string line;       ///< safe to show, tabs expanded, `…` where the line was cut
  std::size_t begin = 0;  ///< the underline, in cells of the terminal
  std::size_t end = 0;    ///< beyond its last cell; always greater than begin
};

/// The excerpt of the region's first line. A region of several lines is underlined to the end of
/// the first; an empty one gets one cell.
Snippet make_snippet(const lint::Excerpt& excerpt, const text::Region& region);

}  // namespace unwedge::report
