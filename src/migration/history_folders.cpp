// See history_folders.h.

#include "migration/history_folders.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>

#include <fmt/format.h>
#include <re2/re2.h>

#include "migration/other_database.h"
#include "migration/pattern.h"

namespace unwedge::migration {
namespace {

constexpr std::size_t kMostLevels = 6;

bool matches(std::string_view name, const RE2& pattern) {
  return RE2::FullMatch(re2::StringPiece(name.data(), name.size()), pattern);
}

bool is_for_postgres(std::string_view folder) {
  static const RE2 names("(?i)(?:postgres(?:ql)?|pgsql|pg)");
  return matches(folder, names);
}

bool is_for_all_databases(std::string_view folder) {
  static const RE2 names("(?i)(?:common|all|shared|generic)");
  return matches(folder, names);
}

/// A folder with the migrations of one release or year.
bool is_for_release(std::string_view folder) {
  static const RE2 names("(?i)(?:v|r|release[-_]?)?[0-9]+(?:[._-][0-9a-z]+)*");
  return matches(folder, names);
}

std::string name_of(const Folder& folder) { return folder.path().filename().string(); }

bool has_one(const Folder& folder, bool (*test)(std::string_view name)) {
  return std::any_of(folder.names().begin(), folder.names().end(), test);
}

bool has_migrations(const Folder& folder, const OrderRules& rules) {
  return std::any_of(folder.names().begin(), folder.names().end(),
                     [&](const std::string& name) { return match_whole(name, rules.file); });
}

bool is_usual_place(const Folder& folder) {
  return ("/" + folder.in_repository("")).ends_with("/db/migration/");
}

/// Where the runner looks at all folders below its own, that one may be above the file's.
const Folder& top_of(const Folder& folder, const OrderRules& rules) {
  const Folder* top = &folder;
  const Folder* at = &folder;
  for (std::size_t level = 0; level < kMostLevels && at->parent() != nullptr; ++level) {
    const std::string name = name_of(*at);
    const Folder& above = *at->parent();
    if (is_other_database(name)) break;
    if (is_for_postgres(name) || is_for_all_databases(name)) {
      const bool is_shared =
          has_one(above, is_for_all_databases) && has_one(above, is_for_postgres);
      return is_shared ? above : *at;
    }
    const bool is_release =
        is_for_release(name) && name_of(above).find("igrat") != std::string::npos;
    if (is_release || is_usual_place(above) || has_migrations(above, rules)) top = &above;
    at = &above;
  }
  return *top;
}

std::optional<HistoryPlace> place_with(const Folder& folder, std::string_view name,
                                       const OrderRules& rules, bool needs_list) {
  HistoryPlace place{.folder = &folder, .path = std::string(name)};
  for (std::size_t level = 0; level < kMostLevels; ++level) {
    const bool has_list =
        !needs_list || std::any_of(rules.lists.begin(), rules.lists.end(),
                                   [&](const auto& list) { return place.folder->has(list); });
    if (has_list &&
        (match_whole(place.path, rules.file) || match_whole(place.path, rules.baseline) ||
         match_whole(place.path, rules.repeatable) || match_whole(place.path, rules.passed_over))) {
      return place;
    }
    if (place.folder->parent() == nullptr) break;
    place.path = fmt::format("{}/{}", name_of(*place.folder), place.path);
    place.folder = place.folder->parent();
  }
  return std::nullopt;
}

/// The folders below that are of this history.
std::function<bool(std::string_view name)> entered_by(const HistoryPlace& place) {
  const bool is_shared = has_one(*place.folder, is_for_all_databases);
  bool is_postgres = false;
  for (std::string_view rest = place.path; rest.find('/') != std::string_view::npos;) {
    const std::string_view first = rest.substr(0, rest.find('/'));
    is_postgres = is_postgres || is_for_postgres(first);
    rest.remove_prefix(first.size() + 1);
  }
  const bool enters_postgres = is_shared || is_postgres;
  return [enters_postgres](std::string_view name) {
    if (name.starts_with('.') || name == "node_modules") return false;
    return !is_other_database(name) && (enters_postgres || !is_for_postgres(name));
  };
}

/// How far below the folder files are looked for.
std::size_t levels_of(const HistoryPlace& place, const OrderRules& rules) {
  if (rules.subfolders == Subfolders::kNone) return 0;
  if (rules.kind == OrderKind::kNumbered && place.path.find('/') == std::string::npos) return 0;
  return rules.subfolders == Subfolders::kOne ? 1 : kMostLevels;
}

}  // namespace

std::optional<HistoryPlace> place_of(const Folder& folder, std::string_view name,
                                     const OrderRules& rules) {
  std::optional<HistoryPlace> place;
  const bool has_list = rules.kind == OrderKind::kJournal || rules.kind == OrderKind::kPlan;
  if (has_list) place = place_with(folder, name, rules, true);
  if (!place) place = place_with(folder, name, rules, false);
  if (!place || rules.subfolders != Subfolders::kAll || place->folder != &folder) return place;
  const Folder& top = top_of(folder, rules);
  while (place->folder != &top) {
    place->path = fmt::format("{}/{}", name_of(*place->folder), place->path);
    place->folder = place->folder->parent();
  }
  return place;
}

std::vector<std::string> files_of(const HistoryPlace& place, const OrderRules& rules) {
  const std::size_t levels = levels_of(place, rules);
  if (levels == 0) {
    const std::vector<std::string>& names = place.folder->names();
    std::vector<std::string> files;
    std::copy_if(names.begin(), names.end(), std::back_inserter(files),
                 [&](const std::string& name) { return place.folder->is_file(name); });
    return files;
  }
  return place.folder->files_below("", levels, entered_by(place));
}

std::vector<std::string> code_files_of(const HistoryPlace& place, const OrderRules& rules) {
  constexpr std::string_view kResources = "/src/main/resources/";
  std::vector<std::string> files;
  if (rules.code.empty()) return files;
  const std::string here = "/" + place.folder->in_repository("");
  const std::size_t at = here.find(kResources);
  if (at == std::string::npos) return files;
  for (std::string_view language : {"/src/main/java/", "/src/main/kotlin/", "/src/main/groovy/"}) {
    std::string there = here;
    there.replace(at, kResources.size(), language);
    there = there.substr(1, there.size() - 2);
    const std::vector<std::string> found = place.folder->root().files_below(
        there, kMostLevels, [](std::string_view /*name*/) { return true; });
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

}  // namespace unwedge::migration
