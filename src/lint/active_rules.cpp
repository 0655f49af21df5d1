// See active_rules.h.

#include "lint/active_rules.h"

#include <algorithm>

#include "lint/fallback.h"
#include "lint/registry.h"

namespace unwedge::lint {
namespace {

bool uses_fallbacks(const Options& options) {
  const auto rules = builtin_rules();
  return std::any_of(rules.begin(), rules.end(), [&options](const Rule* rule) {
    return rule->info.fallback && is_enabled(rule->info, options);
  });
}

}  // namespace

bool is_enabled(const RuleInfo& rule, const Options& options) {
  const auto setting = options.rules.find(rule.id);
  return setting == options.rules.end() || setting->second.enabled;
}

ActiveRules::ActiveRules(const Options& options)
    : by_statement_(std::variant_size_v<StatementNode>) {
  // What a rule that is off would say must not be said by a fallback instead.
  const bool asks_all = uses_fallbacks(options);
  for (const Rule* rule : builtin_rules()) {
    const bool asked = asks_all && covers_fallbacks(rule->info);
    if (!is_enabled(rule->info, options) && !asked) continue;
    if (rule->check_step != nullptr) {
      const bool every = rule->statement_kind == Rule::kEveryStatement;
      (every ? every_step_ : by_statement_[rule->statement_kind]).push_back(rule);
    }
    if (rule->check_transaction != nullptr) transaction_.push_back(rule);
    if (rule->check_migration != nullptr) migration_.push_back(rule);
    if (rule->check_history != nullptr) history_.push_back(rule);
  }
}

}  // namespace unwedge::lint
