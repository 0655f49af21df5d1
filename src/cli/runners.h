// The runners that --runner and the config may name.

#pragma once

#include <span>
#include <string_view>

#include "config/config.h"

namespace unwedge::cli {

std::span<const std::string_view> runner_names();

/// What configs may name besides rules.
config::Vocabulary vocabulary();

}  // namespace unwedge::cli
