// A finding with the rule that made it, on its way from the rules through acknowledgements to the
// result.

#pragma once

#include <optional>
#include <string_view>

#include "lint/result.h"
#include "unwedge/rule.h"

namespace unwedge::lint {

struct LocatedFinding {
  const RuleInfo* rule = nullptr;
  Finding finding;
  /// The statement that the finding belongs to; empty for one about the file.
  Span statement;
  std::string_view section;  ///< the name of the section that it is in; mostly empty
  std::optional<Acknowledgement> ack;
};

}  // namespace unwedge::lint
