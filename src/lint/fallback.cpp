// See fallback.h.

#include "lint/fallback.h"

#include <algorithm>
#include <cstdint>
#include <set>

#include "lint/active_rules.h"

namespace unwedge::lint {

bool covers_fallbacks(const RuleInfo& rule) {
  if (rule.fallback) return false;
  if (rule.kind == Kind::kFails) return true;
  const bool specific = rule.category == Category::kLocking || rule.severity == Severity::kError;
  return rule.kind == Kind::kBlocks && specific;
}

void drop_covered(const Options& options, std::vector<LocatedFinding>& findings) {
  std::set<std::uint32_t> covered;  // where the statements begin
  for (const LocatedFinding& each : findings) {
    if (!each.statement.empty() && covers_fallbacks(*each.rule)) {
      covered.insert(each.statement.begin);
    }
  }
  std::erase_if(findings, [&](const LocatedFinding& each) {
    return (each.rule->fallback && covered.contains(each.statement.begin)) ||
           !is_enabled(*each.rule, options);
  });
}

}  // namespace unwedge::lint
