// An entry that says nothing, or not of what, is an error.

#include "config/read_migrations.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "config/files.h"
#include "config/read_runners.h"
#include "config/values.h"

namespace unwedge::config {
namespace {

using migration::Mode;
using migration::RunnerProfile;

const std::vector<std::string_view> kKeys{"path", "runner", "mode", "schema"};
/// Without the one for a runner that is not known.
const std::vector<std::string_view> kModes(migration::kModeNames.begin() + 1,
                                           migration::kModeNames.end());

std::optional<Glob> read_path(const YamlNode& value, Place key, Problems& problems) {
  const std::optional<std::string> text = text_value(
      value, key, "path", "a file, a folder or a pattern, relative to the config", problems);
  if (!text) return std::nullopt;
  if (text->front() == '/') {
    problems.add(value.place, fmt::format("'path' must lie below the config's folder, not be {}.",
                                          in_quotes(*text)));
    return std::nullopt;
  }
  std::string pattern = *text;
  if (pattern == "." || pattern == "./") {
    pattern = "**";
  } else if (pattern.front() != '!') {
    // Unlike an exclusion, a name alone is that of a file in the config's own folder.
    pattern.insert(0, "/");
  }
  tl::expected<Glob, std::string> glob = Glob::parse(pattern);
  if (glob) return std::move(*glob);
  problems.add(value.place,
               fmt::format("{} is no pattern for files: {}.", in_quotes(*text), glob.error()));
  return std::nullopt;
}

std::optional<Mode> read_mode(const YamlNode& value, Place key, Problems& problems) {
  const std::optional<std::string> word = word_value(value, key, "mode", kModes, problems);
  if (!word) return std::nullopt;
  const auto* found = std::find(migration::kModeNames.begin(), migration::kModeNames.end(), *word);
  return static_cast<Mode>(found - migration::kModeNames.begin());
}

/// The absolute path of the dump.
std::filesystem::path read_schema(const YamlNode& value, Place key,
                                  const std::filesystem::path& folder, Problems& problems) {
  const std::optional<std::string> name =
      text_value(value, key, "schema", "a dump of the schema, relative to the config", problems);
  if (!name || folder.empty()) return {};
  auto file = file_in_repository(folder, *name);
  if (file) return std::move(*file);
  problems.add(value.place, std::move(file.error()));
  return {};
}

void read_entry(const YamlNode& entry, std::span<const RunnerProfile> runners,
                const std::filesystem::path& folder, Problems& problems,
                std::vector<MigrationFiles>& all) {
  std::optional<Glob> path;
  std::string runner;
  std::optional<Mode> mode;
  std::filesystem::path schema;
  bool has_path = false;
  bool says_how = false;
  for (std::size_t i = 0; i < entry.keys.size(); ++i) {
    const YamlKey& key = entry.keys[i];
    const YamlNode& value = entry.items[i];
    if (key.text == "path") {
      has_path = true;
      path = read_path(value, key.place, problems);
    } else if (key.text == "runner") {
      says_how = true;
      runner = runner_value(value, key.place, runners, problems).value_or("");
    } else if (key.text == "mode") {
      says_how = true;
      mode = read_mode(value, key.place, problems);
    } else if (key.text == "schema") {
      says_how = true;
      schema = read_schema(value, key.place, folder, problems);
    } else {
      report_unknown_key(key, kKeys, problems);
    }
  }
  if (!has_path) {
    problems.add(entry.place, "The entry does not say which files it is for.",
                 "Add `path:` with a file, a folder or a pattern, relative to the config.");
  }
  if (!says_how) {
    problems.add(entry.place, "The entry says nothing of the files.",
                 "Add `runner:`, `mode:` or `schema:`.");
  }
  if (path) {
    all.push_back({.files = std::move(*path),
                   .runner = std::move(runner),
                   .mode = mode,
                   .schema = std::move(schema)});
  }
}

}  // namespace

std::vector<MigrationFiles> read_migrations(const YamlNode& value, Place key,
                                            std::span<const RunnerProfile> runners,
                                            const std::filesystem::path& folder,
                                            Problems& problems) {
  std::vector<MigrationFiles> all;
  if (value.kind == YamlNode::Kind::kNothing) return all;
  if (!require(value, YamlNode::Kind::kList, key, "migrations", "a list of maps", problems)) {
    return all;
  }
  for (const YamlNode& entry : value.items) {
    if (require(entry, YamlNode::Kind::kMap, value.place, "migrations", "a list of maps",
                problems)) {
      read_entry(entry, runners, folder, problems, all);
    }
  }
  return all;
}

}  // namespace unwedge::config
