// Single values and their errors.

#include "config/values.h"

#include <algorithm>

#include <fmt/format.h>

#include "config/suggest.h"

namespace unwedge::config {

Place place_of(const YamlNode& node, Place key) {
  return node.kind == YamlNode::Kind::kNothing ? key : node.place;
}

bool require(const YamlNode& node, YamlNode::Kind kind, Place key, std::string_view what,
             std::string_view expected, Problems& problems) {
  if (node.kind == kind) return true;
  const std::string found = node.kind == YamlNode::Kind::kScalar ? in_quotes(node.text)
                                                                 : std::string(describe(node.kind));
  problems.add(place_of(node, key), fmt::format("'{}' must be {}, not {}.", what, expected, found));
  return false;
}

std::optional<std::string> text_value(const YamlNode& node, Place key, std::string_view what,
                                      std::string_view expected, Problems& problems) {
  if (!require(node, YamlNode::Kind::kScalar, key, what, expected, problems)) return std::nullopt;
  const bool blank = node.text.find_first_not_of(" \t\r\n") == std::string::npos;
  if (blank) {
    problems.add(node.place, fmt::format("'{}' must be {}, not empty.", what, expected));
    return std::nullopt;
  }
  return node.text;
}

std::optional<std::string> word_value(const YamlNode& node, Place key, std::string_view what,
                                      const std::vector<std::string_view>& words,
                                      Problems& problems) {
  const std::string expected = one_of(words);
  std::optional<std::string> text = text_value(node, key, what, expected, problems);
  if (!text || std::find(words.begin(), words.end(), *text) != words.end()) return text;
  problems.add(node.place, fmt::format("'{}' must be {}, not {}{}", what, expected,
                                       in_quotes(*text), did_you_mean(closest(*text, words))));
  return std::nullopt;
}

void report_unknown_key(const YamlKey& key, const std::vector<std::string_view>& known,
                        Problems& problems) {
  problems.add(
      key.place,
      fmt::format("Unknown key {}{}", in_quotes(key.text), did_you_mean(closest(key.text, known))),
      fmt::format("Use {}.", one_of(known)));
}

}  // namespace unwedge::config
