// Defined by the source that the build makes from src/migration/runners/*.yaml.

#pragma once

#include <vector>

#include "migration/profile.h"

namespace unwedge::migration {

/// The profiles, sorted by name.
std::vector<RunnerProfile> make_builtin_runners();

}  // namespace unwedge::migration
