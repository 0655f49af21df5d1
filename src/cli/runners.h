// The runners that the command line may name.

#pragma once

#include <string_view>
#include <vector>

#include "config/config.h"

namespace unwedge::cli {

/// The built-in ones; a config may define others.
std::vector<std::string_view> runner_names();

/// What configs may name besides rules.
config::Vocabulary vocabulary();

}  // namespace unwedge::cli
