// The rules in words: tables, pages and JSON.

#pragma once

#include <string>

#include "unwedge/rule.h"

namespace unwedge::cli {

std::string rules_as_text();
std::string rules_as_json();
/// For the README: one table per category, ids link to their pages in the repository.
std::string rules_as_markdown_table();

/// The rule's page with a line of facts below its title.
std::string rule_as_text(const RuleInfo& rule);
std::string rule_as_json(const RuleInfo& rule);

}  // namespace unwedge::cli
