// How a file's characters are written. Everything inside is UTF-8; what was not is turned into it,
// and a rule says so.

#pragma once

#include <cstdint>

#include "unwedge/span.h"

namespace unwedge {

enum class Encoding : std::uint8_t {
  kUtf8,
  kWindows1252,  ///< or Latin-1, of which it is a superset as far as texts go
  kUtf16LittleEndian,
  kUtf16BigEndian,
};

struct FileEncoding {
  Encoding encoding = Encoding::kUtf8;
  Span first;              ///< the first character that is not written as in UTF-8
  std::uint8_t byte = 0;  ///< its first byte in the file
};

}  // namespace unwedge
