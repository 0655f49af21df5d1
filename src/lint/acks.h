// Acknowledgements: which findings a directive or an entry of the config accepts, and what is wrong
// with acknowledgements themselves.

#pragma once

#include <span>
#include <vector>

#include "lint/file_parts.h"
#include "lint/located_finding.h"
#include "lint/options.h"
#include "migration/directives.h"
#include "migration/sections.h"
#include "unwedge/span.h"

namespace unwedge::lint {

/// Where statements and sections of a file are, for the scope of its directives.
struct FileLayout {
  const FileParts* parts = nullptr;
  Span region;                   ///< of the file
  std::vector<Span> sections;    ///< in order
  std::vector<Span> statements;  ///< in order; what the file includes is the command that does it
};

/// Marks the findings that are accepted, and adds a finding for each fault of an acknowledgement:
/// no reason, unknown rule, expired, unused, misplaced. `configured`: those in the config for this
/// file.
void apply_acks(const std::vector<migration::AckDirective>& directives,
                std::span<const ConfiguredAck> configured, const FileLayout& layout,
                const Date& today, std::vector<LocatedFinding>& findings);

}  // namespace unwedge::lint
