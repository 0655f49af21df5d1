// Files that are linted together: applied one after the other in one run of the runner, on a schema
// in which what an earlier file created is new.

#pragma once

#include <span>
#include <vector>

#include "lint/active_rules.h"
#include "lint/options.h"
#include "lint/result.h"
#include "text/source_file.h"

namespace unwedge::lint {

/// A file of a change set and what holds for it; both outlive the call.
struct ChangeSetFile {
  const text::SourceFile* file = nullptr;
  const Options* options = nullptr;
  const ActiveRules* rules = nullptr;
};

/// The results in the order of the files, which is that in which they are applied. Never fails:
/// what is wrong with a file is a finding.
std::vector<FileResult> lint_change_set(std::span<const ChangeSetFile> files);

}  // namespace unwedge::lint
