// YAML as a small tree with places. It knows what a config needs and refuses the rest: anchors,
// aliases (with them a short file can describe a huge tree), tags, several documents, deep nesting.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config_error.h"

namespace unwedge::config {

struct YamlKey {
  std::string text;
  Place place;
};

struct YamlNode {
  enum class Kind : std::uint8_t { kNothing, kScalar, kList, kMap };

  Kind kind = Kind::kNothing;
  Place place;
  std::string text;             ///< kScalar
  bool plain = false;           ///< kScalar: without quotes, so that 15 is a number
  std::vector<YamlKey> keys;    ///< kMap: the key of the item with the same index
  std::vector<YamlNode> items;  ///< kList, kMap
};

/// "a list", "a map", …: what a node is, for messages.
std::string_view describe(YamlNode::Kind kind);

/// Reads one document. Duplicate keys are reported and the tree is returned all the same; when the
/// text is not YAML, or YAML that we refuse, nothing is returned. `text` must be valid UTF-8.
std::optional<YamlNode> read_yaml(std::string_view text, Problems& problems);

}  // namespace unwedge::config
