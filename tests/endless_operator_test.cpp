// Text on which Postgres's scanner would not come to an end is found, and nothing else is.

#include "sql/endless_operator.h"

#include <string>
#include <string_view>

#include <catch2/catch_test_macros.hpp>

#include "parsing.h"
#include "unwedge/statement.h"

namespace unwedge::sql {
namespace {

std::string times(std::size_t count, std::string_view unit) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += unit;
  return text;
}

TEST_CASE("endless operators: they are found") {
  CHECK(find_endless_operator("SELECT " + times(5000, "+") + "1") == 7);
  CHECK(find_endless_operator("SELECT " + times(2000, "+-") + "1") == 7);
  CHECK(find_endless_operator("SELECT 1; " + times(5000, "/*") + times(5000, "*/")) == 10);
  CHECK(find_endless_operator("SELECT 'x' /* " + times(5000, "+/*")) == 11);
}

TEST_CASE("endless operators: what only looks like one") {
  const std::string run = times(5000, "+");
  const std::string nest = times(5000, "/*");
  for (const std::string& text :
       {"-- " + run, "--" + times(5000, "-"), "/*" + times(5000, "*") + "/", "/* " + run + " */",
        "SELECT '" + run + nest + "'", "SELECT E'\\'" + nest + "'", "SELECT \"" + nest + "\"",
        "SELECT $$ " + nest + " $$, $a$" + run + "$a$", "SELECT 1 +--" + run,
        times(5000, "/* + */"), times(5000, "1 + ")}) {
    INFO(text.substr(0, 20));
    CHECK(find_endless_operator(text) == std::string::npos);
  }
}

TEST_CASE("endless operators: one costs its own statement") {
  const parsing::Parsed parsed("DROP TABLE a;\nSELECT " + times(5000, "+") + "1;\nDROP TABLE b;");
  REQUIRE(parsed.statements().size() == 3);
  CHECK(parsed.statements()[0].get<Drop>() != nullptr);
  CHECK(parsed.statements()[2].get<Drop>() != nullptr);
  const auto* error = parsed.statements()[1].get<SyntaxError>();
  REQUIRE(error != nullptr);
  CHECK(error->message == "an operator or a nest of comments is too long");
  CHECK(error->at == Span{21, 22});
}

}  // namespace
}  // namespace unwedge::sql
