// The tags of templates that migrations are made of: {{ Go, Handlebars }}, {% Jinja %}.

#pragma once

#include <string_view>
#include <vector>

#include "sql/dialect.h"
#include "unwedge/span.h"

namespace unwedge::migration {

/// What the tag text[span], with its braces, means. Its part is left out when its condition says
/// that it is for another database than Postgres; `open` has an entry for each tag that has begun
/// and not ended, and is brought up to date.
class TemplateTags {
 public:
  sql::Placeholder read(std::string_view text, Span span);

 private:
  /// For each that has begun: one of its parts is certainly taken.
  std::vector<bool> settled_;
};

}  // namespace unwedge::migration
