// What the sizes of tables make of a finding: work on the rows of a small table is soon done, and
// how many rows there are says more than that there may be many.

#pragma once

#include "unwedge/finding.h"
#include "unwedge/rule.h"
#include "unwedge/step.h"

namespace unwedge::lint {

/// For a finding of a rule about blocking, at this step: lowers it to info where all tables whose
/// rows the step works on are small, and says how large they are.
void add_table_sizes(const RuleInfo& rule, const Step& step, Finding& finding);

}  // namespace unwedge::lint
