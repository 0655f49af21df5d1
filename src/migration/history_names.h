// What the name of a migration says: its version, its direction, and its place among the others.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migration/history.h"
#include "migration/profile.h"
#include "migration/sections.h"

namespace unwedge::migration {

enum class NameKind : std::uint8_t { kVersion, kBaseline, kRepeatable };

/// A file of a history.
struct NamedFile {
  std::string path;  ///< below the folder that the history's names count from
  NameKind kind = NameKind::kVersion;
  Direction direction = Direction::kUp;
  std::string version;  ///< equal for what the runner takes for the same version
  std::string key;      ///< compares as the runner compares versions
  bool applied = true;
};

/// "0042" as 42.
std::string_view without_zeros(std::string_view number);

/// `in_repository`: the path from the repository's root. Nothing: it is no migration of this
/// runner, or not one for Postgres.
std::optional<NamedFile> read_name(std::string_view path, std::string_view in_repository,
                                   const RunnerProfile& runner);

/// The up files in the order in which they are applied, each with its files of other directions.
/// With a baseline, what a new database gets.
std::vector<HistoryEntry> in_order(std::vector<NamedFile> files);

/// Adds the files of other directions to the entries of their versions.
void add_others(std::vector<HistoryEntry>& entries, const std::vector<NamedFile>& files);

/// Whether this can be the first migration that ever was: its number is 0 or 1, it is a point in
/// time, or its name says so.
bool may_be_first(const HistoryEntry& entry);

}  // namespace unwedge::migration
