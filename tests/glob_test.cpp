// Patterns of `exclude:`.

#include "config/glob.h"

#include <chrono>
#include <string>
#include <string_view>

#include <catch2/catch_test_macros.hpp>

namespace unwedge::config {
namespace {

bool matches(std::string_view pattern, std::string_view path) {
  const tl::expected<Glob, std::string> glob = Glob::parse(pattern);
  REQUIRE(glob);
  return glob->matches(path);
}

TEST_CASE("a pattern without a slash matches names at any depth") {
  CHECK(matches("*.sql", "a.sql"));
  CHECK(matches("*.sql", "db/old/a.sql"));
  CHECK(matches("old", "db/old/a.sql"));
  CHECK_FALSE(matches("old", "db/older/a.sql"));
  CHECK_FALSE(matches("*.sql", "a.sqlx"));
}

TEST_CASE("a pattern with a slash begins at the config's folder") {
  CHECK(matches("db/*.sql", "db/a.sql"));
  CHECK(matches("/a.sql", "a.sql"));
  CHECK(matches("./a.sql", "a.sql"));
  CHECK_FALSE(matches("/a.sql", "db/a.sql"));
  CHECK_FALSE(matches("db/*.sql", "app/db/a.sql"));
  CHECK_FALSE(matches("db/*.sql", "db/old/a.sql"));
}

TEST_CASE("a star stays within one name, two stars do not") {
  CHECK(matches("db/**/a.sql", "db/a.sql"));
  CHECK(matches("db/**/a.sql", "db/x/y/a.sql"));
  CHECK(matches("**/old/*.sql", "old/a.sql"));
  CHECK(matches("**/old/*.sql", "x/y/old/a.sql"));
  CHECK(matches("db/**", "db/x/a.sql"));
  CHECK(matches("**", "a.sql"));
  CHECK(matches("/**", "x/a.sql"));
  CHECK(matches("**/a/**/b.sql", "x/a/a/y/b.sql"));
  CHECK_FALSE(matches("**/a/**/b.sql", "x/b.sql"));
  CHECK_FALSE(matches("d**/a.sql", "d/x/a.sql"));  // as one star when not alone
}

TEST_CASE("what lies below a folder that matches, matches") {
  CHECK(matches("db/old", "db/old/x/a.sql"));
  CHECK(matches("db/old/", "db/old/a.sql"));
  CHECK(matches("old/", "db/old/a.sql"));
  CHECK_FALSE(matches("a.sql/", "db/a.sql"));
}

TEST_CASE("a question mark is one character") {
  CHECK(matches("?.sql", "a.sql"));
  CHECK(matches("?.sql", "\u00e9.sql"));
  CHECK(matches("?.sql", "\xff.sql"));
  CHECK_FALSE(matches("?.sql", "ab.sql"));
  CHECK_FALSE(matches("?.sql", ".sql"));
}

TEST_CASE("brackets and other signs stand for themselves") {
  CHECK(matches("app/[id]/*.sql", "app/[id]/a.sql"));
  CHECK_FALSE(matches("[ab].sql", "a.sql"));
  CHECK(matches("a b+.sql", "x/a b+.sql"));
}

TEST_CASE("backtracking within a name") {
  CHECK(matches("*a*b", "xaxbxab"));
  CHECK(matches("*ab*", "aab"));
  CHECK_FALSE(matches("*a*b", "xaxbx"));
}

TEST_CASE("patterns that cannot mean anything are refused") {
  for (std::string_view pattern : {"", "/", "./", ".", "!a", "a\\b", "../a", "a/../b"}) {
    INFO(pattern);
    CHECK_FALSE(Glob::parse(pattern));
  }
  CHECK(Glob::parse("..a"));
  CHECK(Glob::parse("*")->pattern() == "*");
}

TEST_CASE("a hostile pattern takes no longer than pattern times path") {
  std::string pattern;
  for (int i = 0; i < 2000; ++i) pattern += "*a";
  std::string folders = "**";
  for (int i = 0; i < 2000; ++i) folders += "/a/**";
  std::string path;
  for (int i = 0; i < 2000; ++i) path += "a/";
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(matches(pattern + "b", std::string(4000, 'a')));
  CHECK_FALSE(matches(folders + "/b", path));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}

}  // namespace
}  // namespace unwedge::config
