// Acknowledgements: which findings a directive or an entry of the config accepts, and what is wrong
// with acknowledgements themselves.

#pragma once

#include <string_view>
#include <vector>

#include "lint/located_finding.h"
#include "lint/options.h"
#include "migration/directives.h"
#include "migration/sections.h"
#include "unwedge/span.h"

namespace unwedge::lint {

/// Where statements and sections of a file are, for the scope of its directives.
struct FileLayout {
  std::string_view text;
  std::vector<Span> sections;    ///< in order
  std::vector<Span> statements;  ///< in order
};

/// Marks the findings that are accepted, and adds a finding for each fault of an acknowledgement:
/// no reason, unknown rule, expired, unused, misplaced.
void apply_acks(const std::vector<migration::AckDirective>& directives, const FileLayout& layout,
                const Options& options, std::vector<LocatedFinding>& findings);

}  // namespace unwedge::lint
