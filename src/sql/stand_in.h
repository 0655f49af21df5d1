// What stands for a placeholder in the text that the grammar reads: an identifier of the same
// length, so that every place stays what it is in the file. Each byte of the placeholder that an
// identifier cannot have, or that would be folded to lower case, is written as a byte that belongs
// to no character of UTF-8 where it stands. So "${app}_t" is one identifier, the same wherever it
// is written, and reads as the file has it once its bytes are turned back.

#pragma once

#include <string>
#include <string_view>

namespace unwedge::sql {

/// The byte for this byte of a placeholder.
char stand_in(char byte);

/// True when a byte of the text stands for another. The rest of the text is valid UTF-8.
bool has_stand_in(std::string_view text);

/// True when the identifier is one placeholder and nothing else.
bool is_placeholder(std::string_view identifier);

/// The text with what such bytes stand for.
std::string restored(std::string_view text);

}  // namespace unwedge::sql
