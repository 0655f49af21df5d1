// Lints files: from a file's text to its findings, through every layer.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lint/input.h"
#include "lint/options.h"
#include "lint/result.h"
#include "text/source_file.h"

namespace unwedge::lint {

/// Lints one file as a change set of its own. Never fails: what is wrong with the file is a
/// finding.
FileResult lint_file(const text::SourceFile& file, const Options& options);

/// The result for a file that could not be read.
FileResult unreadable_file(std::string path, std::string error);

/// Lints the wanted files of all histories on `jobs` threads (0: one per core) and returns their
/// results in the order of their places. `progress`, if set, is called from one thread at a time
/// with the number of wanted files done. A run ends early, with the files done so far, once
/// `cancelled` (if set) returns true.
Result run(const std::vector<InputHistory>& histories, unsigned jobs,
           const std::function<void(std::size_t)>& progress = {},
           const std::function<bool()>& cancelled = {});

}  // namespace unwedge::lint
