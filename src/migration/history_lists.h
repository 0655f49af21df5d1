// The lists that some runners keep of their migrations: Drizzle's journal and Sqitch's plan.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unwedge::migration {

/// One migration that a list names.
struct ListedMigration {
  std::string path;     ///< of its up file, below the folder of the history
  std::string version;  ///< as HistoryEntry::version
  std::string trouble;  ///< what is wrong with its place in the list; "": nothing
};

/// The entries of a meta/_journal.json; nothing if it is none.
std::optional<std::vector<ListedMigration>> read_journal(std::string_view text);

/// The changes of a sqitch.plan. `has`: whether there is such a file.
std::vector<ListedMigration> read_plan(std::string_view text,
                                       const std::function<bool(const std::string& path)>& has);

}  // namespace unwedge::migration
