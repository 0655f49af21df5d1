// Nothing from a file may steer a terminal or pretend to be other text than it is.

#include "text/escape.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

#include "text/utf8.h"
#include "text/width.h"

namespace unwedge::text {
namespace {

using namespace std::string_literals;

TEST_CASE("harmless text stays as it is") {
  CHECK(escaped("").empty());
  CHECK(escaped("Dropping 'naïve' 漢字 \U0001F418 ~") == "Dropping 'naïve' 漢字 \U0001F418 ~");
}

TEST_CASE("control characters become their pictures") {
  CHECK(escaped("\x1b[31mred\x1b[0m") == "␛[31mred␛[0m");
  CHECK(escaped("a\nb\tc\rd\x7f"s) == "a␊b␉c␍d␡");
  CHECK(escaped("\0"s) == "␀");
}

TEST_CASE("characters that steer or reorder become their numbers") {
  CHECK(escaped("\u009b31m") == "<U+009B>31m");
  CHECK(escaped("a\u202eb\u202c") == "a<U+202E>b<U+202C>");
  CHECK(escaped("\u2066x\u2069") == "<U+2066>x<U+2069>");
  CHECK(escaped("\u2028") == "<U+2028>");
}

TEST_CASE("bytes that are not UTF-8 are replaced one by one") {
  CHECK(escaped("caf\xE9;") == "caf\uFFFD;");
  CHECK(escaped("\xF0\x9F\x90") == "\uFFFD\uFFFD\uFFFD");
}

TEST_CASE("whatever the bytes, the outcome is valid and has no control character") {
  for (int high = 0; high < 256; ++high) {
    for (int low = 0; low < 256; ++low) {
      const std::string text =
          escaped(std::string{static_cast<char>(high), static_cast<char>(low)});
      REQUIRE(valid_utf8_prefix(text) == text.size());
      for (const char c : text) REQUIRE((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
    }
  }
}

TEST_CASE("characters take the cells that terminals give them") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("é") == 1);
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width("漢字") == 4);
  CHECK(display_width("\U0001F418") == 2);
  CHECK(display_width("…") == 1);
  CHECK(display_width("한글") == 4);
}

}  // namespace
}  // namespace unwedge::text
