// Reads the keys of a config. `acks:` has its own file.

#include "config/config_reader.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "config/read_acks.h"
#include "config/rule_names.h"
#include "config/suggest.h"
#include "config/values.h"

namespace unwedge::config {
namespace {

const std::vector<std::string_view> kPresetKeys{"rules", "fail-on"};
const std::vector<std::string_view> kConfigKeys{"preset",  "rules",  "exclude", "postgres",
                                                "fail-on", "runner", "acks"};

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

void ConfigReader::read(const YamlNode& root, Config& config) {
  if (root.kind == YamlNode::Kind::kNothing) return;
  if (root.kind != YamlNode::Kind::kMap) {
    problems_->add(
        root.place,
        fmt::format("A config must be a map from keys to values, not {}.", describe(root.kind)),
        fmt::format("Use {}.", one_of(kConfigKeys)));
    return;
  }
  const std::vector<std::string_view>& known =
      extent_ == Extent::kPreset ? kPresetKeys : kConfigKeys;
  for (std::size_t i = 0; i < root.keys.size(); ++i) {
    const YamlKey& key = root.keys[i];
    const YamlNode& value = root.items[i];
    if (std::find(known.begin(), known.end(), key.text) == known.end()) {
      report_unknown_key(key, known, *problems_);
    } else if (key.text == "preset") {
      read_preset(value, key.place);
    } else if (key.text == "rules") {
      read_rules(value, key.place, config);
    } else if (key.text == "exclude") {
      read_exclude(value, key.place, config);
    } else if (key.text == "postgres") {
      read_postgres(value, key.place, config);
    } else if (key.text == "fail-on") {
      read_fail_on(value, key.place, config);
    } else if (key.text == "runner") {
      read_runner(value, key.place, config);
    } else if (key.text == "acks") {
      config.acks = read_acks(value, key.place, *problems_);
    }
  }
}

void ConfigReader::read_preset(const YamlNode& value, Place key) {
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

void ConfigReader::read_runner(const YamlNode& value, Place key, Config& config) {
  std::optional<std::string> name =
      word_value(value, key, "runner", list(vocabulary_->runners), *problems_);
  if (name) config.runner = std::move(*name);
}

}  // namespace unwedge::config
