// See history.h. What is known of a runner is in its profile's `order`; this is what its words
// mean.

#include "migration/history.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "migration/history_changelog.h"
#include "migration/history_folders.h"
#include "migration/history_lists.h"
#include "migration/history_names.h"
#include "migration/history_versions.h"

namespace unwedge::migration {
namespace {

FolderHistory alone(const Folder& folder, std::string_view name) {
  FolderHistory history;
  history.folder = &folder;
  history.entries.push_back(
      {.name = std::string(name), .version = {}, .others = {}, .trouble = {}});
  return history;
}

/// Puts the up migrations into the order of a list; those that it does not name come last.
FolderHistory in_listed_order(const HistoryPlace& place, const std::vector<ListedMigration>& listed,
                              const std::vector<NamedFile>& files, const OrderRules& rules) {
  FolderHistory history;
  history.folder = place.folder;
  history.from_beginning = true;
  std::unordered_map<std::string_view, bool> is_listed;
  for (const NamedFile& file : files) {
    if (file.direction == Direction::kUp) is_listed.emplace(file.path, false);
  }
  std::vector<HistoryEntry>& entries = history.entries;
  std::string missing;  // what the list names and nobody has
  for (const ListedMigration& migration : listed) {
    const auto file = is_listed.find(migration.path);
    if (file == is_listed.end()) {
      missing = fmt::format("the entry before it, '{}', has no file", migration.path);
      history.from_beginning = false;
      continue;
    }
    if (std::exchange(file->second, true)) continue;
    entries.push_back({.name = migration.path,
                       .version = migration.version,
                       .others = {},
                       .trouble = migration.trouble.empty() ? missing : migration.trouble});
    missing.clear();
  }
  if (!missing.empty() && !entries.empty() && entries.back().trouble.empty()) {
    entries.back().trouble =
        fmt::format("{} names migrations after it that have no file", rules.lists.front());
  }
  for (const NamedFile& file : files) {
    const auto found = is_listed.find(file.path);
    if (found == is_listed.end() || found->second) continue;
    entries.push_back({.name = file.path,
                       .version = file.version,
                       .others = {},
                       .applied = false,
                       .trouble = fmt::format("{} does not list it, so it is never applied",
                                              rules.lists.front())});
  }
  add_others(entries, files);
  return history;
}

/// The text of the runner's list, in the folder of the history or one above it.
std::optional<std::string_view> list_text(const HistoryPlace& place, const OrderRules& rules) {
  for (const Folder* folder = place.folder; folder != nullptr; folder = folder->parent()) {
    for (const std::string& list : rules.lists) {
      if (folder->has(list)) return folder->read(list);
    }
    if (rules.kind == OrderKind::kJournal) break;
  }
  return std::nullopt;
}

/// By the runner's list; nothing if there is none that can be read.
std::optional<FolderHistory> by_list(const HistoryPlace& place, const std::vector<NamedFile>& files,
                                     const RunnerProfile& runner) {
  const std::optional<std::string_view> text = list_text(place, runner.order);
  if (!text) return std::nullopt;
  std::optional<std::vector<ListedMigration>> listed;
  if (runner.order.kind == OrderKind::kJournal) {
    listed = read_journal(*text);
  } else {
    std::set<std::string_view> paths;
    for (const NamedFile& file : files) paths.insert(file.path);
    listed = read_plan(*text, [&](const std::string& path) { return paths.contains(path); });
  }
  if (!listed) return std::nullopt;
  return in_listed_order(place, *listed, files, runner.order);
}

/// A history, and which files are in it.
struct KnownHistory {
  FolderHistory history;
  std::unordered_set<std::string> files;
};

KnownHistory with_files(FolderHistory history) {
  KnownHistory known{.history = std::move(history), .files = {}};
  for (const HistoryEntry& entry : known.history.entries) {
    known.files.insert(entry.name);
    known.files.insert(entry.others.begin(), entry.others.end());
  }
  return known;
}

FolderHistory history_at(const HistoryPlace& place, const RunnerProfile& runner) {
  const OrderRules& rules = runner.order;
  const std::vector<std::string> files = files_of(place, rules);
  if (rules.kind == OrderKind::kNumbered || rules.kind == OrderKind::kChangelog) {
    return history_by_numbers(place, files, runner);
  }
  std::vector<NamedFile> named = named_files(place, files, runner);
  if (!rules.lists.empty()) {
    std::optional<FolderHistory> listed = by_list(place, named, runner);
    if (listed) return std::move(*listed);
  }
  return history_by_versions(place, files, std::move(named), rules);
}

FolderHistory by_changelog(const Changelog& changelog, const Folder& root) {
  FolderHistory history;
  history.folder = &root;
  for (const ChangelogFile& file : changelog.files) {
    if (!file.is_rollback) {
      history.entries.push_back({.name = file.path, .version = {}, .others = {}, .trouble = {}});
    } else if (!history.entries.empty()) {
      history.entries.back().others.push_back(file.path);
    }
  }
  history.from_beginning = changelog.is_complete;
  return history;
}

/// The histories of the changelogs directly in the folder.
std::vector<KnownHistory> changelog_histories(const Folder& folder, const OrderRules& rules) {
  std::vector<KnownHistory> histories;
  for (const Changelog& changelog : changelogs_in(folder, rules.lists)) {
    histories.push_back(with_files(by_changelog(changelog, folder.root())));
  }
  return histories;
}

/// The history that the file is in; nothing if its name is none that the runner reads. Whole
/// folders are looked at once, for all their files, of which thousands may be in no history.
std::optional<FolderHistory> found_history(const Folder& folder, std::string_view name,
                                           const RunnerProfile& runner) {
  const OrderRules& rules = runner.order;
  // Another config may have another runner of that name.
  const std::string question = fmt::format("history {}", fmt::ptr(&runner));
  if (rules.kind == OrderKind::kChangelog) {
    const std::string path = folder.in_repository(name);
    for (const Folder* from = &folder; from != nullptr; from = from->parent()) {
      const auto known = from->remember<std::vector<KnownHistory>>(
          question + " changelogs", [&] { return changelog_histories(*from, rules); });
      const auto found = std::find_if(known->begin(), known->end(), [&](const auto& history) {
        return history.files.contains(path);
      });
      if (found != known->end()) return found->history;
    }
  }
  const std::optional<HistoryPlace> place = place_of(folder, name, rules);
  if (!place) return std::nullopt;
  // Of folders with the same version, and of numbers on different levels, each is for itself.
  const std::string own = rules.subfolders == Subfolders::kAll ? folder.in_repository("") : "";
  const auto depth = std::count(place->path.begin(), place->path.end(), '/');
  const auto known =
      place->folder->remember<KnownHistory>(fmt::format("{} {} {}", question, depth, own),
                                            [&] { return with_files(history_at(*place, runner)); });
  if (!known->files.contains(place->path)) return std::nullopt;
  return known->history;
}

}  // namespace

FolderHistory history_of(const Folder& folder, std::string_view name, const RunnerProfile& runner) {
  std::optional<FolderHistory> found = found_history(folder, name, runner);
  FolderHistory history = found ? std::move(*found) : alone(folder, name);
  for (const FileSign& dump : runner.order.dumps) {
    if (!history.schema_dump.empty()) break;
    history.schema_dump = find_sign(dump, *history.folder, name).value_or("");
  }
  return history;
}

}  // namespace unwedge::migration
