// From what the rules have found in a file, and in what it includes, to the file's result.

#pragma once

#include <cstddef>
#include <vector>

#include "lint/analysis.h"
#include "lint/file_parts.h"
#include "lint/located_finding.h"
#include "lint/options.h"
#include "lint/result.h"

namespace unwedge::lint {

/// The result of the file of this number, acknowledgements and settings applied.
FileResult file_result(const AnalysedFile& file, std::size_t number, const FileParts& parts,
                       const Options& options, std::vector<LocatedFinding> findings);

/// Makes files of their own of what files include, each once, behind the first that includes it. A
/// finding that was made several times is reported once, as it counts most.
void place_included(std::vector<FileResult>& files);

}  // namespace unwedge::lint
