// A file's bytes are taken over when they are UTF-8, and refused with a sentence when they are not.

#include "text/source_file.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <catch2/catch_test_macros.hpp>

#include "text/utf8.h"

namespace unwedge::text {
namespace {

using namespace std::string_literals;

std::string error_of(std::string bytes) {
  const auto file = source_from_bytes("a.sql", std::move(bytes));
  return file ? "none" : file.error();
}

TEST_CASE("text in UTF-8 is taken as it is") {
  const std::string bytes = "-- naïve 漢字 \U0001F418\nSELECT 1;\r\n";
  const auto file = source_from_bytes("a.sql", bytes);
  REQUIRE(file);
  CHECK(file->path == "a.sql");
  CHECK(file->contents == bytes);
  CHECK_FALSE(file->had_byte_order_mark);
  CHECK(error_of("") == "none");
}

TEST_CASE("a byte order mark is taken off") {
  const auto file = source_from_bytes("a.sql", "\xEF\xBB\xBFSELECT 1;");
  REQUIRE(file);
  CHECK(file->contents == "SELECT 1;");
  CHECK(file->had_byte_order_mark);
}

TEST_CASE("other encodings are named") {
  CHECK(error_of("\xFF\xFES\0"s) == "it is UTF-16 (little-endian); save it as UTF-8");
  CHECK(error_of("\xFE\xFF\0S"s) == "it is UTF-16 (big-endian); save it as UTF-8");
  CHECK(error_of("\xFF\xFE\0\0S\0\0\0"s) == "it is UTF-32; save it as UTF-8");
  CHECK(error_of("S\0E\0L\0"s) ==
        "line 1 has a NUL byte (0x00), as if it were UTF-16; save it as UTF-8");
}

TEST_CASE("the line and the byte of a fault are named") {
  CHECK(error_of("one\r\ntwo\ncaf\xE9;\n") == "line 3 is not valid UTF-8 (byte 0xE9)");
  CHECK(error_of("one\ntw\0o\n"s) == "line 2 has a NUL byte (0x00)");
  CHECK(error_of("a\0\xE9"s) == "line 1 has a NUL byte (0x00)");
  CHECK(error_of("\xE9\n\0"s) == "line 1 is not valid UTF-8 (byte 0xE9)");
}

TEST_CASE("validation is strict and finds a fault at any distance") {
  for (const std::string_view bad :
       {"\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF0\x80\x80\xAF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3", "\xE6\xBC", "\xF0\x9F\x90", "\xFF"}) {
    for (std::size_t before = 0; before < 20; ++before) {
      const std::string text = std::string(before, 'a') + std::string(bad) + "zzzzzzzzzz";
      CHECK(valid_utf8_prefix(text) == before);
    }
  }
  for (const std::string_view good : {"\x7F", "\xC2\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                                      "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    const std::string text = "SELECT " + std::string(good) + " FROM t";
    CHECK(valid_utf8_prefix(text) == text.size());
  }
}

TEST_CASE("files are read, and what is no file is refused") {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / "unwedge_source_file_test";
  std::filesystem::create_directories(folder);
  const std::filesystem::path path = folder / "a.sql";
  const std::string contents(200'000, 'x');
  std::ofstream(path, std::ios::binary) << contents;

  const auto file = read_source(path, "shown.sql");
  REQUIRE(file);
  CHECK(file->path == "shown.sql");
  CHECK(file->contents == contents);

  CHECK(read_source(folder, "f").error() == "it is a directory");
  CHECK(read_source(folder / "none.sql", "f").error() == "No such file or directory");
  CHECK(read_source("/dev/null", "f").error() == "it is not a regular file");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace unwedge::text
