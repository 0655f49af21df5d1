// What the catalog knows when a whole history has been replayed into it: what is certainly not
// there, and what Postgres makes of the finer points of old migrations.

#include <string>
#include <string_view>

#include <catch2/catch_test_macros.hpp>

#include "parsing.h"
#include "schema/apply.h"
#include "unwedge/schema.h"

namespace unwedge::schema {
namespace {

/// Change sets that are known from the beginning, one after the other.
class Replay {
 public:
  explicit Replay(const std::string& sql, int major = 15) : major_(major) {
    catalog_.set_complete(true);
    then(sql);
  }

  Replay& then(const std::string& sql) {
    const parsing::Parsed parsed(sql);
    for (const Statement& statement : parsed.statements()) {
      apply(statement, Settings(), catalog_, {major_});
    }
    catalog_.end_session();
    catalog_.settle();
    return *this;
  }

  [[nodiscard]] const Catalog& catalog() const { return catalog_; }
  [[nodiscard]] const Relation* find(std::string_view name,
                                     std::string_view schema = "public") const {
    return catalog_.find({.schema = std::string(schema), .name = std::string(name)});
  }
  [[nodiscard]] bool absent(std::string_view name, std::string_view schema = "public") const {
    return catalog_.absent({.schema = std::string(schema), .name = std::string(name)});
  }

 private:
  Catalog catalog_;
  int major_;
};

TEST_CASE("a history's catalog: what is absent") {
  const Replay replay("CREATE TABLE t (a int); CREATE SCHEMA app");
  CHECK(replay.absent("other"));
  CHECK(replay.absent("other", "app"));
  CHECK_FALSE(replay.absent("t"));
  CHECK_FALSE(replay.absent("users", "auth"));  // a schema that was made elsewhere
  CHECK(replay.catalog().resolve({.name = "pg_class"}, {}) ==
        RelationId{.schema = "pg_catalog", .name = "pg_class"});
}

TEST_CASE("a history's catalog: nothing is absent before the first relation") {
  CHECK_FALSE(Replay("CREATE SCHEMA app").absent("other"));
}

TEST_CASE("a history's catalog: extensions may have made it") {
  Replay replay("CREATE TABLE t (a int); CREATE EXTENSION citext; CREATE EXTENSION \"uuid-ossp\"");
  CHECK(replay.absent("geometry_columns"));
  CHECK(replay.catalog().may_be_of_extension(ObjectType::kType, "citext"));
  CHECK_FALSE(replay.catalog().may_be_of_extension(ObjectType::kType, "mood"));
  CHECK(replay.catalog().may_be_of_extension(ObjectType::kFunction, "uuid_generate_v4"));
  replay.then("CREATE EXTENSION postgis");
  CHECK_FALSE(replay.absent("geometry_columns"));
  CHECK(replay.catalog().may_be_of_extension(ObjectType::kType, "geometry"));
}

TEST_CASE("a history's catalog: what cannot be known makes it incomplete") {
  for (const char* sql :
       {"ALTER TABLE missing ADD b int", "CREATE INDEX ON missing (a)", "DROP TABLE missing",
        "ALTER TABLE missing RENAME TO found", "DROP OWNED BY ana", "CREATE TABEL u (a int)",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES missing"}) {
    INFO(sql);
    CHECK_FALSE(Replay("CREATE TABLE t (a int)").then(sql).catalog().complete());
  }
  for (const char* sql :
       {"ALTER TABLE IF EXISTS missing ADD b int", "DROP TABLE IF EXISTS missing",
        "ALTER TABLE IF EXISTS missing RENAME TO found", "CREATE EXTENSION hstore",
        "ALTER TABLE auth.users ADD b int", "ALTER TABLE t ADD b int"}) {
    INFO(sql);
    CHECK(Replay("CREATE TABLE t (a int)").then(sql).catalog().complete());
  }
}

TEST_CASE("a history's catalog: IF EXISTS of what is not there changes nothing") {
  const Replay replay = Replay("CREATE TABLE t (a int)")
                            .then(
                                "ALTER TABLE IF EXISTS missing RENAME TO found;"
                                "ALTER TABLE IF EXISTS missing SET SCHEMA app");
  CHECK(replay.find("found") == nullptr);
  CHECK(replay.find("missing", "app") == nullptr);
}

TEST_CASE("a history's catalog: temporary tables end with their session") {
  Replay replay("CREATE TEMP TABLE t (a int PRIMARY KEY)");
  CHECK(replay.find("t", "pg_temp") == nullptr);
  CHECK(replay.find("t_pkey", "pg_temp") == nullptr);
  replay.then("CREATE TABLE t (a int)").then("ALTER TABLE t ADD b int");
  REQUIRE(replay.find("t") != nullptr);
  CHECK(replay.find("t")->columns.size() == 2);
}

TEST_CASE("a history's catalog: CREATE SCHEMA with tables") {
  const Replay replay("CREATE SCHEMA s CREATE INDEX i ON t (a) CREATE TABLE t (a int)");
  REQUIRE(replay.find("t", "s") != nullptr);
  REQUIRE(replay.find("i", "s") != nullptr);
  CHECK(replay.find("i", "s")->index_of == RelationId{.schema = "s", .name = "t"});
}

TEST_CASE("a history's catalog: a default of NULL counts where the type must look at it") {
  const Replay replay(
      "CREATE DOMAIN d AS int; CREATE TABLE t (a int DEFAULT NULL, b varchar(9) DEFAULT NULL, "
      "c d DEFAULT NULL, e varchar DEFAULT NULL::varchar)");
  CHECK_FALSE(replay.find("t")->column("a")->default_value);
  CHECK(replay.find("t")->column("b")->default_value);
  CHECK(replay.find("t")->column("c")->default_value);
  CHECK_FALSE(replay.find("t")->column("e")->default_value);
}

TEST_CASE("a history's catalog: an array type by its own name") {
  const Column column = *Replay("CREATE TABLE t (a _int4)").find("t")->column("a");
  CHECK(column.type.id.name == "int4");
  CHECK(column.type.array_dimensions == 1);
}

TEST_CASE("a history's catalog: foreign keys go with the unique index that they need") {
  Replay replay(
      "CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a); CREATE UNIQUE INDEX j ON t (a);"
      "CREATE TABLE u (a int REFERENCES t (a))");
  CHECK(replay.then("DROP INDEX j").find("u")->foreign_keys.size() == 1);
  CHECK(replay.then("DROP INDEX i CASCADE").find("u")->foreign_keys.empty());
}

TEST_CASE("a history's catalog: names of foreign keys by version") {
  const std::string sql =
      "CREATE TABLE t (a int, b int, PRIMARY KEY (a, b));"
      "CREATE TABLE u (a int, b int, FOREIGN KEY (a, b) REFERENCES t)";
  CHECK(Replay(sql, 11).find("u")->foreign_keys.front().name == "u_a_fkey");
  CHECK(Replay(sql, 12).find("u")->foreign_keys.front().name == "u_a_b_fkey");
}

TEST_CASE("a history's catalog: a column in parentheses is a column") {
  const Replay replay("CREATE TABLE t (a int); CREATE INDEX i ON t ((a))");
  CHECK(replay.find("i")->index->parts.front().column == "a");
}

}  // namespace
}  // namespace unwedge::schema
