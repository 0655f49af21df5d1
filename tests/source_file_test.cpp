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

TEST_CASE("UTF-16 is read, with its mark and, if it begins as ASCII, without") {
  for (const std::string& bytes :
       {"\xFF\xFE-\0 \0\xE9\0\x3D\xD8\x18\xDC"s, "\xFE\xFF\0-\0 \0\xE9\xD8\x3D\xDC\x18"s}) {
    const auto file = source_from_bytes("a.sql", bytes);
    REQUIRE(file);
    CHECK(file->contents == "- \u00E9\U0001F418");
    const bool little = bytes[0] == '\xFF';
    CHECK(file->encoding.encoding ==
          (little ? Encoding::kUtf16LittleEndian : Encoding::kUtf16BigEndian));
    CHECK(file->encoding.foreign.at(0).span == Span{0, 1});
    CHECK(file->encoding.foreign.at(0).byte == (little ? 0xFF : 0xFE));
  }
  CHECK(source_from_bytes("a.sql", "S\0E\0L\0E\0"s)->contents == "SELE");
  CHECK(source_from_bytes("a.sql", "\0S\0E\0L\0E"s)->contents == "SELE");
  CHECK(source_from_bytes("a.sql", "\xFF\xFE"s)->contents.empty());
}

TEST_CASE("what is no pair in UTF-16 becomes U+FFFD") {
  CHECK(source_from_bytes("a", "\xFF\xFE\x3D\xD8-\0"s)->contents == "\uFFFD-");
  CHECK(source_from_bytes("a", "\xFF\xFE\x18\xDC-\0"s)->contents == "\uFFFD-");
  CHECK(source_from_bytes("a", "\xFF\xFE-\0\x3D\xD8"s)->contents == "-\uFFFD");
  CHECK(source_from_bytes("a", "\xFF\xFE-\0x"s)->contents == "-\uFFFD");
}

TEST_CASE("bytes that are not UTF-8 are read as Windows-1252") {
  const auto file = source_from_bytes("a.sql", "one\r\ntwo\ncaf\xE9 \x80\x81;\n");
  REQUIRE(file);
  CHECK(file->contents == "one\r\ntwo\ncaf\u00E9 \u20AC\u0081;\n");
  CHECK(file->encoding.encoding == Encoding::kWindows1252);
  REQUIRE(file->encoding.foreign.size() == 1);
  CHECK(slice(file->contents, file->encoding.foreign[0].span) == "\u00E9");
  CHECK(file->encoding.foreign[0].byte == 0xE9);

  const auto mixed = source_from_bytes("a.sql", "\xEF\xBB\xBF\u6F22 \xFF \u6F22");
  REQUIRE(mixed);
  CHECK(mixed->had_byte_order_mark);
  CHECK(mixed->contents == "\u6F22 \u00FF \u6F22");
  REQUIRE(mixed->encoding.foreign.size() == 1);
  CHECK(mixed->encoding.foreign[0].span == Span{4, 6});
}

TEST_CASE("the first foreign character of each line is known") {
  const auto file = source_from_bytes("a.sql", "\xE9\xE8 \xE8\n\u6F22\rx\xE0\xE0\n\n\xFF");
  REQUIRE(file);
  std::string bytes;
  for (const ForeignCharacter& each : file->encoding.foreign) {
    bytes += static_cast<char>(each.byte);
  }
  CHECK(bytes == "\xE9\xE0\xFF");
}

TEST_CASE("what is no text is named") {
  CHECK(error_of("\xFF\xFE\0\0S\0\0\0"s) == "it is UTF-32; save it as UTF-8");
  CHECK(error_of("PGDMP\1\2") ==
        "it is an archive of pg_dump, not SQL; pg_restore --file turns it into SQL");
  CHECK(error_of("one\ntw\0o\n"s) == "line 2 has a NUL byte (0x00)");
  CHECK(error_of("\xE9\n\0"s) == "line 2 has a NUL byte (0x00)");
  CHECK(error_of("\xFF\xFE-\0\0\0"s) == "line 1 has a NUL byte (0x00)");
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
