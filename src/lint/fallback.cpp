// See fallback.h.

#include "lint/fallback.h"

#include <algorithm>
#include <cstdint>
#include <map>

#include "lint/active_rules.h"

namespace unwedge::lint {

bool covers_fallbacks(const RuleInfo& rule) {
  if (rule.fallback) return false;
  if (rule.kind == Kind::kFails) return true;
  const bool specific = rule.category == Category::kLocking || rule.severity == Severity::kError;
  return rule.kind == Kind::kBlocks && specific;
}

bool covers(const RuleInfo& rule, const RuleInfo& fallback) {
  return covers_fallbacks(rule) && (rule.kind == Kind::kFails || fallback.kind != Kind::kFails);
}

void drop_covered(const Options& options, std::vector<LocatedFinding>& findings) {
  std::multimap<std::uint32_t, const RuleInfo*> covering;  // by where the statements begin
  for (const LocatedFinding& each : findings) {
    if (!each.statement.empty() && covers_fallbacks(*each.rule)) {
      covering.emplace(each.statement.begin, each.rule);
    }
  }
  const auto is_covered = [&covering](const LocatedFinding& each) {
    const auto [first, last] = covering.equal_range(each.statement.begin);
    return std::any_of(first, last,
                       [&each](const auto& other) { return covers(*other.second, *each.rule); });
  };
  std::erase_if(findings, [&](const LocatedFinding& each) {
    return (each.rule->fallback && is_covered(each)) || !is_enabled(*each.rule, options);
  });
}

}  // namespace unwedge::lint
