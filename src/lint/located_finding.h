// A finding with the rule that made it, on its way from the rules through acknowledgements to the
// result.

#pragma once

#include <optional>

#include "lint/result.h"
#include "unwedge/rule.h"

namespace unwedge::lint {

struct LocatedFinding {
  const RuleInfo* rule = nullptr;
  Finding finding;
  /// The statement that the finding belongs to; empty for one about the file.
  Span statement;
  std::optional<Acknowledgement> ack;
};

}  // namespace unwedge::lint
