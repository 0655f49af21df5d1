// The statements of DO blocks as steps: in which order, which of them may not run, in which
// transaction, and what is known of the schema behind them.

#include "timeline/body_walk.h"

#include <string>
#include <string_view>

#include <catch2/catch_test_macros.hpp>

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

}  // namespace
}  // namespace unwedge::timeline
