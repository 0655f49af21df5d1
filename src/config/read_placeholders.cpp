// See read_placeholders.h.

#include "config/read_placeholders.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <re2/re2.h>

#include "config/values.h"

namespace unwedge::config {
namespace {

const std::vector<std::string_view> kKeys{"patterns", "values"};
/// A config may come from a stranger: this bounds the time that its expressions take.
constexpr std::size_t kMostPatterns = 20;
constexpr std::int64_t kRegexMemory = 128U << 10U;

void read_pattern(const YamlNode& item, std::vector<std::string>& patterns, Problems& problems) {
  std::optional<std::string> text =
      text_value(item, item.place, "patterns", "a list of regular expressions", problems);
  if (!text) return;
  RE2::Options options(RE2::Quiet);
  options.set_max_mem(kRegexMemory);
  const RE2 regex(*text, options);
  if (!regex.ok()) {
    problems.add(item.place,
                 fmt::format("{} in 'patterns' is no regular expression: {}.", in_quotes(*text),
                             regex.error()),
                 "See https://github.com/google/re2/wiki/Syntax for what there is.");
  } else if (patterns.size() == kMostPatterns) {
    problems.add(item.place, "'patterns' may have 20 entries at most.");
  } else {
    patterns.push_back(std::move(*text));
  }
}

void read_values(const YamlNode& map, Place key, sql::PlaceholderValues& values,
                 Problems& problems) {
  if (!require(map, YamlNode::Kind::kMap, key, "values", "a map", problems)) return;
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    const YamlKey& name = map.keys[i];
    std::optional<std::string> value =
        text_value(map.items[i], name.place, name.text, "a text", problems);
    if (value) values.insert_or_assign(name.text, std::move(*value));
  }
}

}  // namespace

migration::PlaceholderSettings read_placeholders(const YamlNode& value, Place key,
                                                 Problems& problems) {
  migration::PlaceholderSettings settings;
  if (!require(value, YamlNode::Kind::kMap, key, "placeholders", "a map", problems)) {
    return settings;
  }
  for (std::size_t i = 0; i < value.keys.size(); ++i) {
    const YamlKey& name = value.keys[i];
    const YamlNode& item = value.items[i];
    if (name.text == "values") {
      read_values(item, name.place, settings.values, problems);
    } else if (name.text != "patterns") {
      report_unknown_key(name, kKeys, problems);
    } else if (require(item, YamlNode::Kind::kList, name.place, name.text, "a list", problems)) {
      for (const YamlNode& pattern : item.items) {
        read_pattern(pattern, settings.patterns, problems);
      }
    }
  }
  return settings;
}

}  // namespace unwedge::config
