// The migrations of a folder in the order in which their runner applies them, found by looking at
// the names beside one of them and at the runner's own list (a journal, a plan) where it keeps one.
// No migration's text is read.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "migration/profile.h"
#include "migration/surroundings.h"

namespace unwedge::migration {

/// One migration: what the runner counts as one version.
struct HistoryEntry {
  std::string name;     ///< of its up file, below the folder: "V1__a.sql", "2024_a/migration.sql"
  std::string version;  ///< that the runner knows it by; "": its name
  /// Its files for the other directions, below the folder: "000001_a.down.sql".
  std::vector<std::string> others;
  bool applied = true;      ///< false: the runner passes over it
  bool repeatable = false;  ///< applied again whenever it has changed, after all versions
  std::string trouble;      ///< what is wrong with its place, or why it is passed over; "": nothing
};

struct FolderHistory {
  const Folder* folder = nullptr;     ///< that all names count from
  std::vector<HistoryEntry> entries;  ///< in the order in which they are applied
  /// It begins with the first migration ever, as far as names can tell.
  bool from_beginning = false;
  /// A dump of the schema that the runner keeps, below the repository's root; "": none.
  std::string schema_dump;
};

/// The history to which the file of that name in that folder belongs, for the runner that applies
/// it. The file is always in it: alone, where the runner has no order.
FolderHistory history_of(const Folder& folder, std::string_view name, const RunnerProfile& runner);

}  // namespace unwedge::migration
