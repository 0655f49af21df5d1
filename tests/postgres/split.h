// Cuts SQL into statements as psql would, so that the preparations of a test can be one string.
// Kept apart from unwedge's own splitter on purpose: the tests compare the two worlds.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace unwedge::postgres {

/// The statements of `sql` without their semicolons; quotes, dollar quotes, comments, parentheses
/// and BEGIN ATOMIC bodies are kept whole. Neither psql's backslash commands nor COPY data.
std::vector<std::string> split_statements(std::string_view sql);

}  // namespace unwedge::postgres
