// The SQL statements in PL/pgSQL bodies.

#include "effects/plpgsql.h"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace unwedge::effects {
namespace {

/// "LOCK t; ?DELETE FROM t; EXECUTE; COMMIT": ? for one that may not run, ! for one that may be
/// undone.
std::string outline(std::string_view body) {
  std::string text;
  for (const BodyStatement& each : body_statements(body)) {
    if (!text.empty()) text += "; ";
    if (each.conditional) text += "?";
    if (each.caught) text += "!";
    switch (each.kind) {
      case BodyStatement::Kind::kSql: text += each.text; break;
      case BodyStatement::Kind::kDynamic: text += "EXECUTE"; break;
      case BodyStatement::Kind::kCommit: text += "COMMIT"; break;
    }
  }
  return text;
}

TEST_CASE("plpgsql: statements in a row") {
  CHECK(outline("BEGIN LOCK TABLE t; DELETE FROM t WHERE a = ';'; END") ==
        "LOCK TABLE t; DELETE FROM t WHERE a = ';'");
  CHECK(outline("DECLARE n int; m text := 'x;'; BEGIN DELETE FROM t; END") == "DELETE FROM t");
  CHECK(outline("<<b>> BEGIN END").empty());
  CHECK(outline("").empty());
}

TEST_CASE("plpgsql: branches and loops") {
  CHECK(outline("BEGIN IF (SELECT true) THEN LOCK a; ELSIF x THEN LOCK b; ELSE LOCK c; END IF; "
                "LOCK d; END") == "?LOCK a; ?LOCK b; ?LOCK c; LOCK d");
  CHECK(outline("BEGIN FOR i IN 1..3 LOOP LOCK a; COMMIT; END LOOP; LOCK b; END") ==
        "?LOCK a; ?COMMIT; LOCK b");
  CHECK(outline("BEGIN CASE x WHEN 1 THEN LOCK a; ELSE LOCK b; END CASE; LOCK c; END") ==
        "?LOCK a; ?LOCK b; LOCK c");
  CHECK(outline("BEGIN WHILE x LOOP IF y THEN LOCK a; END IF; END LOOP; BEGIN LOCK b; END; END") ==
        "?LOCK a; LOCK b");
}

TEST_CASE("plpgsql: exception handlers") {
  CHECK(
      outline("BEGIN LOCK a; BEGIN LOCK b; EXCEPTION WHEN others THEN LOCK c; END; LOCK d; END") ==
      "LOCK a; !LOCK b; ?LOCK c; LOCK d");
}

TEST_CASE("plpgsql: EXECUTE") {
  CHECK(outline("BEGIN EXECUTE 'LOCK ''t'''; EXECUTE $q$LOCK u$q$ USING 1; END") ==
        "LOCK 't'; LOCK u");
  CHECK(outline("BEGIN EXECUTE 'LOCK ' || t; EXECUTE format('LOCK %I', t); END") ==
        "EXECUTE; EXECUTE");
}

TEST_CASE("plpgsql: its own statements and what is none at all") {
  CHECK(outline("BEGIN RAISE NOTICE 'x'; NULL; PERFORM f(); RETURN; END").empty());
  CHECK(outline("END; END IF; LOCK t") == "LOCK t");
  CHECK(outline("BEGIN EXCEPTION").empty());
  CHECK(outline("BEGIN EXECUTE") == "EXECUTE");
}

}  // namespace
}  // namespace unwedge::effects
