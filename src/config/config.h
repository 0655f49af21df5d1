// unwedge.yaml as the program uses it: presets worked in, names resolved, everything validated.

#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "config/config_error.h"
#include "config/glob.h"
#include "config/levels.h"
#include "lint/options.h"
#include "migration/placeholders.h"
#include "migration/profile.h"
#include "unwedge/session.h"
#include "unwedge/table_sizes.h"

namespace unwedge::config {

inline constexpr int kOldestPostgres = 11;
inline constexpr int kNewestPostgres = 18;
inline constexpr std::string_view kDefaultPreset = "recommended";
inline constexpr std::array<std::string_view, 2> kPresetNames{"recommended", "strict"};

/// What a config may name that this module does not know itself.
struct Vocabulary {
  std::span<const migration::RunnerProfile> runners;  ///< the built-in ones, sorted by name
};

/// How the files that a pattern matches are run, under `migrations:`.
struct MigrationFiles {
  Glob files;                           ///< relative to the config's folder
  std::string runner;                   ///< empty: as for other files
  std::optional<migration::Mode> mode;  ///< instead of the runner's own
  /// A dump of the schema from which their history starts: its absolute path; empty: none is named.
  std::filesystem::path schema;
};

struct Config {
  std::filesystem::path file;  ///< empty: the defaults, no file
  std::string preset{kDefaultPreset};
  std::map<std::string, lint::RuleSetting, std::less<>> rules;  ///< by id
  std::vector<Glob> exclude;                                    ///< relative to the file's folder
  PgVersion postgres;                                           ///< 15 unless set
  FailOn fail_on = FailOn::kWarning;
  std::string runner;                      ///< empty: recognise it
  std::vector<MigrationFiles> migrations;  ///< the first that matches holds
  bool check_down = false;
  bool concurrent_runs = false;  ///< several processes may run the migrations at once
  migration::PlaceholderSettings placeholders;
  std::shared_ptr<const TableSizes> table_sizes;  ///< null: nothing is known of any
  std::vector<lint::ConfiguredAck> acks;          ///< paths relative to the file's folder
  /// The built-in runners with those of the config; null: it has none of its own.
  std::shared_ptr<const std::vector<migration::RunnerProfile>> runners;
};

/// The settings that hold where there is no config: those of the recommended preset.
tl::expected<Config, ConfigErrors> default_config(const Vocabulary& vocabulary);

/// Reads a config. Everything that is wrong with the file is reported, not just the first.
tl::expected<Config, ConfigErrors> load_config(const std::filesystem::path& file,
                                               const Vocabulary& vocabulary);

/// The same for a text. `name` is what errors call it. Files that it names are not looked at.
tl::expected<Config, ConfigErrors> parse_config(std::string_view text, const std::string& name,
                                                const Vocabulary& vocabulary);

}  // namespace unwedge::config
