// See history.h. What is known of a runner is in its profile's `order`; this is what its words mean.

#include "migration/history.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <re2/re2.h>

#include "migration/history_changelog.h"
#include "migration/history_folders.h"
#include "migration/history_lists.h"
#include "migration/history_names.h"
#include "migration/pattern.h"

namespace unwedge::migration {
namespace {

FolderHistory alone(const Folder& folder, std::string_view name) {
  FolderHistory history;
  history.folder = &folder;
  history.entries.push_back(
      {.name = std::string(name), .version = {}, .others = {}, .trouble = {}});
  return history;
}

std::size_t depth_of(std::string_view path) {
  return static_cast<std::size_t>(std::count(path.begin(), path.end(), '/'));
}

/// Whether the name alone says that the file undoes another, which must be there if the name may
/// mean something else.
bool undoes(const std::string& file, const std::vector<std::string>& files) {
  static const RE2 undo("(?i).*[-_.](?:rollback|revert|undo)\\.sql");
  static const RE2 down("(?i)(.*[-_./])down\\.sql");
  if (RE2::FullMatch(file, undo)) return true;
  std::string start;
  return RE2::FullMatch(file, down, &start) &&
         std::binary_search(files.begin(), files.end(), start + "up.sql");
}

/// The migrations among the files.
std::vector<NamedFile> named_files(const HistoryPlace& place, const std::vector<std::string>& files,
                                   const RunnerProfile& runner) {
  std::vector<NamedFile> named;
  for (const std::string& file : files) {
    std::optional<NamedFile> migration =
        read_name(file, place.folder->in_repository(file), runner);
    if (migration) named.push_back(std::move(*migration));
  }
  return named;
}

/// The migrations among the files beside one, where nothing but their numbers says so: nothing if
/// too many have none. `all`: whether each has one.
std::vector<NamedFile> numbered_files(const HistoryPlace& place,
                                      const std::vector<std::string>& files,
                                      const RunnerProfile& runner, bool& all) {
  std::vector<NamedFile> named = named_files(place, files, runner);
  const std::size_t depth = depth_of(place.path);
  std::erase_if(named, [&](const NamedFile& file) { return depth_of(file.path) != depth; });
  for (NamedFile& file : named) {
    if (undoes(file.path, files)) file.direction = Direction::kDown;
  }
  all = true;
  if (depth > 0) return named;
  const auto count = static_cast<std::size_t>(
      std::count_if(files.begin(), files.end(), [&](const std::string& file) {
        return file.ends_with(".sql") && depth_of(file) == 0 && !undoes(file, files) &&
               direction_of(place.folder->in_repository(file), runner.sections) == Direction::kUp;
      }));
  const auto numbered = static_cast<std::size_t>(
      std::count_if(named.begin(), named.end(), [](const NamedFile& file) {
        return file.direction == Direction::kUp;
      }));
  all = numbered >= count;
  // A few others do not say that numbers mean nothing.
  constexpr std::size_t kMostOthers = 10;  // per cent
  if ((count - std::min(count, numbered)) * 100 > count * kMostOthers) named.clear();
  return named;
}

bool has_code(const HistoryPlace& place, const std::vector<std::string>& files,
              const OrderRules& rules) {
  const auto is_code = [&](const std::string& file) {
    return match_whole(file, rules.code).has_value();
  };
  if (rules.code.empty()) return false;
  if (std::any_of(files.begin(), files.end(), is_code)) return true;
  const std::vector<std::string> elsewhere = code_files_of(place, rules);
  return std::any_of(elsewhere.begin(), elsewhere.end(), is_code);
}

/// Puts the up migrations into the order of a list; those that it does not name come last.
std::vector<HistoryEntry> in_listed_order(const std::vector<ListedMigration>& listed,
                                          const std::vector<NamedFile>& files,
                                          const RunnerProfile& runner) {
  std::unordered_map<std::string_view, const NamedFile*> unlisted;
  for (const NamedFile& file : files) {
    if (file.direction == Direction::kUp) unlisted.emplace(file.path, &file);
  }
  std::vector<HistoryEntry> entries;
  std::string missing;  // what the list names and nobody has
  for (const ListedMigration& migration : listed) {
    if (unlisted.erase(migration.path) == 0) {
      missing = fmt::format("the entry before it, '{}', has no file", migration.path);
      continue;
    }
    entries.push_back({.name = migration.path,
                       .version = migration.version,
                       .others = {},
                       .trouble = migration.trouble.empty() ? missing : migration.trouble});
    missing.clear();
  }
  if (!missing.empty() && !entries.empty() && entries.back().trouble.empty()) {
    entries.back().trouble = missing;
  }
  for (const NamedFile& file : files) {
    if (!unlisted.contains(file.path)) continue;
    entries.push_back({.name = file.path,
                       .version = file.version,
                       .others = {},
                       .applied = false,
                       .trouble = fmt::format("{} does not list it, so it is never applied",
                                              runner.order.lists.front())});
  }
  return entries;
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

/// The entries by the runner's list; nothing if there is none that can be read.
std::optional<std::vector<HistoryEntry>> by_list(const HistoryPlace& place,
                                                 const std::vector<NamedFile>& files,
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
  std::vector<HistoryEntry> entries = in_listed_order(*listed, files, runner);
  add_others(entries, files);
  return entries;
}

bool contains(const std::vector<HistoryEntry>& entries, std::string_view path) {
  return std::any_of(entries.begin(), entries.end(), [&](const HistoryEntry& entry) {
    return entry.name == path ||
           std::find(entry.others.begin(), entry.others.end(), path) != entry.others.end();
  });
}

/// Where a number is missing, and the runner minds.
void find_gaps(std::vector<HistoryEntry>& entries, Gaps gaps) {
  if (gaps == Gaps::kAllowed) return;
  std::uint64_t expected = 1;
  std::string missing;  // where the runner ended
  for (HistoryEntry& entry : entries) {
    std::uint64_t number = 0;
    const char* const end = entry.version.data() + entry.version.size();
    if (std::from_chars(entry.version.data(), end, number).ec != std::errc{}) continue;
    if (missing.empty() && number > expected) missing = std::to_string(expected);
    expected = number + 1;
    if (missing.empty()) continue;
    entry.trouble = fmt::format("there is no migration {}, and the runner {}", missing,
                                gaps == Gaps::kEnd ? "ends where one is missing"
                                                   : "refuses to leave one out");
    entry.applied = gaps != Gaps::kEnd;
    if (entry.applied) missing.clear();
  }
}

/// By the versions in the names.
FolderHistory by_names(const HistoryPlace& place, const std::vector<std::string>& files,
                       std::vector<NamedFile> named, const OrderRules& rules) {
  FolderHistory history;
  history.folder = place.folder;
  history.entries = in_order(std::move(named));
  find_gaps(history.entries, rules.gaps);
  const auto first = std::find_if(history.entries.begin(), history.entries.end(),
                                  [](const HistoryEntry& entry) { return entry.applied; });
  history.from_beginning = first != history.entries.end() && may_be_first(*first) &&
                           !match_whole(first->name, rules.baseline) &&
                           !has_code(place, files, rules);
  return history;
}

/// Adds what people take for a migration and the runner does not. Where that is most of the files,
/// its settings give it other names.
void add_passed_over(const std::vector<std::string>& files, const OrderRules& rules,
                     std::vector<HistoryEntry>& entries) {
  std::vector<std::string> passed_over;
  std::copy_if(files.begin(), files.end(), std::back_inserter(passed_over),
               [&](const std::string& file) {
                 return match_whole(file, rules.passed_over) && !match_whole(file, rules.file) &&
                        !match_whole(file, rules.baseline) && !match_whole(file, rules.repeatable);
               });
  if (passed_over.size() >= entries.size()) return;
  for (std::string& file : passed_over) {
    entries.push_back({.name = std::move(file),
                       .version = {},
                       .others = {},
                       .applied = false,
                       .trouble = "the runner does not read its name, so it is never applied"});
  }
}

/// Whether folders have the same version: the runner reads one of them alone, or it would refuse.
bool has_twins(const std::vector<NamedFile>& files) {
  std::unordered_map<std::string_view, std::string_view> folders;
  return std::any_of(files.begin(), files.end(), [&](const NamedFile& file) {
    if (file.direction != Direction::kUp || file.kind != NameKind::kVersion) return false;
    const std::string_view path = file.path;
    const std::string_view folder = path.substr(0, path.find_last_of('/') + 1);
    return folders.emplace(file.version, folder).first->second != folder;
  });
}

FolderHistory history_at(const HistoryPlace& place, const RunnerProfile& runner) {
  const OrderRules& rules = runner.order;
  const std::vector<std::string> files = files_of(place, rules);
  if (rules.kind == OrderKind::kNumbered || rules.kind == OrderKind::kChangelog) {
    bool all = false;
    FolderHistory history =
        by_names(place, files, numbered_files(place, files, runner, all), rules);
    history.from_beginning = history.from_beginning && all;
    return history;
  }
  std::vector<NamedFile> named = named_files(place, files, runner);
  if (!rules.lists.empty()) {
    std::optional<std::vector<HistoryEntry>> listed = by_list(place, named, runner);
    if (listed) {
      FolderHistory history;
      history.folder = place.folder;
      history.entries = std::move(*listed);
      history.from_beginning = true;
      return history;
    }
  }
  if (rules.subfolders == Subfolders::kAll && has_twins(named)) {
    const std::string folder = place.path.substr(0, place.path.find_last_of('/') + 1);
    std::erase_if(named, [&](const NamedFile& file) {
      return file.path.substr(0, file.path.find_last_of('/') + 1) != folder;
    });
  }
  FolderHistory history = by_names(place, files, std::move(named), rules);
  if (!rules.passed_over.empty()) add_passed_over(files, rules, history.entries);
  return history;
}

/// By the changelogs that lead to the file; no entries if none does.
FolderHistory by_changelog(const Folder& folder, std::string_view name, const OrderRules& rules) {
  FolderHistory history;
  history.folder = &folder.root();
  const std::optional<Changelog> changelog =
      changelog_of(folder, folder.in_repository(name), rules.lists);
  if (!changelog) return history;
  for (const ChangelogFile& file : changelog->files) {
    if (!file.is_rollback) {
      history.entries.push_back({.name = file.path, .version = {}, .others = {}, .trouble = {}});
    } else if (!history.entries.empty()) {
      history.entries.back().others.push_back(file.path);
    }
  }
  history.from_beginning = changelog->is_complete;
  return history;
}

/// The history that the file is in; no entries if its name is none that the runner reads.
FolderHistory found_history(const Folder& folder, std::string_view name,
                            const RunnerProfile& runner) {
  FolderHistory history;
  const OrderRules& rules = runner.order;
  if (rules.kind == OrderKind::kChangelog) {
    history = by_changelog(folder, name, rules);
    if (contains(history.entries, folder.in_repository(name))) return history;
  }
  const std::optional<HistoryPlace> place = place_of(folder, name, rules);
  if (place) {
    history = history_at(*place, runner);
    if (contains(history.entries, place->path)) return history;
  }
  return {};
}

}  // namespace

FolderHistory history_of(const Folder& folder, std::string_view name, const RunnerProfile& runner) {
  FolderHistory history = found_history(folder, name, runner);
  if (history.entries.empty()) history = alone(folder, name);
  for (const FileSign& dump : runner.order.dumps) {
    if (!history.schema_dump.empty()) break;
    history.schema_dump = find_sign(dump, *history.folder, name).value_or("");
  }
  return history;
}

}  // namespace unwedge::migration
