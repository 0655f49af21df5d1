// Rules of last resort: their findings give way to those of rules that say more.

#pragma once

#include <vector>

#include "lint/located_finding.h"
#include "lint/options.h"

namespace unwedge::lint {

/// True when a finding of the rule makes a fallback's about the same statement superfluous: it says
/// what the statement keeps others waiting for, or that it will not run at all. Rules that only
/// warn of a lock's circumstances, such as a missing timeout, do not.
bool covers_fallbacks(const RuleInfo& rule);

/// The same for one fallback: why the server refuses a statement is not said by a rule about locks.
bool covers(const RuleInfo& rule, const RuleInfo& fallback);

/// Takes away what fallbacks found in statements about which such a rule has a finding, and then
/// the findings of rules that are off.
void drop_covered(const Options& options, std::vector<LocatedFinding>& findings);

}  // namespace unwedge::lint
