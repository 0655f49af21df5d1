// How files are to be linted: what the config and the command line settle before the engine runs.

#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "migration/detection.h"
#include "migration/placeholders.h"
#include "migration/profile.h"
#include "unwedge/finding.h"
#include "unwedge/session.h"
#include "unwedge/table_sizes.h"

namespace unwedge::lint {

/// A calendar day; for acknowledgements that end.
struct Date {
  int year = 0;
  int month = 0;
  int day = 0;
  friend auto operator<=>(const Date&, const Date&) = default;
};

/// What the config says of one rule.
struct RuleSetting {
  bool enabled = true;
  std::optional<Severity> severity;  ///< instead of the rule's own
};

/// An acknowledgement written outside the files, under `acks:` in the config.
struct ConfiguredAck {
  std::string path;                ///< relative to the config, with forward slashes
  std::vector<std::string> rules;  ///< empty: every rule
  std::string reason;
  std::string until;
  std::string ticket;
  std::string declared_at;  ///< "unwedge.yaml:12", for messages about it
};

struct Options {
  PgVersion postgres;
  std::string runner;  ///< a runner's name; empty: recognise it
  /// Instead of the runner's own mode; its variants still count.
  std::optional<migration::Mode> mode;
  /// With those of the config, sorted by name; null: the built-in ones.
  std::shared_ptr<const std::vector<migration::RunnerProfile>> runners;
  /// Recognises the runners of files that have a place; null: by their texts alone.
  std::shared_ptr<const migration::Detector> detector;
  bool check_down = false;       ///< every rule checks down, revert and verify sections
  bool concurrent_runs = false;  ///< several processes may run the migrations at once
  std::map<std::string, RuleSetting, std::less<>> rules;  ///< by id; absent: as the rule says
  std::shared_ptr<const TableSizes> table_sizes;          ///< null: nothing is known of any
  /// A dump of the schema from which the file's history starts, its absolute path; empty: the one
  /// that the runner keeps.
  std::filesystem::path schema_dump;
  migration::PlaceholderSettings placeholders;
  std::vector<ConfiguredAck> acks;  ///< those whose path is the file's
  /// The folder of the config; empty: there is none.
  std::filesystem::path config_folder;
  /// All of the config, for the files that the file includes; null: none count. They outlive this.
  const std::vector<ConfiguredAck>* all_acks = nullptr;
  Date today;
  bool fingerprints = true;  ///< false: no report needs them, so they are not computed
};

}  // namespace unwedge::lint
