// What statements make of the catalog.

#include "schema/apply.h"

#include <string>
#include <string_view>

#include <catch2/catch_test_macros.hpp>

#include "walking.h"

namespace unwedge::schema {
namespace {

using walking::Walk;

const Relation* find(const Walk& walk, std::string_view name, std::string_view schema = "public") {
  return walk.catalog().find({.schema = std::string(schema), .name = std::string(name)});
}

bool existing(const Walk& walk, std::string_view name, std::string_view schema = "public") {
  return walk.catalog().existing({.schema = std::string(schema), .name = std::string(name)});
}

bool proves(const std::string& sql, std::string_view column, std::string_view table = "t") {
  const Walk walk(sql);
  const Relation* relation = find(walk, table);
  return relation != nullptr && relation->proves_not_null(column);
}

TEST_CASE("apply: what is created is new") {
  CHECK_FALSE(existing(Walk("CREATE TABLE t (a int)"), "t"));
  CHECK_FALSE(existing(Walk("CREATE TABLE IF NOT EXISTS t (a int)"), "t"));
  CHECK_FALSE(existing(Walk("CREATE TABLE t AS SELECT 1"), "t"));
  CHECK_FALSE(existing(Walk("SELECT 1 INTO t"), "t"));
  CHECK_FALSE(existing(Walk("CREATE MATERIALIZED VIEW t AS SELECT 1"), "t"));
  CHECK_FALSE(existing(Walk("CREATE VIEW t AS SELECT 1"), "t"));
  CHECK_FALSE(existing(Walk("CREATE SEQUENCE t"), "t"));
  CHECK_FALSE(existing(Walk("CREATE INDEX i ON t (a)"), "i"));
  CHECK(existing(Walk("CREATE INDEX i ON t (a)"), "t"));
  CHECK(existing(Walk("CREATE OR REPLACE VIEW t AS SELECT 1"), "t"));
  CHECK(existing(Walk("ALTER TABLE t ADD a int"), "t"));
  CHECK(existing(Walk("ALTER TABLE t ADD a int; CREATE TABLE IF NOT EXISTS t (a int)"), "t"));
}

TEST_CASE("apply: kinds") {
  CHECK(find(Walk("CREATE TABLE t (a int)"), "t")->kind == RelationKind::kTable);
  CHECK(find(Walk("CREATE TABLE t (a int) PARTITION BY LIST (a)"), "t")->kind ==
        RelationKind::kPartitionedTable);
  CHECK(find(Walk("CREATE FOREIGN TABLE t (a int) SERVER s"), "t")->kind ==
        RelationKind::kForeignTable);
  CHECK(find(Walk("CREATE MATERIALIZED VIEW t AS SELECT 1"), "t")->kind ==
        RelationKind::kMaterializedView);
  CHECK(find(Walk("CREATE INDEX i ON app.t (a)"), "i", "app")->kind == RelationKind::kIndex);
  CHECK(find(Walk("CREATE INDEX i ON app.t (a)"), "i", "app")->index_of ==
        RelationId{.schema = "app", .name = "t"});
}

TEST_CASE("apply: what has partitions is partitioned, and not new for that") {
  for (const char* sql :
       {"CREATE TABLE p1 PARTITION OF p DEFAULT", "ALTER TABLE p ATTACH PARTITION p1 DEFAULT",
        "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY",
        "ALTER TABLE p DETACH PARTITION p1 FINALIZE"}) {
    INFO(sql);
    const Walk walk(sql, "psql");
    REQUIRE(find(walk, "p") != nullptr);
    CHECK(find(walk, "p")->kind == RelationKind::kPartitionedTable);
    CHECK(existing(walk, "p"));
  }
  const Walk index("ALTER INDEX i ATTACH PARTITION i1");
  const bool partitioned =
      find(index, "i") != nullptr && find(index, "i")->kind == RelationKind::kPartitionedTable;
  CHECK_FALSE(partitioned);
}

TEST_CASE("apply: schemas and the search path") {
  const Walk walk("SET search_path = app, public; CREATE TABLE t (a int)");
  CHECK_FALSE(existing(walk, "t", "app"));
  CHECK(existing(walk, "t"));
  CHECK_FALSE(existing(Walk("CREATE TABLE app.t (a int)"), "t", "app"));
  const Walk local(
      "BEGIN; SET LOCAL search_path = app; CREATE TABLE t (a int); COMMIT; CREATE "
      "TABLE u (a int)");
  CHECK_FALSE(existing(local, "t", "app"));
  CHECK_FALSE(existing(local, "u"));
  const Walk config(
      "SELECT set_config('search_path', 'app, public', false); CREATE TABLE t (a int)");
  CHECK_FALSE(existing(config, "t", "app"));
}

TEST_CASE("apply: temporary tables hide others") {
  const Walk walk("CREATE TEMP TABLE t (a int); ALTER TABLE t ADD b int; DROP TABLE t");
  CHECK(existing(walk, "t"));
  const Walk both(
      "CREATE TEMP TABLE t (a int); CREATE INDEX i ON t (a); CREATE INDEX j ON public.t (a)");
  CHECK_FALSE(both[1].effects().locks.at(0).existing);
  CHECK(both[2].effects().locks.at(0).existing);
}

TEST_CASE("apply: DROP") {
  CHECK(find(Walk("CREATE TABLE t (a int); DROP TABLE t"), "t") == nullptr);
  CHECK(find(Walk("CREATE TABLE t (a int); CREATE TABLE u (a int); DROP TABLE t, u"), "u") ==
        nullptr);
  // After it, the name stands for another table.
  CHECK_FALSE(existing(Walk("DROP TABLE t; CREATE TABLE t (a int)"), "t"));
}

TEST_CASE("apply: RENAME and SET SCHEMA take everything along") {
  const Walk renamed("CREATE TABLE t (a int NOT NULL); ALTER TABLE t RENAME TO u");
  CHECK(find(renamed, "t") == nullptr);
  REQUIRE(find(renamed, "u") != nullptr);
  CHECK(find(renamed, "u")->proves_not_null("a"));
  CHECK_FALSE(existing(renamed, "u"));
  const Walk old("ALTER TABLE t RENAME TO u; CREATE TABLE t (a int)");
  CHECK(existing(old, "u"));
  CHECK_FALSE(existing(old, "t"));
  const Walk moved("CREATE TABLE t (a int); ALTER TABLE t SET SCHEMA app");
  CHECK_FALSE(existing(moved, "t", "app"));
  CHECK(find(moved, "t") == nullptr);
  CHECK(proves("CREATE TABLE t (a int NOT NULL); ALTER TABLE t RENAME COLUMN a TO b", "b"));
  CHECK_FALSE(proves("CREATE TABLE t (a int NOT NULL); ALTER TABLE t RENAME COLUMN a TO b", "a"));
  CHECK(proves("ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL); ALTER TABLE t RENAME a TO b",
               "b"));
  CHECK(
      proves("ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t "
             "RENAME CONSTRAINT c TO d; ALTER TABLE t VALIDATE CONSTRAINT d",
             "a"));
}

TEST_CASE("apply: what is known to be not null") {
  CHECK(proves("CREATE TABLE t (a int NOT NULL)", "a"));
  CHECK(proves("CREATE TABLE t (a int PRIMARY KEY)", "a"));
  CHECK(proves("CREATE TABLE t (a int, PRIMARY KEY (a, b), b int)", "b"));
  CHECK(proves("CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY)", "a"));
  CHECK(proves("CREATE TABLE t (a int CHECK (a IS NOT NULL))", "a"));
  CHECK(proves("ALTER TABLE t ADD a int NOT NULL DEFAULT 0", "a"));
  CHECK(proves("ALTER TABLE t ALTER a SET NOT NULL", "a"));
  CHECK(proves("ALTER TABLE t ADD PRIMARY KEY (a)", "a"));
  CHECK(proves("ALTER TABLE t ADD CHECK (a IS NOT NULL AND b > 0)", "a"));
  CHECK_FALSE(proves("ALTER TABLE t ADD CHECK (a IS NOT NULL) NOT VALID", "a"));
  CHECK_FALSE(proves("ALTER TABLE t ADD CHECK (a IS NOT NULL) NOT ENFORCED", "a"));
  CHECK_FALSE(proves("CREATE TABLE t (a int UNIQUE)", "a"));
  CHECK_FALSE(proves("ALTER TABLE t ALTER a SET NOT NULL, ALTER b SET DEFAULT 1", "b"));
  CHECK_FALSE(proves("CREATE TABLE t (a int NOT NULL); ALTER TABLE t ALTER a DROP NOT NULL", "a"));
  CHECK_FALSE(proves(
      "CREATE TABLE t (a int NOT NULL); ALTER TABLE t DROP a; ALTER TABLE t ADD a int", "a"));
  CHECK_FALSE(proves("ALTER TABLE t ADD COLUMN IF NOT EXISTS a int NOT NULL DEFAULT 0", "a"));
}

TEST_CASE("apply: constraints are validated and dropped by name") {
  const std::string add = "ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID;";
  CHECK(proves(add + "ALTER TABLE t VALIDATE CONSTRAINT c", "a"));
  CHECK_FALSE(proves(add + "ALTER TABLE t VALIDATE CONSTRAINT d", "a"));
  CHECK_FALSE(
      proves(add + "ALTER TABLE t VALIDATE CONSTRAINT c; ALTER TABLE t DROP CONSTRAINT c", "a"));
  CHECK_FALSE(proves(add + "ALTER TABLE t VALIDATE CONSTRAINT c; ALTER TABLE t DROP a", "a"));
  // Postgres's own names.
  CHECK(
      proves("ALTER TABLE t ADD CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE "
             "CONSTRAINT t_a_check",
             "a"));
  CHECK(
      proves("ALTER TABLE t ADD CHECK (a IS NOT NULL AND b > 0) NOT VALID; ALTER TABLE t VALIDATE "
             "CONSTRAINT t_check",
             "a"));
}

TEST_CASE("apply: keys") {
  const auto keys = [](const char* sql) { return find(Walk(sql), "t")->key_columns; };
  using Keys = std::vector<std::string>;
  CHECK(keys("CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE, c int)") == Keys{"a", "b"});
  CHECK(keys("CREATE TABLE t (a int, b int, UNIQUE (a, b))").empty());
  CHECK(keys("CREATE UNIQUE INDEX i ON t (a)") == Keys{"a"});
  CHECK(keys("CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a) WHERE a > 0").empty());
  CHECK(keys("CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a, b)").empty());
  CHECK(keys("CREATE TABLE t (a int PRIMARY KEY); ALTER TABLE t RENAME a TO b") == Keys{"b"});
}

TEST_CASE("apply: undone by ROLLBACK and ROLLBACK TO") {
  CHECK(existing(Walk("BEGIN; CREATE TABLE t (a int); ROLLBACK"), "t"));
  CHECK_FALSE(existing(Walk("BEGIN; CREATE TABLE t (a int); COMMIT"), "t"));
  const Walk savepoint(
      "BEGIN; CREATE TABLE t (a int); SAVEPOINT s; DROP TABLE t; CREATE TABLE u (a int); ROLLBACK "
      "TO "
      "s; COMMIT");
  CHECK_FALSE(existing(savepoint, "t"));
  CHECK(find(savepoint, "u") == nullptr);
  const Walk released(
      "BEGIN; SAVEPOINT s; CREATE TABLE t (a int); RELEASE s; ROLLBACK; CREATE TABLE u (a int)");
  CHECK(find(released, "t") == nullptr);
  CHECK(find(released, "u") != nullptr);
  const Walk nested(
      "BEGIN; SAVEPOINT s; CREATE TABLE a (x int); SAVEPOINT s; CREATE TABLE b (x int); ROLLBACK "
      "TO "
      "s; RELEASE s; ROLLBACK TO s; COMMIT");
  CHECK(find(nested, "a") == nullptr);
  CHECK(find(nested, "b") == nullptr);
}

}  // namespace
}  // namespace unwedge::schema
