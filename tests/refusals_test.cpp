// What the server refuses because of the schema: the last statement of each row, in the server's
// own words. All were asked of servers of versions 11 to 18; tests/postgres asks again with the
// fixtures.

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "unwedge/effects.h"
#include "walking.h"

namespace unwedge {
namespace {

using walking::Walk;

struct Row {
  std::string_view sql;      ///< its last statement is the one that is looked at
  std::string_view refusal;  ///< "42P01 relation …"; empty: none; with ? at the end: possible
};

std::string refusal_of(const Step& step) {
  const auto& refusal = step.effects().refusal;
  if (!refusal) return "";
  return std::string(refusal->sqlstate) + " " + refusal->message +
         (refusal->certainty == Certainty::kPossible ? "?" : "");
}

void check(std::string_view setup, const std::vector<Row>& rows, int postgres = 15) {
  for (const Row& row : rows) {
    INFO(row.sql);
    const Walk walk(std::string(setup) + std::string(row.sql), "psql", postgres);
    CHECK(refusal_of(walk.last()) == row.refusal);
  }
}

constexpr std::string_view kTables =
    "CREATE TABLE p (id int PRIMARY KEY);"
    "CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p, note text DEFAULT 'x');"
    "CREATE TYPE e AS ENUM ('a', 'b');"
    "CREATE TABLE u (x uuid PRIMARY KEY);"
    "CREATE TABLE nokey (a int);";

TEST_CASE("refusals: what is named is not there") {
  check(
      kTables,
      {
          {"ALTER TABLE c DROP CONSTRAINT nope",
           R"(42704 constraint "nope" of relation "c" does not exist)"},
          {"ALTER TABLE c RENAME CONSTRAINT nope TO x",
           R"(42704 constraint "nope" for table "c" does not exist)"},
          {"ALTER TABLE c VALIDATE CONSTRAINT nope",
           R"(42704 constraint "nope" of relation "c" does not exist)"},
          {"ALTER TABLE c RENAME nope TO x", R"(42703 column "nope" does not exist)"},
          {"ALTER TABLE c DROP COLUMN nope",
           R"(42703 column "nope" of relation "c" does not exist)"},
          {"ALTER TABLE c DROP COLUMN IF EXISTS nope", ""},
          {"INSERT INTO c (nope) VALUES (1)",
           R"(42703 column "nope" of relation "c" does not exist)"},
          {"UPDATE c SET nope = 1", R"(42703 column "nope" of relation "c" does not exist)"},
          {"CREATE INDEX ON c (nope)", R"(42703 column "nope" does not exist)"},
          {"ALTER TABLE c ADD UNIQUE (nope)", R"(42703 column "nope" named in key does not exist)"},
          {"ALTER TABLE c ADD COLUMN nope int, ADD UNIQUE (nope)", ""},
          {"ALTER TABLE c ADD FOREIGN KEY (nope) REFERENCES p",
           R"(42703 column "nope" referenced in foreign key constraint does not exist)"},
          {"ALTER TABLE c ADD FOREIGN KEY (p) REFERENCES p (nope)",
           R"(42703 column "nope" referenced in foreign key constraint does not exist)"},
          {"ALTER TYPE e ADD VALUE 'x' AFTER 'nope'",
           R"(22023 "nope" is not an existing enum label)"},
          {"ALTER TYPE e RENAME VALUE 'nope' TO 'x'",
           R"(22023 "nope" is not an existing enum label)"},
          {"DROP VIEW c", R"(42809 "c" is not a view)"},
          {"DROP VIEW IF EXISTS c", R"(42809 "c" is not a view)"},
          {"DROP TABLE nokey; INSERT INTO nokey VALUES (1)",
           R"(42P01 relation "nokey" does not exist)"},
          {"DROP TABLE nokey; DROP TABLE nokey", R"(42P01 table "nokey" does not exist)"},
          {"DROP TABLE nokey; DROP TABLE IF EXISTS nokey", ""},
          {"ALTER TABLE nokey RENAME TO n; ALTER TABLE IF EXISTS nokey ADD COLUMN b int", ""},
          {"ALTER TABLE unknown ADD COLUMN b int", ""},
          {"SELECT * FROM unknown", ""},
      });
}

TEST_CASE("refusals: what is created is there") {
  check(
      kTables,
      {
          {"CREATE TABLE c (a int)", R"(42P07 relation "c" already exists)"},
          {"CREATE TABLE IF NOT EXISTS c (a int)", ""},
          {"CREATE TABLE x (a int, a int)", R"(42701 column "a" specified more than once)"},
          {"CREATE INDEX c_pkey ON c (p)", R"(42P07 relation "c_pkey" already exists)"},
          {"CREATE TYPE c AS ENUM ('a')", R"(42710 type "c" already exists)"},
          {"CREATE TYPE e AS ENUM ('c')", R"(42710 type "e" already exists)"},
          {"ALTER TYPE e ADD VALUE 'a'", R"(42710 enum label "a" already exists)"},
          {"ALTER TYPE e ADD VALUE IF NOT EXISTS 'a'", ""},
          {"ALTER TABLE c ADD COLUMN p int", R"(42701 column "p" of relation "c" already exists)"},
          {"ALTER TABLE c DROP COLUMN note, ADD COLUMN note int", ""},
          {"ALTER TABLE c RENAME id TO p", R"(42701 column "p" of relation "c" already exists)"},
          {"ALTER TABLE c RENAME TO p", R"(42P07 relation "p" already exists)"},
          {"ALTER TABLE c ADD PRIMARY KEY (p)",
           R"(42P16 multiple primary keys for table "c" are not allowed)"},
          {"ALTER TABLE c DROP CONSTRAINT c_pkey, ADD CONSTRAINT c_pkey PRIMARY KEY (p)", ""},
          {"ALTER TABLE c ADD CONSTRAINT c_pkey UNIQUE (p)",
           R"(42P07 relation "c_pkey" already exists)"},
          {"ALTER TABLE c ADD CONSTRAINT c_p_fkey CHECK (p > 0)",
           R"(42710 constraint "c_p_fkey" for relation "c" already exists)"},
          {"CREATE VIEW v AS SELECT id, p FROM c; CREATE OR REPLACE VIEW v AS SELECT id FROM c",
           "42P16 cannot drop columns from view"},
          {"CREATE VIEW v AS SELECT id FROM c; CREATE OR REPLACE VIEW v AS SELECT id AS i FROM c",
           R"(42P16 cannot change name of view column "id" to "i")"},
          {"CREATE VIEW v AS SELECT id FROM c; CREATE OR REPLACE VIEW v AS SELECT id, p FROM c",
           ""},
          {"CREATE OR REPLACE VIEW c AS SELECT 1", R"(42809 "c" is not a view)"},
      });
}

TEST_CASE("refusals: keys") {
  check(
      kTables,
      {
          {"ALTER TABLE c ADD FOREIGN KEY (p) REFERENCES nokey",
           R"(42704 there is no primary key for referenced table "nokey")"},
          {"ALTER TABLE c ADD FOREIGN KEY (p) REFERENCES nokey (a)",
           R"(42830 there is no unique constraint matching given keys for referenced table "nokey")"},
          {"CREATE TABLE f (id int REFERENCES u)",
           R"(42804 foreign key constraint "f_id_fkey" cannot be implemented)"},
          {"CREATE TABLE f (a int, b int, FOREIGN KEY (a, b) REFERENCES u)",
           "42830 number of referencing and referenced columns for foreign key disagree"},
          {"CREATE TABLE f (a bigint REFERENCES c)", ""},
          {"CREATE TABLE f (a numeric REFERENCES c)",
           R"(42804 foreign key constraint "f_a_fkey" cannot be implemented)"},
          {"CREATE INDEX i ON c (p); ALTER TABLE c ADD UNIQUE USING INDEX i",
           R"(42809 "i" is not a unique index)"},
          {"CREATE UNIQUE INDEX i ON c (p) WHERE p > 0; ALTER TABLE c ADD UNIQUE USING INDEX i",
           R"(42809 "i" is a partial index)"},
          {"CREATE UNIQUE INDEX i ON c ((p + 1)); ALTER TABLE c ADD UNIQUE USING INDEX i",
           R"(42809 index "i" contains expressions)"},
          {"CREATE UNIQUE INDEX i ON c (id, p DESC); ALTER TABLE c ADD UNIQUE USING INDEX i",
           R"(42809 index "i" column number 2 does not have default sorting behavior)"},
          {"CREATE UNIQUE INDEX i ON c (p); ALTER TABLE c ADD UNIQUE USING INDEX i", ""},
          // Keys and columns of the same statement are there when its foreign keys are added.
          {"ALTER TABLE nokey ADD PRIMARY KEY (a), ADD FOREIGN KEY (a) REFERENCES nokey", ""},
          {"ALTER TABLE nokey ADD k int UNIQUE, ADD l int REFERENCES nokey (k)", ""},
          {"CREATE UNIQUE INDEX i ON nokey (a); ALTER TABLE nokey ADD l int REFERENCES nokey,"
           "ADD PRIMARY KEY USING INDEX i",
           ""},
          {"ALTER TABLE nokey ADD l int REFERENCES nokey (k), ADD k int",
           R"(42830 there is no unique constraint matching given keys for referenced table "nokey")"},
          {"CREATE TABLE t (a int PRIMARY KEY, b int) PARTITION BY RANGE (b)",
           "0A000 unique constraint on partitioned table must include all partitioning columns"},
          {"CREATE TABLE t (a int, b int, PRIMARY KEY (a)) PARTITION BY RANGE ((a + b))",
           "0A000 unsupported PRIMARY KEY constraint with partition key definition"},
          {"CREATE TABLE t (a int, b int, EXCLUDE (a WITH =)) PARTITION BY RANGE (b)",
           "0A000 exclusion constraints are not supported on partitioned tables"},
          {"CREATE TABLE t (a int, b int) PARTITION BY RANGE (b); ALTER TABLE t ADD EXCLUDE (a "
           "WITH =)",
           "0A000 exclusion constraints are not supported on partitioned tables"},
      });
  check("CREATE TABLE t (a int, b int) PARTITION BY RANGE (b);",
        {
            {"ALTER TABLE t ADD EXCLUDE (a WITH =)",
             "0A000 unique constraint on partitioned table must include all partitioning columns"},
            {"ALTER TABLE t ADD EXCLUDE (a WITH =, b WITH =)", ""},
        },
        17);
}

TEST_CASE("refusals: types and defaults") {
  check(kTables,
        {
            {"ALTER TABLE c ALTER note TYPE int",
             R"(42804 column "note" cannot be cast automatically to type integer)"},
            {"ALTER TABLE c ALTER note TYPE int USING 1",
             R"(42804 default for column "note" cannot be cast automatically to type integer)"},
            {"ALTER TABLE c ALTER note DROP DEFAULT, ALTER note TYPE int USING 1", ""},
            {"ALTER TABLE c ALTER note TYPE e",
             R"(42804 column "note" cannot be cast automatically to type e)"},
            {"ALTER TABLE c ALTER note TYPE text[]",
             R"(42804 column "note" cannot be cast automatically to type text[])"},
            // A default that has the new type already.
            {"ALTER TABLE c ALTER note SET DEFAULT 'a'::e; ALTER TABLE c ALTER note TYPE e USING "
             "note::e",
             ""},
            // And one that has kept the type that the column had.
            {"ALTER TABLE c ADD x e DEFAULT 'a'; ALTER TABLE c ALTER x TYPE text;"
             "ALTER TABLE c ALTER x TYPE e USING x::e",
             ""},
            {"CREATE CAST (text AS e) WITH INOUT; ALTER TABLE c ALTER note TYPE e", ""},
            {"ALTER TABLE c ALTER p ADD GENERATED ALWAYS AS IDENTITY",
             R"(55000 column "p" of relation "c" must be declared NOT NULL before identity can )"
             "be added"},
            {"ALTER TABLE c ALTER p SET NOT NULL, ALTER p ADD GENERATED ALWAYS AS IDENTITY", ""},
            {"ALTER TABLE c ALTER p TYPE text", ""},
            {"CREATE VIEW v AS SELECT p FROM c; ALTER TABLE c ALTER p TYPE bigint",
             "0A000 cannot alter type of a column used by a view or rule"},
            {"CREATE VIEW v AS SELECT p.id, note FROM c, p; ALTER TABLE c ALTER note TYPE varchar",
             "0A000 cannot alter type of a column used by a view or rule"},
            {"CREATE POLICY q ON c USING (note = 'x'); ALTER TABLE c ALTER note TYPE varchar",
             "0A000 cannot alter type of a column used in a policy definition"},
        });
}

TEST_CASE("refusals: what something depends on") {
  check(kTables,
        {
            {"DROP TABLE p", "2BP01 cannot drop table p because other objects depend on it"},
            {"DROP TABLE p, c", ""},
            {"DROP TABLE p CASCADE", ""},
            {"DROP INDEX p_pkey",
             "2BP01 cannot drop index p_pkey because constraint p_pkey on table p requires it"},
            {"ALTER TABLE p DROP COLUMN id",
             "2BP01 cannot drop column id of table p because other objects depend on it"},
            {"CREATE TABLE t (e e); DROP TYPE e",
             "2BP01 cannot drop type e because other objects depend on it"},
            {"CREATE TABLE s (id serial); DROP SEQUENCE s_id_seq",
             "2BP01 cannot drop sequence s_id_seq because other objects depend on it"},
            {"CREATE SCHEMA s; CREATE TABLE s.t (); DROP SCHEMA s",
             "2BP01 cannot drop schema s because other objects depend on it"},
            // In one statement each is judged by what those in front of it left.
            {"CREATE TABLE s (id int PRIMARY KEY, parent int REFERENCES s);"
             "ALTER TABLE s DROP COLUMN parent, DROP COLUMN id",
             ""},
            {"CREATE TABLE s (id int PRIMARY KEY, parent int REFERENCES s);"
             "ALTER TABLE s DROP COLUMN id, DROP COLUMN parent",
             "2BP01 cannot drop column id of table s because other objects depend on it"},
            {"CREATE TABLE s (id int PRIMARY KEY, parent int REFERENCES s);"
             "ALTER TABLE s DROP CONSTRAINT s_parent_fkey, DROP CONSTRAINT s_pkey",
             ""},
            {"CREATE TABLE s (a int, b int GENERATED ALWAYS AS (a) STORED);"
             "ALTER TABLE s DROP COLUMN b, ALTER a TYPE bigint",
             ""},
            // The foreign key was matched to one of the two.
            {"CREATE TABLE s (a int, b int); CREATE UNIQUE INDEX i ON s (b, a);"
             "CREATE TABLE r (a int, b int, FOREIGN KEY (a, b) REFERENCES s (a, b));"
             "ALTER TABLE s ADD PRIMARY KEY (a, b); ALTER TABLE s DROP CONSTRAINT s_pkey",
             "2BP01 cannot drop constraint s_pkey on table s because other objects depend on it?"},
            {"CREATE TABLE s (a int PRIMARY KEY, b int); CREATE UNIQUE INDEX i ON s (b);"
             "CREATE TABLE r (b int REFERENCES s (b)); DROP INDEX i",
             "2BP01 cannot drop index i because other objects depend on it"},
            {"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
             "CREATE TRIGGER t AFTER INSERT ON c EXECUTE FUNCTION f(); DROP FUNCTION f()",
             "2BP01 cannot drop function f() because other objects depend on it"},
            {"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
             "CREATE TRIGGER t AFTER INSERT ON c EXECUTE FUNCTION f();"
             "ALTER FUNCTION f() RENAME TO g; DROP FUNCTION g()",
             "2BP01 cannot drop function g() because other objects depend on it"},
            {"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
             "CREATE TRIGGER t AFTER INSERT ON c EXECUTE FUNCTION f(); DROP FUNCTION IF EXISTS "
             "f(int)",
             ""},
            {"CREATE POLICY q ON c USING (note = 'x'); ALTER TABLE c DROP COLUMN note",
             "2BP01 cannot drop column note of table c because other objects depend on it"},
            {"CREATE POLICY q ON c USING (note = 'x'); ALTER TABLE c RENAME note TO n;"
             "ALTER TABLE c ADD note text; ALTER TABLE c DROP COLUMN note",
             ""},
            {"CREATE POLICY q ON c USING (note = 'x'); ALTER POLICY q ON c USING (id = 1);"
             "ALTER TABLE c DROP COLUMN note",
             ""},
            {"CREATE DOMAIN d AS e; DROP TYPE e",
             "2BP01 cannot drop type e because other objects depend on it"},
            {"CREATE DOMAIN d AS e; DROP DOMAIN d; DROP TYPE e", ""},
            // Which of the two has the column is not known, or it is the other one.
            {"CREATE VIEW v AS SELECT note FROM c, unknown; ALTER TABLE c DROP COLUMN note",
             "2BP01 cannot drop column note of table c because other objects depend on it?"},
            {"CREATE TABLE d (note text); CREATE VIEW v AS SELECT d.note FROM c, d;"
             "ALTER TABLE c DROP COLUMN note",
             ""},
            // A refused DROP drops nothing.
            {"DROP TABLE p; ALTER TABLE c DROP CONSTRAINT c_p_fkey", ""},
        });
}

TEST_CASE("refusals: what the transaction has not finished") {
  constexpr std::string_view kDeferred =
      "CREATE TABLE p (id int PRIMARY KEY);"
      "CREATE TABLE c (id int, p int REFERENCES p DEFERRABLE INITIALLY DEFERRED);"
      "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (e e, note text); BEGIN;";
  check(
      kDeferred,
      {
          {"INSERT INTO c VALUES (1, 1); ALTER TABLE c ADD x int",
           R"(55006 cannot ALTER TABLE "c" because it has pending trigger events)"},
          {"UPDATE c SET p = 2; CREATE INDEX ON c (p)",
           R"(55006 cannot CREATE INDEX "c" because it has pending trigger events?)"},
          {"UPDATE c SET id = 2; CREATE INDEX ON c (p)", ""},
          {"DELETE FROM p; TRUNCATE p, c",
           R"(55006 cannot TRUNCATE "p" because it has pending trigger events?)"},
          {"INSERT INTO c VALUES (1, 1); SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE c ADD x int",
           ""},
          {"SET CONSTRAINTS ALL IMMEDIATE; INSERT INTO c VALUES (1, 1); ALTER TABLE c ADD x int",
           ""},
          {"SET CONSTRAINTS c_p_fkey IMMEDIATE; INSERT INTO c VALUES (1, 1); TRUNCATE c", ""},
          {"INSERT INTO c VALUES (1, 1); SET CONSTRAINTS other IMMEDIATE; TRUNCATE c",
           R"(55006 cannot TRUNCATE "c" because it has pending trigger events)"},
          {"ALTER TABLE c DISABLE TRIGGER ALL; INSERT INTO c VALUES (1, 1); TRUNCATE c", ""},
          {"SET LOCAL session_replication_role = replica; INSERT INTO c VALUES (1, 1); TRUNCATE c",
           ""},
          {"ALTER TABLE c ALTER CONSTRAINT c_p_fkey NOT DEFERRABLE; INSERT INTO c VALUES (1, 1);"
           "TRUNCATE c",
           ""},
          {"SAVEPOINT s; INSERT INTO c VALUES (1, 1); ROLLBACK TO s; ALTER TABLE c ADD x int", ""},
          {"INSERT INTO c VALUES (1, 1); COMMIT; ALTER TABLE c ADD x int", ""},
          {"ALTER TYPE e ADD VALUE 'n'; UPDATE t SET e = 'n'",
           R"(55P04 unsafe use of new value "n" of enum type e)"},
          {"ALTER TYPE e ADD VALUE 'n'; INSERT INTO t VALUES ('n', '')",
           R"(55P04 unsafe use of new value "n" of enum type e?)"},
          {"ALTER TYPE e ADD VALUE 'n'; UPDATE t SET note = 'n'", ""},
          {"ALTER TYPE e ADD VALUE 'n'; ALTER TABLE t ADD CHECK (e::text IN ('n'))", ""},
          {"ALTER TYPE e ADD VALUE 'n'; COMMIT; UPDATE t SET e = 'n'", ""},
      });
  // Since Postgres 17 a type that is itself new has no old values to protect.
  check(kDeferred, {{"ALTER TYPE e ADD VALUE 'n'; UPDATE t SET e = 'n'", ""}}, 17);
  check("BEGIN; CREATE TYPE n AS ENUM ('a'); ALTER TYPE n ADD VALUE 'b';",
        {{"CREATE TABLE s (n n DEFAULT 'b')", ""}}, 11);
}

TEST_CASE("refusals: syntax of a later version") {
  check("",
        {{"CREATE TABLE t (a int, CHECK (a > 0) NOT ENFORCED)",
          R"(42601 syntax error at or near "ENFORCED")"}},
        17);
  check("", {{"CREATE TABLE t (a int, CHECK (a > 0) NOT ENFORCED)", ""}}, 18);
  check("",
        {{"CREATE TABLE t (a int UNIQUE NULLS NOT DISTINCT)",
          R"(42601 syntax error at or near "NULLS")"}},
        14);
}

TEST_CASE("rows decide: a new NOT NULL column") {
  const auto rejected = [](std::string sql) {
    return Walk(std::move(sql), "psql").last().effects().rejected_by_rows.size();
  };
  CHECK(rejected("ALTER TABLE t ADD a int NOT NULL") == 1);
  CHECK(rejected("ALTER TABLE t ADD a int NOT NULL, ADD b int NOT NULL DEFAULT NULL") == 2);
  CHECK(rejected("ALTER TABLE t ADD a serial NOT NULL, ADD b int NOT NULL DEFAULT 1") == 0);
  CHECK(rejected("TRUNCATE t; ALTER TABLE t ADD a int NOT NULL") == 0);
  CHECK(rejected("DELETE FROM t; ALTER TABLE t ADD a int NOT NULL") == 0);
  CHECK(rejected("DELETE FROM t WHERE true; ALTER TABLE t ADD a int NOT NULL") == 0);
  CHECK(rejected("CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int REFERENCES p);"
                 "TRUNCATE p CASCADE; ALTER TABLE c ADD x int NOT NULL") == 0);
  CHECK(rejected("ALTER TABLE t ADD a serial_number NOT NULL") == 1);
  CHECK(rejected("DELETE FROM t WHERE a = 1; ALTER TABLE t ADD b int NOT NULL") == 1);
  CHECK(rejected("DELETE FROM t; INSERT INTO t VALUES (1); ALTER TABLE t ADD a int NOT NULL") == 1);
}

}  // namespace
}  // namespace unwedge
