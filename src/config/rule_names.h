// What may stand for rules in the config and on the command line: an id, an alias, a category, or
// "all".

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "unwedge/rule.h"

namespace unwedge::config {

/// How much a name covers. What is said of less wins over what is said of more.
enum class Breadth : std::uint8_t { kAll, kCategory, kRule };

struct NamedRules {
  Breadth breadth = Breadth::kRule;
  std::vector<const RuleInfo*> rules;  ///< none for a category that has no rules
};

/// The rules that a name stands for; nothing when it is unknown.
std::optional<NamedRules> rules_named(std::string_view name);

/// The id, alias or category that an unknown name was probably meant to be.
std::optional<std::string_view> similar_rule_name(std::string_view name);

/// All categories, in the order in which they are listed.
const std::vector<Category>& categories();

}  // namespace unwedge::config
