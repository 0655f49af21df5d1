// Writes JSON values for people and terminals: indented, always valid UTF-8, and without any
// character that is not safe to show.

#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace unwedge::report {

using Json = nlohmann::ordered_json;

/// The document with two blanks of indentation and a line feed at its end. What is not UTF-8
/// becomes U+FFFD; characters that text::is_deceptive names are written as \u escapes.
std::string to_text(const Json& document);

}  // namespace unwedge::report
