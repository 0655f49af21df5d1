// See history_versions.h.

#include "migration/history_versions.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <re2/re2.h>

#include "migration/pattern.h"

namespace unwedge::migration {
namespace {

std::size_t depth_of(std::string_view path) {
  return static_cast<std::size_t>(std::count(path.begin(), path.end(), '/'));
}

std::string_view folder_of(std::string_view path) {
  return path.substr(0, path.find_last_of('/') + 1);
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
  const auto numbered =
      static_cast<std::size_t>(std::count_if(named.begin(), named.end(), [](const NamedFile& file) {
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
    entry.trouble =
        fmt::format("there is no migration {}, and the runner {}", missing,
                    gaps == Gaps::kEnd ? "ends where one is missing" : "refuses to leave one out");
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
    const std::string_view folder = folder_of(file.path);
    return folders.emplace(file.version, folder).first->second != folder;
  });
}

}  // namespace

std::vector<NamedFile> named_files(const HistoryPlace& place, const std::vector<std::string>& files,
                                   const RunnerProfile& runner) {
  std::vector<NamedFile> named;
  for (const std::string& file : files) {
    std::optional<NamedFile> migration = read_name(file, place.folder->in_repository(file), runner);
    if (migration) named.push_back(std::move(*migration));
  }
  return named;
}

FolderHistory history_by_versions(const HistoryPlace& place, const std::vector<std::string>& files,
                                  std::vector<NamedFile> named, const OrderRules& rules) {
  if (rules.subfolders == Subfolders::kAll && has_twins(named)) {
    const std::string_view folder = folder_of(place.path);
    std::erase_if(named, [&](const NamedFile& file) { return folder_of(file.path) != folder; });
  }
  FolderHistory history = by_names(place, files, std::move(named), rules);
  if (!rules.passed_over.empty()) add_passed_over(files, rules, history.entries);
  return history;
}

FolderHistory history_by_numbers(const HistoryPlace& place, const std::vector<std::string>& files,
                                 const RunnerProfile& runner) {
  bool all = false;
  FolderHistory history =
      by_names(place, files, numbered_files(place, files, runner, all), runner.order);
  history.from_beginning = history.from_beginning && all;
  return history;
}

}  // namespace unwedge::migration
