// Makes text from a stranger's file safe to show. What a terminal would obey, and what would make
// text look other than it is, becomes visible instead: a control character its picture (␛), a
// character that turns the direction of writing round its number (<U+202E>), and a byte that is no
// part of a UTF-8 character becomes U+FFFD.

#pragma once

#include <string>
#include <string_view>

namespace unwedge::text {

/// True for C1 controls, DEL, bidirectional overrides and isolates, and line separators: what is
/// not safe to show, beside the ASCII controls that every format already escapes.
bool is_deceptive(char32_t code_point);

/// One line of text made safe; a tab or a line feed becomes visible too.
std::string escaped(std::string_view text);
void append_escaped(std::string& out, std::string_view text);

/// One character made safe; U+FFFD stands for an invalid one.
void append_escaped(std::string& out, char32_t code_point);

}  // namespace unwedge::text
