// How a file's characters are written. Everything inside is UTF-8; what was not is turned into it,
// and a rule says so.

#pragma once

#include <cstdint>
#include <vector>

#include "unwedge/span.h"

namespace unwedge {

enum class Encoding : std::uint8_t {
  kUtf8,
  kWindows1252,  ///< or Latin-1, of which it is a superset as far as texts go
  kUtf16LittleEndian,
  kUtf16BigEndian,
};

/// A character that the file does not write as UTF-8 would.
struct ForeignCharacter {
  Span span;
  std::uint8_t byte = 0;  ///< its first byte in the file
};

struct FileEncoding {
  Encoding encoding = Encoding::kUtf8;
  /// The first one of each line; of UTF-16 the first of all.
  std::vector<ForeignCharacter> foreign;
};

}  // namespace unwedge
