// What stands in a migration besides SQL: placeholders that its runner fills in, tags of a
// template, and what ends a statement where no semicolon does.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "migration/profile.h"
#include "migration/sections.h"
#include "sql/dialect.h"
#include "unwedge/span.h"

namespace unwedge::migration {

/// What a config says of placeholders, whatever the runner.
struct PlaceholderSettings {
  std::vector<std::string> patterns;  ///< further ones
  sql::PlaceholderValues values;      ///< by their text
};

/// Those in the section, by place; they do not overlap. Beside the runner's own and those of the
/// settings these are ${x}, $%x%$, the comment in /* x */.y and the tags of Go's, Jinja's and
/// Handlebars' templates: none is SQL, and whoever writes them has something that fills them in.
std::vector<sql::Placeholder> placeholders_of(std::string_view text, const Section& section,
                                              const RunnerProfile& runner,
                                              const PlaceholderSettings& settings);

}  // namespace unwedge::migration
