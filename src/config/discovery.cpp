// Walks from a folder to its parents, and gives every folder on the way the answer found.

#include "config/discovery.h"

#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace unwedge::config {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

/// What the folder itself says; nothing: ask its parent.
std::optional<Discovery::Answer> answer_of(const fs::path& folder) {
  const fs::path plain = folder / "unwedge.yaml";
  const fs::path hidden = folder / ".unwedge.yaml";
  const bool has_plain = is_there(plain);
  if (has_plain && is_there(hidden)) {
    return tl::unexpected(
        ConfigError{.file = plain.generic_string(),
                    .message = "There is both a unwedge.yaml and a .unwedge.yaml in this folder.",
                    .help = "Delete one of them."});
  }
  if (has_plain) return plain;
  if (is_there(hidden)) return hidden;
  if (is_there(folder / ".git") || !folder.has_relative_path()) return fs::path{};
  return std::nullopt;
}

}  // namespace

const Discovery::Answer& Discovery::config_for(const fs::path& folder) {
  std::vector<fs::path> on_the_way;
  fs::path at = normal_path(folder);
  std::optional<Answer> answer;
  while (true) {
    auto known = answers_.find(at);
    if (known != answers_.end()) {
      if (on_the_way.empty()) return known->second;
      answer = known->second;
      break;
    }
    on_the_way.push_back(at);
    answer = answer_of(at);
    if (answer) break;
    at = at.parent_path();
  }
  for (fs::path& passed : on_the_way) answers_.emplace(std::move(passed), *answer);
  return answers_.find(normal_path(folder))->second;
}

fs::path repository_root(const fs::path& folder) {
  for (fs::path at = normal_path(folder);; at = at.parent_path()) {
    if (is_there(at / ".git")) return at;
    if (!at.has_relative_path()) return {};
  }
}

fs::path normal_path(const fs::path& path) {
  std::error_code error;
  fs::path absolute = fs::absolute(path, error);
  fs::path normal = (error ? path : absolute).lexically_normal();
  if (!normal.has_filename() && normal.has_relative_path()) normal = normal.parent_path();
  return normal;
}

}  // namespace unwedge::config
