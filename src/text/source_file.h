// A file's text, made safe to work with: in UTF-8, whatever the file is in, without the byte order
// mark, and of a dump's data only the beginnings.

#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "text/line_index.h"
#include "unwedge/encoding.h"

namespace unwedge::text {

struct SourceFile {
  std::string path;      ///< for messages: as given or found, with forward slashes
  std::string contents;  ///< valid UTF-8 without byte order mark and without NUL
  bool had_byte_order_mark = false;
  FileEncoding encoding;          ///< with the place in the contents
  std::vector<Elision> elisions;  ///< what a large file has and the contents have not
  std::filesystem::path place;    ///< absolute and normal; empty for a text that is in no folder
};

/// Takes over a file's bytes. What is not UTF-8 is read as UTF-16 where it looks so, and else as
/// Windows-1252. The error is a sentence that says what is wrong and where: "line 3 has a NUL byte
/// (0x00)".
tl::expected<SourceFile, std::string> source_from_bytes(std::string path, std::string bytes);

/// Reads a file. Of the data that follows COPY … FROM stdin in a large one, only the beginning is
/// kept. What is kept may be up to 4 GiB; a directory, a device or a pipe is an error.
tl::expected<SourceFile, std::string> read_source(const std::filesystem::path& file,
                                                  std::string path);

}  // namespace unwedge::text
