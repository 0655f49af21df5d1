// What a git repository says of its files since a revision. git itself is asked, in a way that runs
// nothing which the repository or its configuration names: no hook, pager, external diff or
// monitor, and nothing is fetched.

#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <tl/expected.hpp>

#include "cli/output.h"
#include "unwedge/history.h"

namespace unwedge::cli {

/// What became of one file.
struct FileSince {
  FileChange change = FileChange::kMerged;
  std::string was;  ///< kRenamed: its path before, from the repository's root
  std::string
      blob;  ///< of the file at that revision: what git knows its text by; "": there is none
};

/// The state of a work tree, uncommitted and untracked files included, against the commit where
/// HEAD and a revision part.
class Since {
 public:
  /// For the repository that the folder is in. The revision is what git takes for one.
  static tl::expected<Since, UsageError> revision(const std::filesystem::path& folder,
                                                  std::string_view revision);

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  /// The commit, by its number.
  [[nodiscard]] const std::string& commit() const { return commit_; }
  /// The files that are not what they were then, by their paths from the root.
  [[nodiscard]] const std::map<std::string, FileSince, std::less<>>& changed() const {
    return changed_;
  }
  /// The .sql file at this place, absolute and normal: kMerged if it is what it was, and kUnknown
  /// if it is in another repository, or in none.
  [[nodiscard]] FileSince file(const std::filesystem::path& place) const;
  /// Its bytes as they were then.
  [[nodiscard]] tl::expected<std::string, std::string> text_then(const FileSince& file) const;

 private:
  explicit Since(std::filesystem::path root) : root_(std::move(root)) {}

  [[nodiscard]] tl::expected<std::string, UsageError> git(
      const std::vector<std::string>& arguments) const;
  [[nodiscard]] bool is_shallow() const;
  [[nodiscard]] tl::expected<std::string, UsageError> parting_of(std::string_view revision) const;
  void read_changes(std::string_view raw);
  void read_untracked(std::string_view names);
  void read_tracked(std::string_view names);

  std::filesystem::path root_;
  std::string commit_;
  std::map<std::string, FileSince, std::less<>> changed_;
  std::unordered_set<std::string> tracked_;  ///< the .sql files that git knows
};

}  // namespace unwedge::cli
