// What a condition says about rows.

#include "sql/row_question.h"

#include <string>
#include <string_view>

#include <catch2/catch_test_macros.hpp>

namespace unwedge::sql {
namespace {

/// "t, s.u WHERE": the queries that had no row; n counts the rows of c, and b asks for one of e.
std::string without_row(std::string_view condition, bool is_true = false) {
  const VariableMeaning meaning = [](Name name) -> std::string {
    if (name == "n") return "(SELECT count(*) FROM c)";
    if (name == "b") return "EXISTS (SELECT 1 FROM e)";
    return name == "loop" ? "loop" : "";
  };
  Arena arena;
  std::string text;
  for (const RowQuery& query : queries_without_row(condition, is_true, meaning, arena)) {
    if (!text.empty()) text += ", ";
    if (!query.table.schema.empty()) text += std::string(query.table.schema) + ".";
    text += query.table.name;
    if (query.where) text += " WHERE";
  }
  return text;
}

TEST_CASE("row question: EXISTS") {
  CHECK(without_row("EXISTS (SELECT 1 FROM t)") == "t");
  CHECK(without_row("exists (SELECT * FROM s.t AS x WHERE x.a IS NULL LIMIT 1)") == "s.t WHERE");
  CHECK(without_row("EXISTS (SELECT FROM t)") == "t");
  CHECK(without_row("(SELECT EXISTS (SELECT 1 FROM t))") == "t");
  CHECK(without_row("NOT EXISTS (SELECT 1 FROM t)").empty());
  CHECK(without_row("NOT EXISTS (SELECT 1 FROM t)", true) == "t");
  CHECK(without_row("EXISTS (SELECT 1 FROM t)", true).empty());
}

TEST_CASE("row question: a query of more than the rows of one table says nothing") {
  for (const std::string query :
       {"SELECT 1 FROM t, u", "SELECT 1 FROM t JOIN u ON true", "SELECT 1 FROM ONLY t",
        "SELECT 1 FROM t LIMIT 0", "SELECT 1 FROM t OFFSET 1", "SELECT a FROM t GROUP BY a",
        "SELECT count(*) FROM t", "SELECT 1 FROM t UNION SELECT 2", "SELECT 1 FROM f()",
        "SELECT unnest(a) FROM t", "WITH t AS (SELECT 1) SELECT 1 FROM t", "SELECT 1",
        "SELECT 1 FROM t TABLESAMPLE system (1)", "SELECT 1 FROM t LIMIT n"}) {
    INFO(query);
    CHECK(without_row("EXISTS (" + query + ")").empty());
  }
}

TEST_CASE("row question: counts") {
  CHECK(without_row("(SELECT count(*) FROM t WHERE a < 0) > 0") == "t WHERE");
  CHECK(without_row("(SELECT count(1) FROM t) >= 1") == "t");
  CHECK(without_row("(SELECT count(*) FROM t) != 0") == "t");
  CHECK(without_row("(SELECT count(*) FROM t) = 0", true) == "t");
  CHECK(without_row("(SELECT count(*) FROM t) = 0, 'a message'", true) == "t");
  CHECK(without_row("(SELECT count(*) FROM t) > 1").empty());
  CHECK(without_row("(SELECT count(a) FROM t) > 0").empty());
  CHECK(without_row("(SELECT count(DISTINCT 1) FROM t) > 0").empty());
  CHECK(without_row("(SELECT count(*) FILTER (WHERE a) FROM t) > 0").empty());
  CHECK(without_row("(SELECT sum(1) FROM t) > 0").empty());
  CHECK(without_row("(SELECT count(*) FROM t) > 0", true).empty());
}

TEST_CASE("row question: variables") {
  CHECK(without_row("n > 0") == "c");
  CHECK(without_row("b") == "e");
  CHECK(without_row("NOT b", true) == "e");
  CHECK(without_row("x > 0").empty());
  CHECK(without_row("loop").empty());
  CHECK(without_row("n").empty());
}

TEST_CASE("row question: several at once") {
  CHECK(without_row("EXISTS (SELECT 1 FROM t) OR n > 0 OR x") == "t, c");
  CHECK(without_row("b AND EXISTS (SELECT 1 FROM t)").empty());
  CHECK(without_row("NOT b AND NOT EXISTS (SELECT 1 FROM t)", true) == "e, t");
  CHECK(without_row("NOT (NOT b AND NOT n > 0)") == "e, c");
  CHECK(without_row("this is not SQL").empty());
  CHECK(without_row("").empty());
}

}  // namespace
}  // namespace unwedge::sql
