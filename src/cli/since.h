// --since: the state that the files are compared with, and where a pull request goes, as CI systems
// tell the programs that they run.

#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "cli/environment.h"
#include "cli/git.h"
#include "cli/output.h"

namespace unwedge::cli {

/// For the repository of the current folder. The text is a revision, or "auto": where the pull
/// request goes that the environment speaks of, otherwise the default branch of 'origin',
/// or origin/main, or origin/master.
tl::expected<Since, UsageError> since(std::string_view text, const Environment& environment);

/// A revision for git: the branch that the pull request goes into, as the clone of a CI job knows
/// it ("origin/main"), or its commit. "": the environment speaks of no pull request.
std::string base_of_pull_request(const Environment& environment);

/// A file of a programming language that has changed, from the repository's root; "": none has.
std::string changed_code(const Since& since);

/// Whether both are the same statements, whatever their comments and white space are.
bool same_tokens(std::string_view left, std::string_view right);

}  // namespace unwedge::cli
