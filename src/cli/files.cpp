// Walks folders. Names are bytes here: nothing is assumed of their encoding.

#include "cli/files.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "config/discovery.h"
#include "migration/surroundings.h"

namespace unwedge::cli {
namespace {

namespace fs = std::filesystem;

using migration::is_below;

class Finder {
 public:
  Finder() : current_(config::normal_path(".")) {}

  void add_stdin(const std::string& name) {
    FoundFile file;
    file.shown = name.empty() ? "<stdin>" : shown(name, config::normal_path(name));
    file.place = name.empty() ? current_ / "-" : config::normal_path(name);
    file.named = true;
    file.is_stdin = true;
    add(std::move(file));
  }

  void add_path(const std::string& text) {
    const fs::path path(text);
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (text.empty() || status.type() == fs::file_type::not_found) {
      found_.errors.push_back(fmt::format("'{}' does not exist.", text));
    } else if (error) {
      found_.errors.push_back(fmt::format("'{}' cannot be read: {}.", text, error.message()));
    } else if (fs::is_directory(status)) {
      search(path);
    } else {
      const fs::path place = config::normal_path(path);
      FoundFile file;
      file.path = path;
      file.place = place;
      file.shown = shown(path, place);
      file.named = true;
      add(std::move(file));
    }
  }

  FoundFiles take() { return std::move(found_); }

 private:
  /// As the reports call it.
  [[nodiscard]] std::string shown(const fs::path& path, const fs::path& place) const {
    if (place == current_) return ".";
    if (is_below(place, current_)) return place.lexically_relative(current_).generic_string();
    return path.generic_string();
  }

  void add(FoundFile file) {
    if (seen_.insert(file.place).second) found_.files.push_back(std::move(file));
  }

  void search(const fs::path& root) {
    const fs::path place = config::normal_path(root);
    const fs::path repository = config::repository_root(place);
    std::error_code error;
    border_ = fs::canonical(repository.empty() ? place : repository, error);

    std::vector<fs::path> names;  // of files, from the root
    std::vector<fs::path> folders{fs::path()};
    while (!folders.empty()) {
      const fs::path folder = std::move(folders.back());
      folders.pop_back();
      read_folder(root, folder, names, folders);
    }
    if (names.empty()) {
      found_.notes.push_back(fmt::format("There is no .sql file in '{}'.", root.generic_string()));
    }
    std::sort(names.begin(), names.end(), [](const fs::path& left, const fs::path& right) {
      return left.native() < right.native();
    });
    const std::string root_shown = shown(root, place);
    for (const fs::path& name : names) {
      FoundFile file;
      file.path = root / name;
      file.place = place / name;
      file.shown = root_shown == "." ? name.generic_string()
                                     : (fs::path(root_shown) / name).generic_string();
      file.refusal = refusal(file.path);
      add(std::move(file));
    }
  }

  void read_folder(const fs::path& root, const fs::path& folder, std::vector<fs::path>& names,
                   std::vector<fs::path>& folders) {
    std::error_code error;
    fs::directory_iterator entry(root / folder, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
      std::error_code ignored;
      const fs::path name = entry->path().filename();
      if (entry->is_symlink(ignored) && entry->is_directory(ignored)) {
        found_.notes.push_back(fmt::format("'{}' is a link to a folder and was not searched.",
                                           (root / folder / name).generic_string()));
      } else if (entry->is_directory(ignored)) {
        if (name != ".git" && name != "node_modules") folders.push_back(folder / name);
      } else if (name.extension() == ".sql") {
        names.push_back(folder / name);
      }
    }
    if (error) {
      found_.errors.push_back(fmt::format("'{}' cannot be searched: {}.",
                                          (root / folder).generic_string(), error.message()));
    }
  }

  /// A link could make us read, and show, what the repository has no business with.
  [[nodiscard]] std::string refusal(const fs::path& path) const {
    std::error_code error;
    if (!fs::is_symlink(fs::symlink_status(path, error))) return {};
    const fs::path target = fs::canonical(path, error);
    if (error) return fmt::format("it is a link that leads nowhere: {}", error.message());
    if (is_below(target, border_)) return {};
    return "it is a link out of the repository";
  }

  fs::path current_;
  fs::path border_;  ///< of what links may lead to
  std::set<fs::path> seen_;
  FoundFiles found_;
};

}  // namespace

FoundFiles find_files(const std::vector<std::string>& paths, const std::string& stdin_filename) {
  Finder finder;
  for (const std::string& path : paths) {
    if (path == "-") {
      finder.add_stdin(stdin_filename);
    } else {
      finder.add_path(path);
    }
  }
  return finder.take();
}

}  // namespace unwedge::cli
