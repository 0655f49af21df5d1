// The SQL files that Liquibase's changelogs name, in the order in which it applies them.

#pragma once

#include <string>
#include <vector>

#include "migration/surroundings.h"

namespace unwedge::migration {

struct ChangelogFile {
  std::string path;          ///< in the repository
  bool is_rollback = false;  ///< for the other direction of what precedes it
};

struct Changelog {
  std::vector<ChangelogFile> files;
  /// All that it names is there, and all changes are in these files.
  bool is_complete = true;
};

/// The changelogs directly in the folder that have one of these names, each with all to which it
/// leads.
std::vector<Changelog> changelogs_in(const Folder& folder, const std::vector<std::string>& names);

}  // namespace unwedge::migration
