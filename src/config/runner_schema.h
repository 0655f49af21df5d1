// The part of the schema that describes runners' profiles, from the keys of runner_keys.h.

#pragma once

#include <nlohmann/json.hpp>

namespace unwedge::config {

/// Definitions for the schema: 'runner', the keys of a profile but for its name; 'new-runner', the
/// same where there is no built-in one to add what is missing; and what these refer to.
nlohmann::ordered_json runner_definitions();

/// What a runner may be called.
nlohmann::ordered_json runner_name_schema();

}  // namespace unwedge::config
