// Puts the files that are to be linted into the histories that they belong to: with all other
// migrations of their folders, in the order in which they are applied.

#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "cli/environment.h"
#include "cli/file_settings.h"
#include "cli/files.h"
#include "cli/git.h"
#include "lint/input.h"
#include "migration/history.h"

namespace unwedge::cli {

class Histories {
 public:
  /// `one_change_set`: the wanted files of each history are applied together; `since`: what the
  /// files are compared with, or null. All outlive this and the inputs.
  Histories(Settings& settings, const Environment& environment, bool one_change_set,
            const Since* since = nullptr);

  /// A file that is wanted; its result is the next one.
  void add(const FoundFile& file, const lint::Options& options);

  /// All that were added, with their histories. To be called once.
  std::vector<lint::InputHistory> take();

 private:
  /// A migration, and its files for other directions behind it.
  struct Slot {
    lint::Input input;
    bool is_read = true;  ///< false: a file for another direction that nobody wants
  };
  struct Planned {
    std::deque<Slot> slots;
    lint::InputHistory history;
  };
  struct Place {
    std::size_t history = 0;
    std::size_t slot = 0;
  };

  lint::Input wanted(const FoundFile& file, const lint::Options& options);
  void add_alone(const FoundFile& file, lint::Input input);
  void plan_history_of(const FoundFile& file, const lint::Options& options);
  /// The schema from which a history starts.
  lint::Input base(const std::filesystem::path& dump, const lint::Options& options);
  void plan(const migration::FolderHistory& found, const std::string& name, bool is_migration,
            const migration::HistoryEntry& entry, const migration::RunnerProfile& runner,
            std::size_t history);
  void compare(const FoundFile& file, const migration::RunnerProfile& runner,
               lint::Input& input) const;
  [[nodiscard]] std::string shown(const std::filesystem::path& place) const;

  Settings& settings_;
  const Environment& environment_;
  bool one_change_set_;
  const Since* since_;
  std::filesystem::path current_;
  std::vector<Planned> planned_;
  std::unordered_map<std::string, Place> places_;  ///< by absolute path
  std::vector<lint::Input> alone_;
  std::vector<lint::Input> foreign_;  ///< the same, but of no repository that `since` knows
  std::size_t count_ = 0;
};

}  // namespace unwedge::cli
