// Postgres's scanner takes time in the square of an operator's length, or worse: for each token it
// reads all characters that an operator may have, and gives most of them back where they end with a
// sign or begin a comment (scan.l: operator, xcstart). A server hangs on such text; unwedge must
// not.

#pragma once

#include <cstddef>
#include <string_view>

namespace unwedge::sql {

/// Where the scanner would meet a run of characters of operators that is too long for any operator
/// and for it to be done with soon; for one in a comment, where the comment begins; npos: nowhere.
std::size_t find_endless_operator(std::string_view text);

}  // namespace unwedge::sql
