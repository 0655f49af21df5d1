// From the YAML tree to a Config: one function per key, each of which reports what it cannot take.

#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.h"
#include "config/yaml.h"

namespace unwedge::config {

class ConfigReader {
 public:
  enum class Extent : std::uint8_t {
    kConfig,
    kPreset,  ///< only `rules` and `fail-on`
  };

  /// `folder`: that of the config, absolute; empty: files that it names are not looked at.
  ConfigReader(Problems& problems, const Vocabulary& vocabulary, Extent extent,
               std::filesystem::path folder = {})
      : problems_(&problems),
        vocabulary_(&vocabulary),
        extent_(extent),
        folder_(std::move(folder)) {}

  /// The preset that the tree asks for, if it does so validly. Reports nothing: read() does.
  [[nodiscard]] std::optional<std::string> preset(const YamlNode& root) const;

  /// Puts what the tree says over what the config says already.
  void read(const YamlNode& root, Config& config);

 private:
  void read_preset(const YamlNode& value, Place key, Config& config);
  void read_rules(const YamlNode& value, Place key, Config& config);
  void read_exclude(const YamlNode& value, Place key, Config& config);
  void read_postgres(const YamlNode& value, Place key, Config& config);
  void read_fail_on(const YamlNode& value, Place key, Config& config);
  void read_runners(const YamlNode& value, Place key, Config& config);
  void read_runner(const YamlNode& value, Place key, Config& config);
  void read_migrations(const YamlNode& value, Place key, Config& config);
  void read_placeholders(const YamlNode& value, Place key, Config& config);
  void read_tables(const YamlNode& value, Place key, Config& config);
  void read_table_sizes(const YamlNode& value, Place key, Config& config);
  void read_check_down(const YamlNode& value, Place key, Config& config);
  void read_concurrent_runs(const YamlNode& value, Place key, Config& config);
  void read_acks(const YamlNode& value, Place key, Config& config);

  /// A key of a config and the function that reads it.
  struct Key {
    std::string_view name;
    void (ConfigReader::*read)(const YamlNode& value, Place key, Config& config);
    bool in_presets = false;
  };
  static const std::vector<Key>& all_keys();
  [[nodiscard]] std::vector<std::string_view> known_keys() const;
  /// Those that the config may name.
  [[nodiscard]] std::span<const migration::RunnerProfile> runners(const Config& config) const;

  Problems* problems_;
  const Vocabulary* vocabulary_;
  Extent extent_;
  std::filesystem::path folder_;
  TableSizes table_sizes_;
};

}  // namespace unwedge::config
