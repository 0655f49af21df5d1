// What a run works on: files, in the histories that they belong to.

#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "lint/options.h"
#include "text/source_file.h"
#include "unwedge/history.h"

namespace unwedge::lint {

/// One file: reads itself when its turn comes, so that only a few are in memory at once.
struct Input {
  std::string path;  ///< for messages
  std::function<tl::expected<text::SourceFile, std::string>()> read;
  const Options* options = nullptr;  ///< outlives the run
  bool wanted = true;                ///< false: it is only replayed
  /// Of a wanted one: where its result belongs among the results.
  std::size_t place = 0;
  /// False: a file for other directions, of the migration before it.
  bool is_migration = true;
  std::string version = {};    ///< that the runner gives it; "": its name
  std::string trouble = {};    ///< as HistoryFile::trouble
  bool applied = true;         ///< false: the runner passes over it
  bool repeatable = false;     ///< as HistoryFile::repeatable
  bool has_down_file = false;  ///< another file undoes it
  FileChange change = FileChange::kUnknown;
  std::string was = {};  ///< as HistoryFile::was
};

/// The migrations of one folder in the order in which they are applied; or a file by itself.
struct InputHistory {
  std::vector<Input> files;
  /// The wanted ones are applied together, after all others that are there; otherwise each is a
  /// change set of its own.
  bool one_change_set = false;
  bool from_beginning = false;  ///< nothing was applied before the first of them
  /// A dump of the schema from which they start. It may list versions that are in it already.
  std::optional<Input> base = std::nullopt;
  std::string changed_code = {};  ///< as History::changed_code
};

}  // namespace unwedge::lint
