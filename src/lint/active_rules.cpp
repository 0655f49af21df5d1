// See active_rules.h.

#include "lint/active_rules.h"

#include "lint/registry.h"

namespace unwedge::lint {

bool is_enabled(const RuleInfo& rule, const Options& options) {
  const auto setting = options.rules.find(rule.id);
  return setting == options.rules.end() || setting->second.enabled;
}

ActiveRules::ActiveRules(const Options& options)
    : by_statement_(std::variant_size_v<StatementNode>) {
  for (const Rule* rule : builtin_rules()) {
    if (!is_enabled(rule->info, options)) continue;
    if (rule->check_step != nullptr) {
      const bool every = rule->statement_kind == Rule::kEveryStatement;
      (every ? every_step_ : by_statement_[rule->statement_kind]).push_back(rule);
    }
    if (rule->check_transaction != nullptr) transaction_.push_back(rule);
    if (rule->check_migration != nullptr) migration_.push_back(rule);
  }
}

}  // namespace unwedge::lint
