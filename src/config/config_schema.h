// The JSON schema of unwedge.yaml, for editors. Generated, so that it knows every rule.

#pragma once

#include <string>

#include "config/config.h"

namespace unwedge::config {

/// Draft 7, indented, with a newline at the end: what stands in schema/unwedge.schema.json.
std::string config_schema(const Vocabulary& vocabulary);

}  // namespace unwedge::config
