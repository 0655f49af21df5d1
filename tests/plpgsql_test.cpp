// Bodies of PL/pgSQL as trees.

#include "sql/plpgsql.h"

#include <string>
#include <string_view>

#include <catch2/catch_test_macros.hpp>

#include "sql/literal.h"

namespace unwedge::sql {
namespace {

using Kind = BodyNode::Kind;

/// "BLOCK(UPDATE, IF(CREATE INDEX), handler(…))": each node with what is in it.
class Outline {
 public:
  static std::string of(const Body& body) {
    if (body.error) return std::string(body.error->message);
    std::string text;
    for (const BodyBranch& branch : body.root.branches) add(branch, text);
    return text;
  }

 private:
  static void add(const BodyBranch& branch, std::string& text) {
    for (const Name condition : branch.conditions) text += std::string(condition) + ": ";
    for (const BodyNode& node : branch.statements) {
      text += name(node);
      if (!node.branches.empty()) {
        text += "(";
        for (const BodyBranch& inner : node.branches) {
          if (&inner != &node.branches.front()) text += "| ";
          add(inner, text);
        }
        if (text.ends_with(' ')) text.pop_back();
        text += ")";
      }
      text += " ";
    }
  }

  static std::string name(const BodyNode& node) {
    switch (node.kind) {
      case Kind::kBlock: return "block";
      case Kind::kIf: return "if";
      case Kind::kCase: return "case";
      case Kind::kLoop: return "loop";
      case Kind::kSql: return node.statement ? std::string(command_name(*node.statement)) : "?";
      case Kind::kAssign: return std::string(node.targets.front()) + ":=";
      case Kind::kEvaluate: return "evaluate";
      case Kind::kAssert: return "assert";
      case Kind::kExecute: return "execute";
      case Kind::kRaise: return node.raises ? "raise!" : "raise";
      case Kind::kReturn: return "return";
      case Kind::kExit: return "exit";
      case Kind::kContinue: return "continue";
      case Kind::kCommit: return std::string(command_name(*node.statement));
      case Kind::kOther: return "other";
    }
    return "";
  }
};

std::string outline(std::string_view source) {
  BodyScratch scratch;
  std::string text = Outline::of(parse_plpgsql_source(source, {}, scratch));
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

TEST_CASE("plpgsql: statements in a row") {
  CHECK(outline("BEGIN LOCK TABLE t; DELETE FROM t WHERE a = ';'; END") == "LOCK TABLE DELETE");
  CHECK(outline("DECLARE n int; m text := 'x;'; c CONSTANT int DEFAULT 1; BEGIN DELETE FROM t; "
                "n := 1; END;") == "DELETE n:=");
  CHECK(outline("<<b>> BEGIN END b").empty());
  CHECK(outline("#variable_conflict use_column\nBEGIN NULL; END") == "other");
  CHECK(outline("BEGIN PERFORM f(1); RAISE NOTICE 'x %', 1; RAISE EXCEPTION 'y'; RETURN; END") ==
        "SELECT raise raise! return");
}

TEST_CASE("plpgsql: branches and loops") {
  CHECK(outline("BEGIN IF (SELECT true) THEN LOCK a; ELSIF x THEN LOCK b; ELSE LOCK c; END IF; "
                "LOCK d; END") == "if(LOCK TABLE | LOCK TABLE | LOCK TABLE) LOCK TABLE");
  CHECK(outline("BEGIN FOR i IN 1..3 LOOP LOCK a; COMMIT; END LOOP; LOCK b; END") ==
        "loop(LOCK TABLE COMMIT) LOCK TABLE");
  CHECK(outline("BEGIN CASE x WHEN 1, 2 THEN LOCK a; ELSE LOCK b; END CASE; END") ==
        "case(LOCK TABLE | LOCK TABLE)");
  CHECK(outline("BEGIN CASE WHEN a > 1 THEN NULL; END CASE; END") == "case(other)");
  CHECK(outline("BEGIN <<l>> WHILE x LOOP IF y THEN EXIT l WHEN z; END IF; END LOOP l; END") ==
        "loop(if(exit))");
  CHECK(outline("BEGIN FOREACH x IN ARRAY ARRAY['a'] LOOP EXECUTE x; END LOOP; END") ==
        "loop(execute)");
  CHECK(outline("DECLARE r record; BEGIN FOR r IN SELECT a FROM t LOOP UPDATE t SET a = r.a; "
                "END LOOP; FOR r IN EXECUTE 'SELECT 1' USING 2 LOOP NULL; END LOOP; END") ==
        "loop(UPDATE) loop(other)");
}

TEST_CASE("plpgsql: exception handlers") {
  CHECK(outline("BEGIN LOCK a; BEGIN LOCK b; EXCEPTION WHEN duplicate_table OR SQLSTATE '42710' "
                "THEN LOCK c; WHEN others THEN NULL; END; LOCK d; END") ==
        "LOCK TABLE block(LOCK TABLE | duplicate_table: 42710: LOCK TABLE | others: other) LOCK "
        "TABLE");
}

TEST_CASE("plpgsql: INTO is not SQL's") {
  CHECK(outline("DECLARE n int; BEGIN SELECT count(*) INTO STRICT n FROM t; "
                "SELECT a, b INTO r.x, y[1] FROM t; INSERT INTO t VALUES (1) RETURNING id INTO n; "
                "EXECUTE 'SELECT 1' INTO n USING 1; END") == "SELECT SELECT INSERT execute");
}

TEST_CASE("plpgsql: the words of statements may be names") {
  CHECK(outline("DECLARE loop int; BEGIN loop := 1; END") == "loop:=");
  CHECK(outline("BEGIN CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; "
                "NULL; END") == "CREATE FUNCTION other");
  CHECK(outline("BEGIN GET DIAGNOSTICS n = ROW_COUNT; OPEN c FOR SELECT 1; CLOSE c; "
                "ASSERT x > 1, 'no'; END") == "other SELECT other assert");
}

TEST_CASE("plpgsql: what is none") {
  CHECK(outline("") == "syntax error at end of input");
  CHECK(outline("BEGIN") == "syntax error at end of input");
  CHECK(outline("BEGIN EXECUTE") == "syntax error at end of input");
  CHECK(outline("SELECT 1") == R"(syntax error at or near "SELECT")");
  CHECK(outline("BEGIN IF x THEN NULL; END; END") == R"(syntax error at or near ";")");
  CHECK(outline("BEGIN UPDATE t STE a = 1; END") == R"(syntax error at or near "a")");
  CHECK(outline("BEGIN NULL; END; NULL") == R"(syntax error at or near "NULL")");
  CHECK(outline("BEGIN ;; END") == R"(syntax error at or near ";")");
  CHECK(outline("BEGIN NULL; EXCEPTION WHEN SQLSTATE $1 THEN NULL; END; -- $") ==
        R"(syntax error at or near "$1")");
  CHECK(outline("BEGIN NULL; EXCEPTION WHEN SQLSTATE") == "syntax error at end of input");
}

TEST_CASE("plpgsql: all that sets variables") {
  BodyScratch scratch;
  const Body body = parse_plpgsql_source(
      "DECLARE a int; b int; c int; d int; e int; f int; g int; h int; BEGIN "
      "SELECT 1, 2 INTO STRICT a, b; EXECUTE 'x' INTO b, c; FETCH NEXT FROM cur INTO d, e; "
      "GET STACKED DIAGNOSTICS f = row_count, g := message_text; "
      "FOR h, a IN SELECT 1, 2 LOOP NULL; END LOOP; END",
      {}, scratch);
  REQUIRE(!body.error);
  std::string counts;
  for (const BodyVariable& variable : body.variables) {
    counts += std::string(variable.name) + std::to_string(variable.assignments);
  }
  CHECK(counts == "a2b2c1d1e1f1g1h1");
}

TEST_CASE("plpgsql: nesting is bounded") {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "BEGIN ";
  BodyScratch scratch;
  const Body body = parse_plpgsql_source(text, {}, scratch);
  CHECK(body.incomplete);
}

TEST_CASE("plpgsql: places in strings with escapes") {
  const std::string text =
      "DO '\nBEGIN\n  -- don''t\n  UPDATE t SET a = ''x''''y'' WHERE b = ''z'';\nEND';";
  const auto literal = static_cast<std::uint32_t>(text.find('\''));
  BodyScratch scratch;
  const Body body =
      parse_plpgsql(text, {literal, static_cast<std::uint32_t>(text.size() - 1)}, {}, scratch);
  REQUIRE(!body.error);
  const BodyNode& update = body.root.branches.front().statements.front();
  CHECK(slice(text, update.span) == "UPDATE t SET a = ''x''''y'' WHERE b = ''z''");
  CHECK(slice(text, update.statement->keyword_span) == "UPDATE");
  CHECK(update.statement->get<Dml>()->writes.front().where->operands[1].text == "z");
}

TEST_CASE("plpgsql: places in E'' strings") {
  const std::string text = R"(DO E'BEGIN\n  DELETE FROM \"t\" WHERE b = \'z\\x\';\nEND';)";
  BodyScratch scratch;
  const Body body =
      parse_plpgsql(text, {3, static_cast<std::uint32_t>(text.size() - 1)}, {}, scratch);
  REQUIRE(!body.error);
  const Statement& statement = *body.root.branches.front().statements.front().statement;
  CHECK(slice(text, statement.keyword_span) == "DELETE FROM");
}

TEST_CASE("literal: what is written in several ways") {
  const auto value = [](std::string_view text) {
    return read_literal(text, {0, static_cast<std::uint32_t>(text.size())}).value;
  };
  CHECK(value("'it''s'") == "it's");
  CHECK(value(R"(E'a\tb\x41\101\u0042')") == "a\tbAAB");
  CHECK(value("$q$it's$q$") == "it's");
  CHECK(value("'a'\n  'b'") == "ab");
  CHECK(value("''").empty());
}

}  // namespace
}  // namespace unwedge::sql
