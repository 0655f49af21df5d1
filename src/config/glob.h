// The patterns of `exclude:` and `--exclude`: as in .gitignore, with `*`, `**` and `?`, but without
// `[…]` and `!`, so that a folder called `[id]` can be written as it is.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace unwedge::config {

/// `*` matches anything within one name, `?` one character, `**` as a whole name any number of
/// folders. A pattern without a slash matches names at any depth, one with a slash paths from the
/// folder of the config. A trailing slash matches folders only. What lies below a folder that
/// matches, matches. Takes time in proportion to pattern times path, whatever the pattern.
class Glob {
 public:
  /// The error is a sentence.
  static tl::expected<Glob, std::string> parse(std::string_view pattern);

  /// A path relative to the config's folder, with forward slashes, without `.` and `..`.
  [[nodiscard]] bool matches(std::string_view path) const;

  /// As written.
  [[nodiscard]] const std::string& pattern() const { return pattern_; }

 private:
  std::string pattern_;
  std::vector<std::string> names_;  ///< the pattern's parts, completed with "**" where implied
};

}  // namespace unwedge::config
