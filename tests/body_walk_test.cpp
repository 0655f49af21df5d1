// The statements of DO blocks as steps: in which order, which of them may not run, in which
// transaction, and what is known of the schema behind them.

#include "timeline/body_walk.h"

#include <string>
#include <string_view>

#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>

#include "timeline/guards.h"
#include "walking.h"

namespace unwedge::timeline {
namespace {

using walking::Walk;

/// "CREATE INDEX, ?UPDATE, !EXECUTE": the steps behind DO; ? may not run, = runs where it has
/// something to do, * any number of times, ! is refused.
std::string steps_of(const Walk& walk) {
  std::string text;
  for (std::size_t i = 0; i < walk.size(); ++i) {
    const InBlock* block = walk[i].block();
    if (block == nullptr) continue;
    if (!text.empty()) text += ", ";
    if (block->possible) text += "?";
    if (block->guarded) text += "=";
    if (block->in_loop) text += "*";
    if (walk[i].effects().refusal) text += "!";
    text += command_name(walk[i].statement());
  }
  return text;
}

std::string steps_in(const std::string& body, std::string_view runner = "psql") {
  return steps_of(Walk("DO $$ DECLARE n int; t text; BEGIN " + body + " END $$", runner));
}

const schema::Relation* table(const Walk& walk, std::string name) {
  return walk.catalog().find({.schema = "public", .name = std::move(name)});
}

TEST_CASE("body: statements are steps") {
  CHECK(steps_in("CREATE INDEX ON t (a); UPDATE t SET a = 1; PERFORM count(*) FROM t;") ==
        "CREATE INDEX, UPDATE, SELECT");
  CHECK(steps_in("SELECT count(*) INTO n FROM pg_class; NULL; n := 1;").empty());
  CHECK(steps_in("IF a > 1 THEN DROP TABLE t; ELSE LOCK u; END IF;") == "?DROP TABLE, ?LOCK TABLE");
  CHECK(steps_in("RETURN; DROP TABLE t;").empty());
  CHECK(steps_in("IF a THEN RETURN; END IF; DROP TABLE t;") == "?DROP TABLE");
  CHECK(steps_in("IF a THEN RAISE EXCEPTION 'no'; END IF; DROP TABLE t;") == "DROP TABLE");
}

TEST_CASE("body: what is executed is known only while the variable is") {
  const auto steps = [](const std::string& body) {
    return steps_of(
        Walk("CREATE TABLE a (id int PRIMARY KEY); "
             "CREATE TABLE b (a_id int REFERENCES a (id)); " +
             body));
  };
  CHECK(steps("DO $$ DECLARE t text := 'DROP TABLE a'; BEGIN EXECUTE t; END $$") == "!DROP TABLE");
  CHECK(steps("DO $$ DECLARE s text; t text := 'DROP TABLE a'; BEGIN "
              "SELECT 'a', 'SELECT 1' INTO s, t; EXECUTE t; END $$") == "EXECUTE");
  CHECK(steps("DO $$ DECLARE t text := 'DROP TABLE a'; c refcursor; BEGIN "
              "OPEN c FOR SELECT 'SELECT 1'; FETCH c INTO t; EXECUTE t; END $$") == "EXECUTE");
  CHECK(steps("DO $$ DECLARE t text; BEGIN t := 'DROP TABLE a'; "
              "GET DIAGNOSTICS t = pg_context; EXECUTE t; END $$") == "EXECUTE");
  CHECK(steps("DO $$ DECLARE s text; t text := 'DROP TABLE a'; BEGIN "
              "FOR s, t IN VALUES ('a', 'SELECT 1') LOOP EXECUTE t; END LOOP; END $$") ==
        "?EXECUTE");
  // Which of them it is depends on the block.
  CHECK(steps("DO $$ DECLARE t text := 'DROP TABLE a'; BEGIN "
              "DECLARE t text := 'SELECT 1'; BEGIN EXECUTE t; END; END $$") == "EXECUTE");
  // What a tool puts there is not what the grammar reads.
  CHECK(steps("DO $$ BEGIN EXECUTE 'DROP TABLE ${schema}.a'; END $$") == "EXECUTE");
}

TEST_CASE("body: loops") {
  CHECK(steps_in("FOR i IN 1..3 LOOP UPDATE t SET a = i; END LOOP;") == "UPDATE");
  CHECK(steps_in("FOR r IN SELECT * FROM u LOOP DELETE FROM t WHERE id = r.id; END LOOP;") ==
        "SELECT, ?*DELETE");
  CHECK(steps_in("LOOP DELETE FROM t WHERE id = n; EXIT WHEN NOT FOUND; COMMIT; END LOOP;") ==
        "DELETE, COMMIT");
  CHECK(steps_in("FOREACH t IN ARRAY ARRAY['a', 'b'] LOOP "
                 "EXECUTE format('LOCK TABLE %I', t); END LOOP;") == "LOCK TABLE, LOCK TABLE");
}

TEST_CASE("body: conditions that ask the catalogs are IF NOT EXISTS") {
  CHECK(steps_in("IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'chk') THEN "
                 "ALTER TABLE t ADD CONSTRAINT chk CHECK (a > 0); END IF;") == "=ALTER TABLE");
  CHECK(steps_in("IF to_regclass('public.idx') IS NULL THEN CREATE INDEX idx ON t (a); END IF;") ==
        "=CREATE INDEX");
  CHECK(steps_in("SELECT count(*) INTO n FROM information_schema.columns WHERE column_name = "
                 "'extra'; IF n = 0 THEN ALTER TABLE t ADD COLUMN extra int; END IF;") ==
        "=ALTER TABLE");
  CHECK(steps_in("PERFORM 1 FROM pg_type WHERE typname = 'mood'; IF NOT FOUND THEN "
                 "CREATE TYPE mood AS ENUM ('a'); END IF;") == "=CREATE TYPE");
  // About something else, or about rows.
  CHECK(steps_in("IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'timescaledb') THEN "
                 "ALTER TABLE t ADD COLUMN extra int; END IF;") == "?ALTER TABLE");
  CHECK(steps_in("IF EXISTS (SELECT 1 FROM t WHERE a = 'idx') THEN CREATE INDEX idx ON t (a); "
                 "END IF;") == "SELECT, ?CREATE INDEX");
}

TEST_CASE("body: what the schema shows to be there is passed over") {
  const std::string setup = "CREATE TABLE things (a int); ";
  CHECK(steps_of(Walk(setup + "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_tables WHERE tablename = "
                              "'things') THEN CREATE TABLE things (a int); END IF; END $$",
                      "psql"))
            .empty());
  CHECK(steps_of(Walk(setup + "DO $$ BEGIN CREATE TABLE things (a int); "
                              "EXCEPTION WHEN duplicate_table THEN NULL; END $$",
                      "psql"))
            .empty());
}

TEST_CASE("body: exception handlers") {
  CHECK(steps_in("BEGIN DROP TABLE t; EXCEPTION WHEN undefined_table THEN DROP VIEW t; END;") ==
        "=DROP TABLE, ?DROP VIEW");
  CHECK(steps_in("BEGIN DROP TABLE t; EXCEPTION WHEN others THEN RAISE; END;") == "DROP TABLE");
  CHECK(steps_in("BEGIN VACUUM t; EXCEPTION WHEN others THEN NULL; END;").empty());
  CHECK(steps_in("BEGIN VACUUM t; EXCEPTION WHEN duplicate_object THEN NULL; END;") == "=!VACUUM");
  CHECK(steps_in("BEGIN COMMIT; EXCEPTION WHEN duplicate_object THEN NULL; END;") == "=!COMMIT");
}

TEST_CASE("body: COMMIT ends the block's transaction, and another begins") {
  const Walk walk("DO $$ BEGIN UPDATE t SET a = 1; COMMIT; UPDATE t SET a = 2; END $$; SELECT 1",
                  "psql");
  REQUIRE(walk.size() == 5);
  CHECK(walk[0].transaction().kind == TransactionKind::kDo);
  CHECK(walk[1].transaction().number == walk[0].transaction().number);
  CHECK(walk[3].transaction().number == walk[0].transaction().number + 1);
  CHECK(walk[3].transaction().kind == TransactionKind::kDo);
  CHECK(walk[4].transaction().kind == TransactionKind::kNone);
  CHECK(steps_in("COMMIT; LOCK t;", "dbmate") == "!COMMIT, LOCK TABLE");
}

TEST_CASE("body: what is executed") {
  const Walk walk("DO $$ BEGIN EXECUTE 'CREATE INDEX i ON ' || quote_ident('T') || ' (a)'; END $$",
                  "psql");
  REQUIRE(walk.size() == 2);
  CHECK(walk[1].sql() == "CREATE INDEX i ON \"T\" (a)");
  CHECK(slice(walk.text(), walk[1].statement().keyword_span) == "CREATE INDEX");
  CHECK(walk[1].statement().get<CreateIndex>()->table.name == "T");
  CHECK(steps_in("t := 'DROP TABLE x'; EXECUTE t;") == "DROP TABLE");
  CHECK(steps_in("t := 'DROP TABLE x'; t := t || '; LOCK y'; EXECUTE t;") ==
        "DROP TABLE, LOCK TABLE");
  CHECK(steps_in("IF a THEN t := 'LOCK x'; END IF; EXECUTE t;") == "EXECUTE");
  CHECK(steps_in("EXECUTE t;") == "EXECUTE");
  CHECK(steps_in("EXECUTE format('COMMENT ON TABLE %1$I IS %2$L; LOCK %1$s', 'x', n);") ==
        "COMMENT, LOCK TABLE");
}

TEST_CASE("body: only what holds either way stays known") {
  const Walk walk(
      "CREATE TABLE p (a int NOT NULL, b int); CREATE TABLE q (a int);"
      "DO $$ BEGIN IF random() > 0.5 THEN ALTER TABLE p DROP COLUMN b; DROP TABLE q; "
      "CREATE TABLE r (a int); END IF; END $$",
      "psql");
  REQUIRE(table(walk, "p") != nullptr);
  CHECK(table(walk, "p")->column("a") != nullptr);
  CHECK(table(walk, "p")->column("b") == nullptr);
  CHECK_FALSE(table(walk, "p")->complete);
  CHECK(table(walk, "q") != nullptr);
  CHECK_FALSE(walk.catalog().gone({.schema = "public", .name = "q"}));
  CHECK(table(walk, "r") != nullptr);
  // Nobody has seen it yet, if it is there.
  CHECK_FALSE(walk.catalog().existing({.schema = "public", .name = "r"}));
}

TEST_CASE("body: functions are followed where they are called") {
  const std::string functions =
      "CREATE FUNCTION outer_one() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM inner_one(); "
      "END $$; CREATE FUNCTION inner_one() RETURNS void LANGUAGE sql AS 'CREATE TABLE made (a "
      "int); "
      "LOCK TABLE t; SELECT outer_one()'; ";
  const Walk walk(functions + "SELECT outer_one()", "psql");
  REQUIRE(walk.last().effects().locks.size() == 1);
  CHECK(walk.last().effects().locks.front().relation.name == "t");
  CHECK(walk.last().effects().not_followed.empty());
  CHECK(table(walk, "made") != nullptr);
  CHECK_FALSE(Walk("SELECT some_other()", "psql").last().effects().not_followed.empty());
}

TEST_CASE("body: a function is called wherever a query calls it") {
  const std::string function =
      "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN LOCK TABLE t; RETURN 1; END "
      "$$; ";
  const auto lock = [&function](const std::string& query) -> std::string {
    const Walk walk(function + query, "psql");
    for (const Lock& each : walk.last().effects().locks) {
      if (each.relation.name != "t") continue;
      return each.certainty == Certainty::kCertain ? "certain" : "possible";
    }
    return "none";
  };
  for (const std::string query :
       {"SELECT f()", "SELECT 1 + abs(f())", "SELECT * FROM f()", "SELECT 1 WHERE f() = 1",
        "SELECT f() = 1 AND true", "SELECT (SELECT f())",
        "DO $$ BEGIN IF true THEN NULL; ELSIF NOT f() > 1 THEN NULL; END IF; END $$",
        "DO $$ BEGIN WHILE f() > 1 LOOP NULL; END LOOP; END $$",
        "DO $$ BEGIN CASE f() WHEN 1 THEN NULL; END CASE; END $$"}) {
    INFO(query);
    CHECK(lock(query) == "certain");
  }
  for (const std::string query :
       {"SELECT true OR f() = 1", "SELECT coalesce(1, f())", "SELECT 1 FROM u WHERE f() = 1",
        "SELECT CASE WHEN true THEN 1 ELSE f() END", "SELECT * FROM u, f()",
        "DO $$ BEGIN IF a > 1 AND f() = 1 THEN NULL; END IF; END $$"}) {
    INFO(query);
    CHECK(lock(query) == "possible");
  }
  CHECK(lock("SELECT 'f()'") == "none");
}

TEST_CASE("body: DO in DO") {
  CHECK(steps_in("IF a THEN DO $i$ BEGIN LOCK u; DO 'BEGIN DROP TABLE v; END'; RETURN; END $i$; "
                 "END IF; LOCK t;") == "?LOCK TABLE, ?DROP TABLE, LOCK TABLE");
  CHECK(steps_in("DO $i$ BEGIN COMMIT; END $i$; LOCK t;") == "COMMIT, LOCK TABLE");
  CHECK(steps_in("DO LANGUAGE plpython3u 'x'; LOCK t;") == "EXECUTE, LOCK TABLE");
}

/// The guards before the last statement: "t, u WHERE".
std::string guards_before_last(const std::string& block, const std::string& after = "SELECT 1") {
  const Walk walk("BEGIN; DO $$ DECLARE n int; b boolean; BEGIN " + block + " END $$; " + after,
                  "psql");
  std::string text;
  if (walk.last().session().guards == nullptr) return text;
  for (const NoRow& guard : *walk.last().session().guards) {
    if (!text.empty()) text += ", ";
    text += guard.table.name + (guard.condition ? " WHERE" : "");
  }
  return text;
}

TEST_CASE("body: guards that look for rows") {
  const std::string guard = "IF EXISTS (SELECT 1 FROM t) THEN RAISE EXCEPTION 'no'; END IF; ";
  const std::string raise = " THEN RAISE EXCEPTION 'no'; END IF; ";
  CHECK(guards_before_last(guard) == "t");
  CHECK(guards_before_last("PERFORM 1 FROM t WHERE a IS NULL; IF FOUND" + raise) == "t WHERE");
  CHECK(guards_before_last("SELECT count(*) INTO n FROM t; IF n > 0" + raise) == "t");
  CHECK(guards_before_last("b := EXISTS (SELECT 1 FROM t); IF b" + raise) == "t");
  CHECK(guards_before_last("ASSERT NOT EXISTS (SELECT 1 FROM t), 'no';") == "t");
  CHECK(guards_before_last("IF a THEN RAISE EXCEPTION 'a'; ELSIF EXISTS (SELECT 1 FROM t)" +
                           raise) == "t");
}

TEST_CASE("body: a RAISE that a handler takes") {
  CHECK(steps_in("BEGIN LOCK u; RAISE EXCEPTION 'x'; EXCEPTION WHEN raise_exception THEN NULL; "
                 "END; LOCK t;") == "LOCK TABLE, LOCK TABLE");
  CHECK(steps_in("BEGIN RAISE EXCEPTION 'x'; EXCEPTION WHEN OTHERS THEN RETURN; END; LOCK t;")
            .empty());
  CHECK(steps_in("BEGIN RAISE unique_violation; EXCEPTION WHEN SQLSTATE '23505' THEN NULL; END; "
                 "LOCK t;") == "LOCK TABLE");
  CHECK(steps_in("BEGIN RAISE EXCEPTION USING ERRCODE = 'division_by_zero'; "
                 "EXCEPTION WHEN division_by_zero THEN NULL; END; LOCK t;") == "LOCK TABLE");
  // Nobody takes it: the migration fails.
  CHECK(steps_in("BEGIN RAISE EXCEPTION 'x'; EXCEPTION WHEN duplicate_table THEN NULL; END; "
                 "LOCK t;")
            .empty());
  CHECK(steps_in("BEGIN IF a THEN RAISE EXCEPTION 'x'; END IF; LOCK u; "
                 "EXCEPTION WHEN OTHERS THEN NULL; END; LOCK t;") == "?LOCK TABLE, LOCK TABLE");
  const Walk walk(
      "BEGIN; DO $$ BEGIN CREATE TABLE made (a int); LOCK u; RAISE EXCEPTION 'x'; "
      "EXCEPTION WHEN OTHERS THEN NULL; END $$; SELECT 1",
      "psql");
  CHECK(table(walk, "made") == nullptr);
  CHECK(walk.last().session().held_locks.size() == 0);
}

TEST_CASE("body: a failure that a handler takes ends its block, and undoes it") {
  const std::string setup = "CREATE TABLE things (a int); ";
  const auto last = [](const std::string& body) {
    return "DO $$ BEGIN " + body + " EXCEPTION WHEN duplicate_table THEN NULL; END $$";
  };
  const Walk walk(setup + last("CREATE TABLE one (a int); CREATE TABLE things (a int); "
                               "CREATE TABLE two (a int);"),
                  "psql");
  CHECK(steps_of(walk) == "=CREATE TABLE");
  CHECK(table(walk, "one") == nullptr);
  CHECK(table(walk, "two") == nullptr);
  // One that asks first does not fail.
  CHECK(
      table(Walk(setup + last("IF to_regclass('things') IS NULL THEN CREATE TABLE things (a int); "
                              "END IF; CREATE TABLE two (a int);"),
                 "psql"),
            "two") != nullptr);
  CHECK(table(Walk(setup + last("DO 'BEGIN CREATE TABLE things (a int); END'; "
                                "CREATE TABLE two (a int);"),
                   "psql"),
              "two") == nullptr);
}

TEST_CASE("body: which failures a handler takes") {
  const auto vacuum = [](const std::string& condition) {
    return steps_in("BEGIN VACUUM t; EXCEPTION WHEN " + condition + " THEN NULL; END;");
  };
  CHECK(vacuum("active_sql_transaction").empty());
  CHECK(vacuum("SQLSTATE '25001'").empty());
  CHECK(vacuum("invalid_transaction_state").empty());  // its class
  CHECK(vacuum("lock_not_available") == "!VACUUM");
  CHECK(vacuum("query_canceled") == "!VACUUM");
}

TEST_CASE("body: EXIT and CONTINUE") {
  CHECK(steps_in("<<b>> BEGIN LOCK u; EXIT b; LOCK v; END; LOCK t;") == "LOCK TABLE, LOCK TABLE");
  CHECK(steps_in("<<o>> LOOP LOOP EXIT o; END LOOP; LOCK u; END LOOP; LOCK t;") == "LOCK TABLE");
  CHECK(steps_in("<<b>> BEGIN IF a THEN EXIT b; END IF; LOCK u; END; LOCK t;") ==
        "?LOCK TABLE, LOCK TABLE");
  CHECK(steps_in("FOREACH t IN ARRAY ARRAY['x'] LOOP CONTINUE WHEN a > 1; LOCK t; END LOOP;") ==
        "?LOCK TABLE");
  CHECK(steps_in("FOREACH t IN ARRAY ARRAY['x', 'y'] LOOP IF to_regclass(t) IS NULL THEN CONTINUE; "
                 "END IF; EXECUTE format('LOCK TABLE %I', t); END LOOP;") ==
        "=LOCK TABLE, =LOCK TABLE");
}

TEST_CASE("body: what was done before EXIT may be there behind the loop") {
  const Walk walk(
      "CREATE TABLE p (a int); DO $$ BEGIN LOOP IF b THEN CREATE TABLE q (a int); EXIT; END IF; "
      "DROP TABLE p; EXIT; END LOOP; ALTER TABLE q ADD COLUMN c int; END $$",
      "psql");
  CHECK(table(walk, "q") != nullptr);
  CHECK_FALSE(walk.last().effects().refusal);
}

TEST_CASE("body: branches that leave early") {
  CHECK(steps_in("IF a THEN RAISE EXCEPTION 'no'; ELSIF b THEN RETURN; END IF; LOCK t;") ==
        "?LOCK TABLE");
  CHECK(steps_in("IF a THEN IF b THEN RETURN; END IF; END IF; LOCK t;") == "?LOCK TABLE");
  CHECK(steps_in("BEGIN IF a THEN RETURN; END IF; END; LOCK t;") == "?LOCK TABLE");
  CHECK(steps_in("FOR i IN 1..3 LOOP IF a THEN RETURN; END IF; END LOOP; LOCK t;") ==
        "?LOCK TABLE");
  CHECK(steps_in("IF to_regclass('tt') IS NOT NULL THEN NULL; ELSE RETURN; END IF; LOCK tt;") ==
        "=LOCK TABLE");
}

TEST_CASE("body: what is followed is bounded") {
  std::string names = "ARRAY['x0'";
  for (int i = 1; i < 100; ++i) names += ",'x" + std::to_string(i) + "'";
  names += "]";
  const std::string loop = "FOREACH t IN ARRAY " + names + " LOOP ";
  const Walk walk("DO $$ DECLARE t text; BEGIN " + loop + loop + loop +
                      "EXECUTE format('LOCK TABLE %I', t); END LOOP; END LOOP; END LOOP; END $$",
                  "psql");
  CHECK(walk.size() > 900);
  CHECK(walk.size() < 1100);
  CHECK(walk.last().statement().get<Execute>() != nullptr);
  std::string functions =
      "CREATE FUNCTION f0() RETURNS void LANGUAGE sql AS 'CREATE TABLE made (a int)'; ";
  for (int i = 1; i < 5; ++i) {
    std::string calls;
    for (int call = 0; call < 30; ++call) calls += fmt::format("PERFORM f{}(); ", i - 1);
    functions += fmt::format(
        "CREATE FUNCTION f{}() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {}END $$; ", i, calls);
  }
  CHECK(table(Walk(functions + "SELECT f4()", "psql"), "made") != nullptr);
}

TEST_CASE("body: COMMIT in what is called") {
  const std::string setup =
      "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN COMMIT; END'; "
      "CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN COMMIT; END'; "
      "CREATE PROCEDURE outer_one() LANGUAGE plpgsql AS 'BEGIN CALL p(); END'; "
      "CREATE PROCEDURE ps() LANGUAGE plpgsql SET search_path = public AS 'BEGIN COMMIT; END'; ";
  const auto refused = [&setup](const std::string& sql) {
    const Walk walk(setup + sql, "psql");
    for (std::size_t i = 4; i < walk.size(); ++i) {
      const auto& refusal = walk[i].effects().refusal;
      if (refusal) return refusal->sqlstate == "2D000";
    }
    return false;
  };
  CHECK_FALSE(refused("CALL p()"));
  CHECK_FALSE(refused("CALL outer_one()"));
  CHECK_FALSE(refused("DO $$ BEGIN CALL p(); END $$"));
  CHECK(refused("CALL ps()"));
  CHECK(refused("SELECT f()"));
  CHECK(refused("DO $$ BEGIN PERFORM f(); END $$"));
  CHECK(refused("BEGIN; CALL p()"));
  CHECK(refused("DO $$ BEGIN CALL p(); EXCEPTION WHEN duplicate_table THEN NULL; END $$"));
}

TEST_CASE("body: a text in a variable is at its EXECUTE") {
  const Walk walk(
      "DO $$ DECLARE s text := 'ALTER TABLE t ADD COLUMN a int NOT NULL'; BEGIN EXECUTE s; END $$",
      "psql");
  REQUIRE(walk.size() == 2);
  const auto* alter = walk[1].statement().get<AlterTable>();
  REQUIRE(alter != nullptr);
  CHECK(slice(walk.text(), walk[1].statement().keyword_span) == "EXECUTE s");
  CHECK(slice(walk.text(), alter->actions.front().span) == "EXECUTE s");
  CHECK(walk[1].sql() == "ALTER TABLE t ADD COLUMN a int NOT NULL");
}

TEST_CASE("body: what is no guard, or not any more") {
  const std::string guard =
      "IF EXISTS (SELECT 1 FROM t WHERE a = 1) THEN RAISE EXCEPTION 'no'; END IF; ";
  const std::string raise = " THEN RAISE EXCEPTION 'no'; END IF; ";
  CHECK(guards_before_last("IF EXISTS (SELECT 1 FROM t) THEN RAISE WARNING 'no'; END IF;").empty());
  CHECK(guards_before_last("IF EXISTS (SELECT 1 FROM t) THEN RETURN; END IF;").empty());
  CHECK(guards_before_last("IF EXISTS (SELECT 1 FROM t) THEN IF a THEN RETURN; END IF; "
                           "RAISE EXCEPTION 'no'; END IF;")
            .empty());
  CHECK(guards_before_last("IF a THEN NULL; ELSIF EXISTS (SELECT 1 FROM t)" + raise).empty());
  CHECK(guards_before_last("IF a THEN " + guard + " END IF;").empty());
  CHECK(guards_before_last("BEGIN " + guard + " EXCEPTION WHEN others THEN NULL; END;").empty());
  CHECK(guards_before_last("SELECT count(*) INTO n FROM t; n := 0; IF n > 0" + raise).empty());
  CHECK(guards_before_last("PERFORM 1 FROM t; INSERT INTO t VALUES (1); IF FOUND" + raise).empty());
  CHECK(guards_before_last(guard + "INSERT INTO t VALUES (1);").empty());
  CHECK(guards_before_last(guard + "UPDATE t SET a = 1;").empty());
  CHECK(guards_before_last(guard + "PERFORM some_function();").empty());
  CHECK(guards_before_last(guard + "DELETE FROM t;") == "t WHERE");
  CHECK(guards_before_last(guard + "INSERT INTO u VALUES (1);") == "t WHERE");
  CHECK(guards_before_last(guard, "COMMIT; SELECT 1").empty());
  CHECK(guards_before_last(guard, "SAVEPOINT s; ROLLBACK TO s; SELECT 1") == "t WHERE");
}

}  // namespace
}  // namespace unwedge::timeline
