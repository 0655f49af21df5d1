// Which folder holds the whole history that a file belongs to, and which of the files below belong.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migration/profile.h"
#include "migration/surroundings.h"

namespace unwedge::migration {

/// A file as seen from the folder that holds its history.
struct HistoryPlace {
  const Folder* folder = nullptr;
  std::string path;
};

/// Nothing if the file's path is none that the runner reads.
std::optional<HistoryPlace> place_of(const Folder& folder, std::string_view name,
                                     const OrderRules& rules);

/// The files that the runner looks at, sorted, and others that lie beside them.
std::vector<std::string> files_of(const HistoryPlace& place, const OrderRules& rules);

/// The same in the folders where a Java project keeps what is not SQL: src/main/java for
/// src/main/resources.
std::vector<std::string> code_files_of(const HistoryPlace& place, const OrderRules& rules);

}  // namespace unwedge::migration
