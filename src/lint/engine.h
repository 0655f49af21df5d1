// Lints files: from a file's text to its findings, through every layer.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lint/options.h"
#include "lint/result.h"
#include "text/source_file.h"

namespace unwedge::lint {

/// Lints one file as a change set of its own. Never fails: what is wrong with the file is a
/// finding.
FileResult lint_file(const text::SourceFile& file, const Options& options);

/// The result for a file that could not be read.
FileResult unreadable_file(std::string path, std::string error);

/// One file of a run: reads itself when its turn comes, so that only a few are in memory at once.
struct Input {
  std::string path;  ///< for messages
  std::function<tl::expected<text::SourceFile, std::string>()> read;
  const Options* options = nullptr;  ///< outlives the run
  /// Inputs that follow one another with the same number above 0 are one change set, in this order;
  /// with 0 each is one of its own.
  int change_set = 0;
};

/// Lints all inputs on `jobs` threads (0: one per core) and returns their results in the order of
/// the inputs. `progress`, if set, is called from one thread at a time with the number of files
/// done. A run ends early, with the files done so far, once `cancelled` (if set) returns true.
Result run(const std::vector<Input>& inputs, unsigned jobs,
           const std::function<void(std::size_t)>& progress = {},
           const std::function<bool()>& cancelled = {});

}  // namespace unwedge::lint
