// Reads the keys of a config. `acks:` has its own file.

#include "config/config_reader.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "config/files.h"
#include "config/read_acks.h"
#include "config/read_migrations.h"
#include "config/read_placeholders.h"
#include "config/read_runners.h"
#include "config/read_tables.h"
#include "config/rule_names.h"
#include "config/suggest.h"
#include "config/values.h"

namespace unwedge::config {
namespace {

template <typename Words>
std::vector<std::string_view> list(const Words& words) {
  return {std::begin(words), std::end(words)};
}

std::optional<lint::RuleSetting> read_level(const YamlNode& value, Place key, std::string_view rule,
                                            Problems& problems) {
  // `off` without quotes is false to YAML 1.1 programs, which may have written the file.
  if (value.plain && value.text == "false") return parse_level("off");
  const std::optional<std::string> word = word_value(value, key, rule, list(kLevelNames), problems);
  return word ? parse_level(*word) : std::nullopt;
}

}  // namespace

std::optional<std::string> ConfigReader::preset(const YamlNode& root) const {
  if (root.kind != YamlNode::Kind::kMap) return std::nullopt;
  for (std::size_t i = 0; i < root.keys.size(); ++i) {
    const std::string& value = root.items[i].text;
    const bool known =
        std::find(kPresetNames.begin(), kPresetNames.end(), value) != kPresetNames.end();
    if (root.keys[i].text == "preset" && known) return value;
  }
  return std::nullopt;
}

const std::vector<ConfigReader::Key>& ConfigReader::all_keys() {
  // In the order in which they are read: 'runner' and 'migrations' may name what 'runners' defines.
  static const std::vector<Key> keys{
      {"preset", &ConfigReader::read_preset},
      {"rules", &ConfigReader::read_rules, true},
      {"exclude", &ConfigReader::read_exclude},
      {"postgres", &ConfigReader::read_postgres},
      {"fail-on", &ConfigReader::read_fail_on, true},
      {"runners", &ConfigReader::read_runners},
      {"runner", &ConfigReader::read_runner},
      {"migrations", &ConfigReader::read_migrations},
      {"placeholders", &ConfigReader::read_placeholders},
      {"tables", &ConfigReader::read_tables},
      {"table-sizes", &ConfigReader::read_table_sizes},
      {"check-down", &ConfigReader::read_check_down},
      {"concurrent-runs", &ConfigReader::read_concurrent_runs},
      {"acks", &ConfigReader::read_acks},
  };
  return keys;
}

std::vector<std::string_view> ConfigReader::known_keys() const {
  std::vector<std::string_view> known;
  for (const Key& key : all_keys()) {
    if (extent_ == Extent::kConfig || key.in_presets) known.push_back(key.name);
  }
  return known;
}

void ConfigReader::read(const YamlNode& root, Config& config) {
  if (root.kind == YamlNode::Kind::kNothing) return;
  const std::vector<std::string_view> known = known_keys();
  if (root.kind != YamlNode::Kind::kMap) {
    problems_->add(
        root.place,
        fmt::format("A config must be a map from keys to values, not {}.", describe(root.kind)),
        fmt::format("Use {}.", one_of(known)));
    return;
  }
  const auto is_known = [&](std::string_view name) {
    return std::find(known.begin(), known.end(), name) != known.end();
  };
  for (const Key& key : all_keys()) {
    for (std::size_t i = 0; i < root.keys.size(); ++i) {
      if (root.keys[i].text != key.name || !is_known(key.name)) continue;
      (this->*key.read)(root.items[i], root.keys[i].place, config);
    }
  }
  for (const YamlKey& key : root.keys) {
    if (!is_known(key.text)) report_unknown_key(key, known, *problems_);
  }
}

void ConfigReader::read_preset(const YamlNode& value, Place key, Config& /*config*/) {
  word_value(value, key, "preset", list(kPresetNames), *problems_);
}

void ConfigReader::read_rules(const YamlNode& value, Place key, Config& config) {
  if (value.kind == YamlNode::Kind::kNothing) return;
  if (!require(value, YamlNode::Kind::kMap, key, "rules", "a map from rules to severities",
               *problems_)) {
    return;
  }
  std::map<std::string_view, Place> said;  // the rules that have a line of their own
  std::vector<std::pair<NamedRules, lint::RuleSetting>> settings;
  for (std::size_t i = 0; i < value.keys.size(); ++i) {
    const YamlKey& name = value.keys[i];
    std::optional<NamedRules> named = rules_named(name.text);
    if (!named) {
      problems_->add(name.place,
                     fmt::format("There is no rule {}{}", in_quotes(name.text),
                                 did_you_mean(similar_rule_name(name.text))),
                     "See `unwedge rule` for all rules and their categories.");
    } else if (named->breadth == Breadth::kRule) {
      auto [other, is_new] = said.try_emplace(named->rules.front()->id, name.place);
      // Equal keys have been reported as such.
      if (!is_new && named->rules.front()->id != name.text) {
        problems_->add(name.place, fmt::format("'{}' is another name of '{}', set on line {}.",
                                               name.text, other->first, other->second.line));
      }
    }
    const std::optional<lint::RuleSetting> setting =
        read_level(value.items[i], name.place, name.text, *problems_);
    if (named && setting) settings.emplace_back(std::move(*named), *setting);
  }
  for (Breadth breadth : {Breadth::kAll, Breadth::kCategory, Breadth::kRule}) {
    for (const auto& [named, setting] : settings) {
      if (named.breadth != breadth) continue;
      for (const RuleInfo* rule : named.rules) {
        config.rules.insert_or_assign(std::string(rule->id), setting);
      }
    }
  }
}

void ConfigReader::read_exclude(const YamlNode& value, Place key, Config& config) {
  if (value.kind == YamlNode::Kind::kNothing) return;
  if (!require(value, YamlNode::Kind::kList, key, "exclude", "a list of patterns", *problems_)) {
    return;
  }
  for (const YamlNode& item : value.items) {
    const std::optional<std::string> pattern =
        text_value(item, item.place, "exclude", "a list of patterns", *problems_);
    if (!pattern) continue;
    tl::expected<Glob, std::string> glob = Glob::parse(*pattern);
    if (glob) {
      config.exclude.push_back(std::move(*glob));
    } else {
      problems_->add(item.place, fmt::format("{} is no pattern for files: {}.", in_quotes(*pattern),
                                             glob.error()));
    }
  }
}

void ConfigReader::read_postgres(const YamlNode& value, Place key, Config& config) {
  const std::string expected =
      fmt::format("a major version from {} to {}", kOldestPostgres, kNewestPostgres);
  const std::optional<std::string> text = text_value(value, key, "postgres", expected, *problems_);
  if (!text) return;
  int major = 0;
  const char* end = text->data() + text->size();
  const auto [rest, error] = std::from_chars(text->data(), end, major);
  const bool is_number = value.plain && error == std::errc{} && rest == end;
  if (is_number && major >= kOldestPostgres && major <= kNewestPostgres) {
    config.postgres.major = major;
    return;
  }
  std::string help;
  if (!value.plain) help = "Write the number without quotes.";
  if (value.plain && error == std::errc{} && rest != end && *rest == '.') {
    help = fmt::format("Write the major version only: {}.", major);
  }
  problems_->add(value.place,
                 fmt::format("'postgres' must be {}, not {}.", expected, in_quotes(*text)), help);
}

void ConfigReader::read_fail_on(const YamlNode& value, Place key, Config& config) {
  const std::optional<std::string> word =
      word_value(value, key, "fail-on", list(kFailOnNames), *problems_);
  if (word) config.fail_on = *parse_fail_on(*word);
}

std::span<const migration::RunnerProfile> ConfigReader::runners(const Config& config) const {
  if (config.runners) return *config.runners;
  return vocabulary_->runners;
}

void ConfigReader::read_runners(const YamlNode& value, Place key, Config& config) {
  if (value.kind == YamlNode::Kind::kNothing) return;
  config.runners = std::make_shared<const std::vector<migration::RunnerProfile>>(
      config::read_runners(value, key, vocabulary_->runners, *problems_));
}

void ConfigReader::read_runner(const YamlNode& value, Place key, Config& config) {
  std::optional<std::string> name = runner_value(value, key, runners(config), *problems_);
  if (name) config.runner = std::move(*name);
}

void ConfigReader::read_migrations(const YamlNode& value, Place key, Config& config) {
  config.migrations = config::read_migrations(value, key, runners(config), folder_, *problems_);
}

void ConfigReader::read_placeholders(const YamlNode& value, Place key, Config& config) {
  config.placeholders = config::read_placeholders(value, key, *problems_);
}

void ConfigReader::read_tables(const YamlNode& value, Place key, Config& config) {
  config::read_tables(value, key, table_sizes_, *problems_);
  config.table_sizes = std::make_shared<const TableSizes>(table_sizes_);
}

void ConfigReader::read_table_sizes(const YamlNode& value, Place key, Config& config) {
  const std::optional<std::string> name =
      text_value(value, key, "table-sizes", "a file, relative to the config", *problems_);
  if (!name || folder_.empty()) return;
  constexpr std::uintmax_t kLargest = 16U << 20U;
  auto text = file_in_repository(folder_, *name).and_then([](const std::filesystem::path& file) {
    return read_file(file, kLargest);
  });
  if (!text) {
    problems_->add(value.place, std::move(text.error()));
    return;
  }
  problems_->add(parse_table_sizes(*text, *name, table_sizes_));
  config.table_sizes = std::make_shared<const TableSizes>(table_sizes_);
}

void ConfigReader::read_check_down(const YamlNode& value, Place key, Config& config) {
  config.check_down = word_value(value, key, "check-down", {"true", "false"}, *problems_) == "true";
}

void ConfigReader::read_concurrent_runs(const YamlNode& value, Place key, Config& config) {
  config.concurrent_runs =
      word_value(value, key, "concurrent-runs", {"true", "false"}, *problems_) == "true";
}

void ConfigReader::read_acks(const YamlNode& value, Place key, Config& config) {
  config.acks = config::read_acks(value, key, *problems_);
}

}  // namespace unwedge::config
