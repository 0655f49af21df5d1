// A file's text, made safe to work with: the byte order mark taken off, the encoding checked.

#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace unwedge::text {

struct SourceFile {
  std::string path;      ///< for messages: as given or found, with forward slashes
  std::string contents;  ///< valid UTF-8 without byte order mark and without NUL
  bool had_byte_order_mark = false;
  std::filesystem::path place;  ///< absolute and normal; empty for a text that is in no folder
};

/// Checks and takes over a file's bytes. The error is a sentence that says what is wrong and where:
/// "line 3 is not valid UTF-8 (byte 0xE9)".
tl::expected<SourceFile, std::string> source_from_bytes(std::string path, std::string bytes);

/// Reads a file. Never follows it past the limit of 4 GiB; a directory, a device or a pipe is an
/// error.
tl::expected<SourceFile, std::string> read_source(const std::filesystem::path& file,
                                                  std::string path);

}  // namespace unwedge::text
