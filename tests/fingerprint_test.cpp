// The hashes of lines are those that GitHub computes.

#include "text/fingerprint.h"

#include <chrono>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace unwedge::text {
namespace {

std::vector<std::string> hashes_of(std::string_view text, std::uint32_t lines) {
  std::vector<std::uint32_t> numbers(lines);
  std::iota(numbers.begin(), numbers.end(), 1U);
  const LineHashes hashes(text, numbers);
  std::vector<std::string> all;
  for (const std::uint32_t line : numbers) all.emplace_back(hashes.of(line));
  return all;
}

using Strings = std::vector<std::string>;

TEST_CASE("a single statement") {
  CHECK(hashes_of("CREATE INDEX users_email_idx ON users (email);\n", 1) ==
        Strings{"8afbeb4a25dff3dd:1"});
}

TEST_CASE("several lines") {
  CHECK(hashes_of("BEGIN;\nCREATE INDEX a ON t (c);\nCOMMIT;\n", 3) ==
        Strings{"a8cd9bb199dea586:1", "88c4ba53db35dd68:1", "48a713b58bc07d29:1"});
}

TEST_CASE("blanks, tabs and the kind of line end do not matter") {
  const Strings expected = hashes_of("BEGIN;\nCREATE INDEX a ON t (c);\nCOMMIT;\n", 3);
  CHECK(hashes_of("BEGIN;\r\n\tCREATE INDEX a  ON t (c);\r\nCOMMIT;\r\n", 3) == expected);
  CHECK(hashes_of("  BEGIN;\rCREATEINDEX a ON t\t(c);\r\tCOMMIT;\r", 3) == expected);
}

TEST_CASE("a hash is of a hundred characters, so more text after them does not matter") {
  const std::string filler = "SELECT '" + std::string(100, 'x') + "';\n";
  CHECK(hashes_of("a\n" + filler + "b", 1) == hashes_of("a\n" + filler + "something else", 1));
}

TEST_CASE("equal lines are numbered, those that were not asked for too") {
  const std::string line = std::string(100, 'x') + "\n";
  const std::string text = line + line + line + std::string(300, 'y');
  const Strings all = hashes_of(text, 3);
  const std::string hash = all[0].substr(0, all[0].find(':'));
  // Only the first two are followed by the same characters within their hundred.
  CHECK(all[0] == hash + ":1");
  CHECK(all[1] == hash + ":2");
  CHECK(all[2] == hash + ":3");

  const std::uint32_t third = 3;
  const LineHashes hashes(text, {&third, 1});
  CHECK(hashes.of(3) == hash + ":3");
  CHECK(hashes.of(1).empty());
}

TEST_CASE("lines that are not there have no hash") {
  CHECK(hashes_of("a\n", 4)[3].empty());
  CHECK_FALSE(hashes_of("a\n", 2)[1].empty());  // the end of the file counts as a line
  CHECK_FALSE(hashes_of("", 1)[0].empty());
  const LineHashes none("a\n", {});
  CHECK(none.of(1).empty());
}

TEST_CASE("a byte order mark counts") {
  const std::uint32_t first = 1;
  CHECK(LineHashes("a;\n", {&first, 1}, true).of(1) == LineHashes("\uFEFFa;\n", {&first, 1}).of(1));
  CHECK(LineHashes("a;\n", {&first, 1}, true).of(1) != LineHashes("a;\n", {&first, 1}).of(1));
}

TEST_CASE("the cost is linear in the text") {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "SELECT 1;\n";
  const auto begin = std::chrono::steady_clock::now();
  const Strings all = hashes_of(text, 200'000);
  const auto end = std::chrono::steady_clock::now();
  CHECK(all[99'999].ends_with(":100000"));
  CHECK(end - begin < std::chrono::seconds(30));
}

}  // namespace
}  // namespace unwedge::text
