// From findings with places in bytes to findings as reports show them.

#pragma once

#include <string_view>
#include <vector>

#include "lint/located_finding.h"
#include "lint/result.h"
#include "text/source_file.h"

namespace unwedge::lint {

/// Sorts the findings by place and rule and gives each its lines, columns, excerpt and
/// fingerprints, if wanted.
std::vector<ReportedFinding> present(std::vector<LocatedFinding> findings,
                                     const text::SourceFile& file, bool with_fingerprints);

}  // namespace unwedge::lint
