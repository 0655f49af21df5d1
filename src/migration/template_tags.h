// The tags of templates that migrations are made of: {{ Go, Handlebars }}, {% Jinja %}.

#pragma once

#include <string_view>
#include <vector>

#include "sql/dialect.h"
#include "unwedge/span.h"

namespace unwedge::migration {

/// Reads the tags of a text one after the other.
class TemplateTags {
 public:
  /// What the tag text[span], with its braces, means. Of a condition only that is known which says
  /// for which database the part is.
  sql::Placeholder read(std::string_view text, Span span);

 private:
  /// For each that has begun: one of its parts is certainly taken.
  std::vector<bool> settled_;
};

}  // namespace unwedge::migration
