// Finds the config that a file is linted by: the closest one upwards, up to the repository's root.

#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <tl/expected.hpp>

#include "config/config_error.h"

namespace unwedge::config {

/// Remembers every folder it has looked at: a run has thousands of files and few folders.
class Discovery {
 public:
  /// A path, or an empty one where there is no config.
  using Answer = tl::expected<std::filesystem::path, ConfigError>;

  /// The config for the files in this folder. It is an error when a folder on the way has both
  /// unwedge.yaml and .unwedge.yaml.
  const Answer& config_for(const std::filesystem::path& folder);

 private:
  std::map<std::filesystem::path, Answer> answers_;
};

/// The root of the repository that a folder is in: the closest one upwards with a `.git`. Empty
/// when there is none.
std::filesystem::path repository_root(const std::filesystem::path& folder);

/// Absolute, without `.`, `..` and a slash at the end. Links are left as they are.
std::filesystem::path normal_path(const std::filesystem::path& path);

}  // namespace unwedge::config
