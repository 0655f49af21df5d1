// Takes single values out of the YAML tree, or says what is there instead.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml.h"

namespace unwedge::config {

/// The node's text. Otherwise reports "'what' must be <expected>, not a list" and returns nothing.
/// `key` is the place to point at when the value is missing.
std::optional<std::string> text_value(const YamlNode& node, Place key, std::string_view what,
                                      std::string_view expected, Problems& problems);

/// The node's text if it is one of the words; otherwise reports it, with a suggestion.
std::optional<std::string> word_value(const YamlNode& node, Place key, std::string_view what,
                                      const std::vector<std::string_view>& words,
                                      Problems& problems);

/// Whether the node is of that kind; otherwise reports "'what' must be <expected>, not …".
bool require(const YamlNode& node, YamlNode::Kind kind, Place key, std::string_view what,
             std::string_view expected, Problems& problems);

/// Reports an unknown key with a suggestion and all known keys.
void report_unknown_key(const YamlKey& key, const std::vector<std::string_view>& known,
                        Problems& problems);

/// The place of the node, or of its key where there is no value.
Place place_of(const YamlNode& node, Place key);

}  // namespace unwedge::config
