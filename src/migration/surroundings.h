// What lies around a migration in its repository: the names in its folder and in those above it,
// and the texts of the small files among them. Nothing outside the repository is ever read, no link
// is followed out of it, and every folder is listed only once.

#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "migration/profile.h"
#include "migration/version.h"

namespace unwedge::migration {

/// Whether the path is the folder or leads into it; both are normal.
bool is_below(const std::filesystem::path& path, const std::filesystem::path& folder);

/// One folder. Safe to use from several threads.
class Folder {
 public:
  Folder(std::filesystem::path path, std::vector<std::string> names, const Folder* parent);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// The path in the repository of a file directly in this folder, with forward slashes.
  [[nodiscard]] std::string in_repository(std::string_view name) const {
    return place_ + std::string(name);
  }
  /// The folder above it; null for the repository's root.
  [[nodiscard]] const Folder* parent() const { return parent_; }
  [[nodiscard]] const Folder& root() const;
  /// Of the files and folders in it, sorted. At most kMostNames: nobody keeps a folder of
  /// migrations with more.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// The .sql files in the folders directly below it, as "folder/file.sql": at most so many, and
  /// some of each folder.
  [[nodiscard]] std::vector<std::string> names_below(std::size_t most) const;
  /// The files in the folder of that path below this one ("": itself) and so many levels below it,
  /// sorted, as seen from this folder; not in a folder with a name that `enters` refuses. Looks at
  /// kMostNames names at most, and follows no link.
  [[nodiscard]] std::vector<std::string> files_below(
      std::string_view place, std::size_t levels,
      const std::function<bool(std::string_view name)>& enters) const;
  /// Whether there is such a file or folder; the name may lead into folders below and, with "../",
  /// above, as far as the repository reaches.
  [[nodiscard]] bool has(std::string_view name) const;
  /// Whether there is such a regular file in the repository, links followed.
  [[nodiscard]] bool is_file(std::string_view name) const;
  /// The beginning of a file's text, as much as kMostBytes; nothing if it cannot be read or lies
  /// outside the repository.
  [[nodiscard]] std::optional<std::string_view> read(std::string_view name) const;

  /// The first bytes of a file in this folder or below it, not kept.
  [[nodiscard]] std::optional<std::string> beginning(std::string_view name, std::size_t most) const;

  /// What `find` answers for a package, asked once for each folder and package.
  std::optional<VersionRange> remember_version(
      std::string_view package, const std::function<std::optional<VersionRange>()>& find) const;

  /// What `find` makes of this folder, asked once for each question.
  template <typename T>
  std::shared_ptr<const T> remember(const std::string& question,
                                    const std::function<T()>& find) const {
    {
      const std::lock_guard lock(mutex_);
      const auto known = answers_.find(question);
      if (known != answers_.end()) return std::static_pointer_cast<const T>(known->second);
    }
    auto found = std::make_shared<const T>(find());
    const std::lock_guard lock(mutex_);
    answers_.emplace(question, found);
    return found;
  }

  static constexpr std::size_t kMostNames = 50000;
  static constexpr std::size_t kMostBytes = std::size_t{4} << 20U;

 private:
  std::filesystem::path path_;
  const Folder* parent_;
  std::string place_;  ///< its path in the repository with a slash at its end; "" for the root
  std::vector<std::string> names_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::optional<std::string>, std::less<>> texts_;
  mutable std::map<std::string, std::optional<VersionRange>, std::less<>> versions_;
  mutable std::map<std::string, std::shared_ptr<const void>, std::less<>> answers_;
};

/// All folders that a run has looked at.
class Surroundings {
 public:
  /// `limit`: what counts as the repository of files that are in none.
  explicit Surroundings(std::filesystem::path limit) : limit_(std::move(limit)) {}

  /// The folder of that path, which must be absolute and normal.
  const Folder& folder(const std::filesystem::path& path);

 private:
  const Folder& folder_locked(const std::filesystem::path& path);
  /// Whether this folder or one above it is a repository's root, or the limit.
  [[nodiscard]] bool is_in_repository(const std::filesystem::path& path);

  std::filesystem::path limit_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::unique_ptr<Folder>> folders_;
  std::unordered_map<std::string, bool> in_repository_;
};

/// The name of a sign's file for a migration of this name: {name}, {stem} and {base} filled in.
std::string sign_file(std::string_view sign, std::string_view migration);

/// Whether the sign is there for a migration of this name in this folder: the name of the file that
/// shows it, as seen from the repository's root; nothing if it is not.
std::optional<std::string> find_sign(const FileSign& sign, const Folder& folder,
                                     std::string_view migration);

}  // namespace unwedge::migration
