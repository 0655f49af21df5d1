// The SQL files that Liquibase's changelogs name, in the order in which it applies them.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migration/surroundings.h"

namespace unwedge::migration {

struct ChangelogFile {
  std::string path;            ///< in the repository
  bool is_rollback = false;    ///< for the other direction of what precedes it
};

struct Changelog {
  std::vector<ChangelogFile> files;
  /// All that it names is there, and all changes are in these files.
  bool is_complete = true;
};

/// Of the changelog that leads to the file of that path in the repository. Changelogs with one of
/// these names are looked for in the folder and those above it. Nothing if none leads there.
std::optional<Changelog> changelog_of(const Folder& folder, std::string_view path,
                                      const std::vector<std::string>& names);

}  // namespace unwedge::migration
