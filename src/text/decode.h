// From other encodings to UTF-8.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "unwedge/encoding.h"

namespace unwedge::text {

/// UTF-16, if the bytes begin with its mark or are ASCII in it throughout their beginning.
std::optional<Encoding> utf16_of(std::string_view bytes);

/// The character that a byte is in Windows-1252. One that it leaves open is a control character, as
/// in Latin-1 and in browsers (WHATWG, Encoding Standard).
char32_t from_windows_1252(char byte);

/// Without the mark. Half of a pair and an odd byte at the end become U+FFFD.
std::string utf8_from_utf16(std::string_view bytes, Encoding encoding);

}  // namespace unwedge::text
