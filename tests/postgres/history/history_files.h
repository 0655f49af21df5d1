// The migrations of a folder, for a live comparison.

#pragma once

#include <filesystem>
#include <vector>

#include "lint/options.h"

namespace unwedge::postgres {

/// In the order of their runner, which `options` names or its detector recognises; of a runner
/// without an order, by the numbers in their names. Throws std::runtime_error if there are none.
std::vector<std::filesystem::path> migrations_in(const std::filesystem::path& folder,
                                                 const lint::Options& options);

}  // namespace unwedge::postgres
