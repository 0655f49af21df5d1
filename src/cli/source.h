// The text of a file that was found: from the disk or from standard input.

#pragma once

#include <string>

#include <tl/expected.hpp>

#include "cli/environment.h"
#include "cli/files.h"
#include "text/source_file.h"

namespace unwedge::cli {

/// The error is a sentence that says why it cannot be read. Standard input is read to its end.
tl::expected<text::SourceFile, std::string> read_source(const FoundFile& file,
                                                        const Environment& environment);

}  // namespace unwedge::cli
