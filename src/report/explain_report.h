// What `unwedge explain` prints: the timeline of files, as text for people or as JSON.

#pragma once

#include <span>
#include <string>

#include "lint/explanation.h"

namespace unwedge::report {

struct ExplainOptions {
  bool colour = false;
  int postgres = 15;  ///< the server's major version that the effects are for
};

std::string explain_as_text(std::span<const lint::Explanation> files,
                            const ExplainOptions& options);

/// docs/reports.md describes the fields; they may be added to, never renamed.
std::string explain_as_json(std::span<const lint::Explanation> files,
                            const ExplainOptions& options);

}  // namespace unwedge::report
