// What statements do when a migration is run again. That the server does the same is a matter of
// tests/postgres.

#include "unwedge/repeated_run.h"

#include <optional>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "parsing.h"

namespace unwedge {
namespace {

/// Of the last statement, the others having been taken before it; "" when it can be repeated.
std::string outcome(const std::string& sql) {
  const parsing::Parsed parsed(sql);
  RepeatedRun run;
  std::optional<Repetition> last;
  for (const Statement& statement : parsed.statements()) last = run.next(statement);
  return last ? last->outcome : "";
}

std::string drop_before(const std::string& sql) {
  const parsing::Parsed parsed(sql);
  const std::optional<Repetition> repetition = RepeatedRun().next(parsed[0]);
  return repetition ? repetition->drop : "";
}

TEST_CASE("repeated run: what is created exists already") {
  CHECK(outcome("CREATE TABLE t (id int)") == "fails: 't' exists already");
  CHECK(outcome("CREATE TABLE app.t AS SELECT 1") == "fails: 't' exists already");
  CHECK(outcome("CREATE VIEW v AS SELECT 1") == "fails: 'v' exists already");
  CHECK(outcome("CREATE MATERIALIZED VIEW v AS SELECT 1") == "fails: 'v' exists already");
  CHECK(outcome("CREATE INDEX i ON t (a)") == "fails: 'i' exists already");
  CHECK(outcome("CREATE SEQUENCE s") == "fails: 's' exists already");
  CHECK(outcome("CREATE TYPE mood AS ENUM ('calm')") == "fails: 'mood' exists already");
  CHECK(outcome("CREATE DOMAIN d AS text") == "fails: 'd' exists already");
  CHECK(outcome("CREATE SCHEMA s") == "fails: 's' exists already");
  CHECK(outcome("CREATE EXTENSION citext") == "fails: 'citext' exists already");
  CHECK(outcome("CREATE PUBLICATION p FOR TABLE t") == "fails: 'p' exists already");
  CHECK(outcome("CREATE POLICY p ON t USING (true)") == "fails: 'p' exists already");
  CHECK(outcome("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'") ==
        "fails: 'f' exists already");
  CHECK(outcome("CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()") ==
        "fails: 'g' exists already");
  CHECK(outcome("ALTER TYPE mood ADD VALUE 'curious'") == "fails: 'curious' exists already");
  CHECK(outcome("ALTER TABLE t ADD COLUMN a int") == "fails: 'a' exists already");
  CHECK(outcome("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)") == "fails: 'c' exists already");
  CHECK(outcome("ALTER TABLE t ADD PRIMARY KEY (a)") == "fails: 't' has a primary key already");
  CHECK(outcome("ALTER TABLE p ATTACH PARTITION t DEFAULT") == "fails: 't' is a partition already");
  CHECK(outcome("CREATE INDEX ON t (a)") == "builds a second index like it");
  CHECK(outcome("ALTER TABLE t ADD CHECK (a > 0)") == "adds a second constraint like it");
}

TEST_CASE("repeated run: what is dropped or renamed is gone") {
  CHECK(outcome("DROP TABLE t") == "fails: there is no 't' any more");
  CHECK(outcome("DROP INDEX CONCURRENTLY i") == "fails: there is no 'i' any more");
  CHECK(outcome("ALTER TABLE t DROP COLUMN a") == "fails: there is no 'a' any more");
  CHECK(outcome("ALTER TABLE t DROP CONSTRAINT c") == "fails: there is no 'c' any more");
  CHECK(outcome("ALTER TABLE t RENAME TO u") == "fails: there is no 't' any more");
  CHECK(outcome("ALTER TABLE t RENAME COLUMN a TO b") == "fails: there is no 'a' any more");
  CHECK(outcome("ALTER TYPE mood RENAME VALUE 'calm' TO 'still'") ==
        "fails: there is no 'calm' any more");
  CHECK(outcome("ALTER TABLE t SET SCHEMA app") == "fails: there is no 't' any more");
  CHECK(outcome("ALTER TABLE p DETACH PARTITION t") == "fails: 't' is no partition any more");
}

TEST_CASE("repeated run: rows") {
  const std::string twice = "adds the rows a second time, or fails on a key of theirs";
  CHECK(outcome("INSERT INTO t VALUES (1)") == twice);
  CHECK(outcome("COPY t FROM STDIN") == twice);
  CHECK(outcome("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING").empty());
  CHECK(outcome("UPDATE t SET a = 1").empty());
  CHECK(outcome("DELETE FROM t").empty());
  // What the query finds the second time is not known.
  CHECK(outcome("INSERT INTO t SELECT * FROM u").empty());
  CHECK(
      outcome("DROP TABLE IF EXISTS t; CREATE TABLE t (id int); INSERT INTO t VALUES (1)").empty());
}

TEST_CASE("repeated run: forms that can be repeated") {
  CHECK(outcome("CREATE TABLE IF NOT EXISTS t (id int)").empty());
  CHECK(outcome("CREATE TEMPORARY TABLE t (id int)").empty());
  CHECK(outcome("CREATE OR REPLACE VIEW v AS SELECT 1").empty());
  CHECK(outcome("CREATE INDEX IF NOT EXISTS i ON t (a)").empty());
  CHECK(outcome("DROP TABLE IF EXISTS t").empty());
  CHECK(outcome("ALTER TABLE t ADD COLUMN IF NOT EXISTS a int").empty());
  CHECK(outcome("ALTER TABLE t DROP COLUMN IF EXISTS a").empty());
  CHECK(outcome("ALTER TABLE IF EXISTS t RENAME TO u").empty());
  CHECK(outcome("ALTER TYPE mood ADD VALUE IF NOT EXISTS 'curious'").empty());
  CHECK(outcome("ALTER TABLE t ALTER COLUMN a SET NOT NULL").empty());
  CHECK(outcome("COMMENT ON TABLE t IS 'x'").empty());
  CHECK(outcome("GRANT SELECT ON t TO PUBLIC").empty());
  CHECK(outcome("TRUNCATE t").empty());
}

TEST_CASE("repeated run: dropped before, if it was there") {
  CHECK(outcome("DROP TABLE IF EXISTS t; CREATE TABLE t (id int)").empty());
  CHECK(
      outcome("DROP INDEX CONCURRENTLY IF EXISTS i; CREATE INDEX CONCURRENTLY i ON t (a)").empty());
  CHECK(
      outcome("DROP TABLE IF EXISTS t; CREATE TABLE t (id int); CREATE INDEX i ON t (id)").empty());
  CHECK(outcome("DROP SCHEMA IF EXISTS s; CREATE SCHEMA s; CREATE TABLE s.t (id int)").empty());
  CHECK(outcome("ALTER TABLE t DROP CONSTRAINT IF EXISTS c; ALTER TABLE t ADD CONSTRAINT c CHECK "
                "(a > 0)")
            .empty());
  // With a column goes all that is made of it.
  CHECK(outcome("ALTER TABLE t DROP COLUMN IF EXISTS a; ALTER TABLE t ADD COLUMN a int; CREATE "
                "INDEX i ON t (a)")
            .empty());
  CHECK(outcome("ALTER TABLE t DROP COLUMN IF EXISTS a, ADD COLUMN a int, ADD CONSTRAINT c CHECK "
                "(a > 0)")
            .empty());
  CHECK_FALSE(outcome("DROP TABLE IF EXISTS u; CREATE TABLE t (id int)").empty());
}

TEST_CASE("repeated run: made by the migration itself") {
  CHECK(outcome("CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; DROP "
                "FUNCTION f()")
            .empty());
  CHECK(
      outcome("ALTER TABLE t ADD COLUMN IF NOT EXISTS a int; ALTER TABLE t DROP COLUMN a").empty());
  // Dropped and added by one statement: afterwards it is there as before.
  CHECK(outcome("ALTER TABLE t DROP CONSTRAINT c, ADD CONSTRAINT c CHECK (a > 1)").empty());
  CHECK_FALSE(outcome("ALTER TABLE t DROP CONSTRAINT c, ADD CONSTRAINT d CHECK (a > 1)").empty());
}

TEST_CASE("repeated run: what to drop before") {
  CHECK(drop_before("CREATE INDEX CONCURRENTLY \"I\" ON app.t (a)") ==
        "DROP INDEX CONCURRENTLY IF EXISTS app.\"I\";");
  CHECK(drop_before("CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()") ==
        "DROP TRIGGER IF EXISTS g ON t;");
  CHECK(drop_before("ALTER TABLE \"T\" ADD CONSTRAINT c UNIQUE (a)") ==
        "ALTER TABLE \"T\" DROP CONSTRAINT IF EXISTS c;");
  CHECK(drop_before("CREATE TABLE t (id int)").empty());
}

}  // namespace
}  // namespace unwedge
