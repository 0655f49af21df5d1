// Splitting at semicolons without the grammar.

#include "sql/split.h"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace unwedge::sql {
namespace {

using Texts = std::vector<std::string_view>;

std::vector<RawStatement> split(std::string_view text) {
  return split_script(text, {0, static_cast<std::uint32_t>(text.size())}).statements;
}

Texts texts(std::string_view text) {
  Texts all;
  for (const RawStatement& statement : split(text)) all.push_back(slice(text, statement.span));
  return all;
}

TEST_CASE("split: at semicolons") {
  CHECK(texts("").empty());
  CHECK(texts(" ; ;; -- x\n").empty());
  CHECK(texts("a; b") == Texts{"a", "b"});
  CHECK(texts("a b ;c;") == Texts{"a b", "c"});
  CHECK(split("a; b")[0].has_semicolon);
  CHECK_FALSE(split("a; b")[1].has_semicolon);
}

TEST_CASE("split: comments at the ends are left out, those inside are not") {
  CHECK(texts("/* x */ a -- y;\n b /* z; */; -- c") == Texts{"a -- y;\n b"});
  CHECK(texts("/* /* nested; */ ; */ a") == Texts{"a"});
}

TEST_CASE("split: not inside quotes") {
  CHECK(texts("SELECT ';', \";\", $$;$$, $a$;$$;$a$; b") ==
        Texts{"SELECT ';', \";\", $$;$$, $a$;$$;$a$", "b"});
  CHECK(texts("SELECT 'it''s;', E'\\';'; b") == Texts{"SELECT 'it''s;', E'\\';'", "b"});
  CHECK(texts("SELECT 'ü;🐘'; b") == Texts{"SELECT 'ü;🐘'", "b"});
}

TEST_CASE("split: not inside parentheses") {
  CHECK(texts("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); b") ==
        Texts{"CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)", "b"});
  CHECK(texts("a) ; b") == Texts{"a)", "b"});
}

TEST_CASE("split: the parts inside a parenthesis that is never closed") {
  const std::string_view text = "CREATE TABLE a (b int; SELECT 1; SELECT 2";
  const std::vector<RawStatement> statements = split(text);
  REQUIRE(statements.size() == 1);
  CHECK_FALSE(statements[0].has_semicolon);
  Texts inner;
  for (const Span& part : statements[0].inner) inner.push_back(slice(text, part));
  CHECK(inner == Texts{"CREATE TABLE a (b int", "SELECT 1", "SELECT 2"});
}

TEST_CASE("split: not inside BEGIN ATOMIC") {
  const std::string_view text =
      "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC\n"
      "  SELECT CASE WHEN a THEN 1 ELSE 2 END; SELECT 2;\nEND; SELECT 3";
  REQUIRE(texts(text).size() == 2);
  CHECK(texts(text)[1] == "SELECT 3");
  // Outside of a routine BEGIN is a statement.
  CHECK(texts("BEGIN; SELECT 1; END; SELECT 2") == Texts{"BEGIN", "SELECT 1", "END", "SELECT 2"});
  CHECK(texts("CREATE TABLE begin (a int); b").size() == 2);
}

TEST_CASE("split: what is never closed goes to the end") {
  CHECK(texts("a; b 'c; d;") == Texts{"a", "b 'c; d;"});
  CHECK(texts("a; b $$ c; d;") == Texts{"a", "b $$ c; d;"});
}

TEST_CASE("split: a region") {
  const std::string_view text = "a; b; c; d";
  const std::vector<RawStatement> statements = split_script(text, {3, 8}).statements;
  REQUIRE(statements.size() == 2);
  CHECK(slice(text, statements[0].span) == "b");
  CHECK(slice(text, statements[1].span) == "c");
}

}  // namespace
}  // namespace unwedge::sql
