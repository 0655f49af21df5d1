// How rules say that a statement is refused because of its transaction: which kind of transaction
// that is, and how this runner is told otherwise.

#pragma once

#include <string_view>

#include "unwedge/finding.h"
#include "unwedge/step.h"

namespace unwedge {

/// Message and help for a step that the server refuses inside a transaction block: `command` is
/// what the step is called in them. A refusal that is only possible makes the finding a warning.
void explain_refused_inside(const Step& step, std::string_view command, FindingBuilder& finding);

/// The same for a step that the server refuses outside a transaction block.
void explain_refused_outside(const Step& step, std::string_view command, FindingBuilder& finding);

}  // namespace unwedge
