// The runners that unwedge knows: the profiles of src/migration/runners/*.yaml.

#pragma once

#include <span>
#include <string_view>

#include "migration/profile.h"

namespace unwedge::migration {

/// Sorted by name; "unknown" is not among them.
std::span<const RunnerProfile> builtin_runners();

/// The profile of that name among these; null when there is none.
const RunnerProfile* find_runner(std::string_view name, std::span<const RunnerProfile> runners);
/// Among the built-in ones.
const RunnerProfile* find_runner(std::string_view name);

/// The profile used when no runner is recognised.
const RunnerProfile& unknown_runner();

}  // namespace unwedge::migration
