// Looks names up in the registry.

#include "config/rule_names.h"

#include "config/suggest.h"
#include "lint/registry.h"

namespace unwedge::config {

const std::vector<Category>& categories() {
  static const std::vector<Category> all{
      Category::kLocking, Category::kTransaction, Category::kFailure, Category::kCompatibility,
      Category::kData,    Category::kHistory,     Category::kDesign,  Category::kAcks};
  return all;
}

std::optional<NamedRules> rules_named(std::string_view name) {
  if (const Rule* rule = lint::find_rule(name)) {
    return NamedRules{.breadth = Breadth::kRule, .rules = {&rule->info}};
  }
  std::optional<NamedRules> named;
  if (name == "all") named = NamedRules{.breadth = Breadth::kAll, .rules = {}};
  for (Category category : categories()) {
    if (name == to_string(category)) {
      named = NamedRules{.breadth = Breadth::kCategory, .rules = {}};
    }
  }
  if (!named) return std::nullopt;
  for (const Rule* rule : lint::builtin_rules()) {
    if (named->breadth == Breadth::kAll || name == to_string(rule->info.category)) {
      named->rules.push_back(&rule->info);
    }
  }
  return named;
}

std::optional<std::string_view> similar_rule_name(std::string_view name) {
  std::vector<std::string_view> candidates;
  for (const Rule* rule : lint::builtin_rules()) candidates.push_back(rule->info.id);
  for (Category category : categories()) candidates.push_back(to_string(category));
  for (const Rule* rule : lint::builtin_rules()) {
    for (std::string_view alias : rule->info.aliases) {
      if (!alias.empty()) candidates.push_back(alias);
    }
  }
  return closest(name, candidates);
}

}  // namespace unwedge::config
