// Histories in the order that names alone give.

#pragma once

#include <string>
#include <vector>

#include "migration/history.h"
#include "migration/history_folders.h"
#include "migration/history_names.h"
#include "migration/profile.h"

namespace unwedge::migration {

/// The migrations among the files.
std::vector<NamedFile> named_files(const HistoryPlace& place, const std::vector<std::string>& files,
                                   const RunnerProfile& runner);

/// The history of these migrations. `files`: all that lie there.
FolderHistory history_by_versions(const HistoryPlace& place, const std::vector<std::string>& files,
                                  std::vector<NamedFile> named, const OrderRules& rules);

/// The history of the files that have the same place, where nothing but their numbers tells an
/// order: no entries if too many have none.
FolderHistory history_by_numbers(const HistoryPlace& place, const std::vector<std::string>& files,
                                 const RunnerProfile& runner);

}  // namespace unwedge::migration
