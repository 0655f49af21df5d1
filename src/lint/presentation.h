// From findings with places in bytes to findings as reports show them.

#pragma once

#include <cstddef>
#include <vector>

#include "lint/file_parts.h"
#include "lint/located_finding.h"
#include "lint/result.h"

namespace unwedge::lint {

/// Sorts the findings of one of the files by place and rule and gives each its lines, columns,
/// excerpt and fingerprints, if wanted. Related places may be in the other files.
std::vector<ReportedFinding> present(std::vector<LocatedFinding> findings, const FileParts& files,
                                     std::size_t file, bool with_fingerprints);

}  // namespace unwedge::lint
