// Does the harness see what it should? A few facts about PostgreSQL that were measured by other
// means, and whether the machinery cleans up after itself.

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch_message.hpp>
#include <catch2/catch_test_macros.hpp>

#include "postgres/each_server.h"
#include "postgres/observe.h"
#include "postgres/script.h"
#include "postgres/split.h"

namespace unwedge::postgres {
namespace {

using Names = std::set<std::string>;

constexpr const char* kTable =
    "CREATE TABLE t (id int PRIMARY KEY, a int, b text);"
    "INSERT INTO t SELECT g, g % 10, 'b' || g FROM generate_series(1, 200) g;";

constexpr const char* kTwoTables =
    "CREATE TABLE r (id int PRIMARY KEY, name text);"
    "INSERT INTO r SELECT g, 'r' FROM generate_series(1, 100) g;"
    "CREATE TABLE ch (id int PRIMARY KEY, rid int);"
    "INSERT INTO ch SELECT g, g % 100 + 1 FROM generate_series(1, 200) g;";

constexpr int kFirstWithGeneratedColumns = 12;
constexpr int kFirstWithNotNullProof = 12;
constexpr int kFirstWithReindexConcurrently = 12;

/// The mode of the lock on a relation, or "none".
std::string mode_on(const Observation& seen, const std::string& relation) {
  const auto lock = seen.locks.find(relation);
  return lock == seen.locks.end() ? "none" : std::string(sql_name(lock->second.mode));
}

std::string sqlstate(const std::optional<Error>& error) { return error ? error->sqlstate : "none"; }

TEST_CASE("CREATE INDEX takes SHARE and builds an index", "[postgres]") {
  Server& server = each_server();
  CAPTURE(server.major());
  const Observation seen = observe(server, kTable, "", "CREATE INDEX i ON t (a)");
  CHECK(sqlstate(seen.error) == "none");
  CHECK(seen.tag == "CREATE INDEX");
  CHECK(seen.locks == std::map<std::string, Lock>{{"public.t", {LockMode::kShare, 'r'}}});
  CHECK(seen.index_builds == std::map<std::string, std::string>{{"public.i", "public.t"}});
  CHECK(seen.created == Names{"public.i"});
  CHECK(seen.rewritten.empty());
  CHECK(seen.scanned.empty());
}

TEST_CASE("adding a stored column rewrites the table under ACCESS EXCLUSIVE", "[postgres]") {
  Server& server = each_server();
  CAPTURE(server.major());
  const Observation seen = observe(
      server, kTable, "", "ALTER TABLE t ADD COLUMN z int GENERATED ALWAYS AS (a * 2) STORED");
  if (server.major() < kFirstWithGeneratedColumns) {
    CHECK(sqlstate(seen.error) == "42601");
    return;
  }
  CHECK(mode_on(seen, "public.t") == "ACCESS EXCLUSIVE");
  CHECK(mode_on(seen, "public.t_pkey") == "ACCESS EXCLUSIVE");
  CHECK(seen.rewritten == Names{"public.t"});
  CHECK(seen.index_builds == std::map<std::string, std::string>{{"public.t_pkey", "public.t"}});
  CHECK(seen.scanned.empty());
}

TEST_CASE("SET NOT NULL reads the whole table", "[postgres]") {
  Server& server = each_server();
  CAPTURE(server.major());
  const Observation seen = observe(server, kTable, "", "ALTER TABLE t ALTER COLUMN a SET NOT NULL");
  CHECK(mode_on(seen, "public.t") == "ACCESS EXCLUSIVE");
  CHECK(seen.scanned == Names{"public.t"});
  CHECK(seen.rewritten.empty());
}

TEST_CASE("a valid CHECK spares SET NOT NULL the reading", "[postgres]") {
  Server& server = each_server();
  CAPTURE(server.major());
  const Observation seen = observe(
      server, std::string(kTable) + "ALTER TABLE t ADD CONSTRAINT a_nn CHECK (a IS NOT NULL);", "",
      "ALTER TABLE t ALTER COLUMN a SET NOT NULL");
  CHECK(mode_on(seen, "public.t") == "ACCESS EXCLUSIVE");
  CHECK(seen.scanned.empty() == (server.major() >= kFirstWithNotNullProof));
}

TEST_CASE("a foreign key locks both tables and reads them", "[postgres]") {
  Server& server = each_server();
  CAPTURE(server.major());
  const Observation seen =
      observe(server, kTwoTables, "",
              "ALTER TABLE ch ADD CONSTRAINT fk FOREIGN KEY (rid) REFERENCES r (id)");
  CHECK(mode_on(seen, "public.ch") == "SHARE ROW EXCLUSIVE");
  CHECK(mode_on(seen, "public.r") == "SHARE ROW EXCLUSIVE");
  CHECK(seen.scanned == Names{"public.ch", "public.r"});
}

TEST_CASE("what the transaction did before is not the statement's", "[postgres]") {
  Server& server = each_server();
  CAPTURE(server.major());
  const Observation seen = observe(server, kTable, "ALTER TABLE t ADD COLUMN z int; SELECT 1",
                                   "UPDATE t SET z = 1 WHERE id <= 50");
  CHECK(mode_on(seen, "public.t") == "ROW EXCLUSIVE");
  CHECK(seen.held_before.at("public.t").mode == LockMode::kAccessExclusive);
  CHECK(seen.rows == std::map<std::string, RowsWritten>{
                         {"public.t", {.inserted = 0, .updated = 50, .deleted = 0}}});
}

TEST_CASE("the locks of CONCURRENTLY are seen although it commits", "[postgres]") {
  Server& server = each_server();
  CAPTURE(server.major());
  SECTION("CREATE INDEX") {
    const Observation seen = observe(server, kTable, "", "CREATE INDEX CONCURRENTLY i ON t (a)");
    CHECK(sqlstate(seen.refused_in_transaction) == "25001");
    CHECK(sqlstate(seen.error) == "none");
    CHECK(seen.ran_alone);
    CHECK(mode_on(seen, "public.t") == "SHARE UPDATE EXCLUSIVE");
    CHECK(seen.index_builds == std::map<std::string, std::string>{{"public.i", "public.t"}});
    CHECK(seen.scanned.empty());
  }
  SECTION("DROP INDEX") {
    const Observation seen = observe(server, std::string(kTable) + "CREATE INDEX i ON t (a)", "",
                                     "DROP INDEX CONCURRENTLY i");
    CHECK(mode_on(seen, "public.t") == "SHARE UPDATE EXCLUSIVE");
    CHECK(mode_on(seen, "public.i") == "ACCESS EXCLUSIVE");
    CHECK(seen.dropped == Names{"public.i"});
  }
  SECTION("REINDEX") {
    if (server.major() < kFirstWithReindexConcurrently) return;
    const Observation seen = observe(server, kTable, "", "REINDEX TABLE CONCURRENTLY t");
    CHECK(mode_on(seen, "public.t") == "SHARE UPDATE EXCLUSIVE");
    CHECK(mode_on(seen, "public.t_pkey") == "ACCESS EXCLUSIVE");
    CHECK(seen.index_builds.contains("public.t_pkey"));
  }
  SECTION("VACUUM, which is alike") {
    const Observation seen = observe(server, kTable, "", "VACUUM t");
    CHECK(mode_on(seen, "public.t") == "SHARE UPDATE EXCLUSIVE");
  }
}

TEST_CASE("CONCURRENTLY is refused in every kind of transaction", "[postgres]") {
  Server& server = each_server();
  CAPTURE(server.major());
  const std::vector<std::string> statements{"SELECT 1", "CREATE INDEX CONCURRENTLY i ON t (a)"};

  CHECK_FALSE(first_error(run_script(server, kTable, one_by_one(statements))));

  const std::vector<Answer> together = run_script(server, kTable, all_at_once(statements));
  REQUIRE(together.size() == 1);
  CHECK(together[0].completed == 1);
  CHECK(sqlstate(together[0].error) == "25001");

  const std::vector<Answer> between = run_script(server, kTable, in_transaction(statements));
  REQUIRE(between.size() == 3);  // the COMMIT is not sent
  CHECK_FALSE(between[1].error);
  CHECK(sqlstate(between[2].error) == "25001");
}

TEST_CASE("a script goes on after an error only if told to", "[postgres]") {
  Server& server = each_server();
  CAPTURE(server.major());
  const std::vector<Message> messages =
      one_by_one({"SELECT 1", "SELECT * FROM missing", "INSERT INTO t (id) VALUES (0)"});
  CHECK(run_script(server, kTable, messages).size() == 2);

  const std::vector<Answer> all = run_script(server, kTable, messages, OnError::kContinue);
  REQUIRE(all.size() == 3);
  CHECK_FALSE(all[0].error);
  REQUIRE(all[1].error);
  CHECK(all[1].error->sqlstate == "42P01");
  CHECK(all[1].error->position == 15);
  CHECK_FALSE(all[2].error);
}

TEST_CASE("every observation begins on a clean server", "[postgres]") {
  Server& server = each_server();
  CAPTURE(server.major());
  for (int round = 0; round < 2; ++round) {
    const Observation seen =
        observe(server, "CREATE ROLE owner; CREATE TABLE t (a int); ALTER TABLE t OWNER TO owner;",
                "", "VACUUM t");
    CHECK(sqlstate(seen.error) == "none");
    CHECK(seen.existing == std::map<std::string, char>{{"public.t", 'r'}});
  }
}

TEST_CASE("a server leaves nothing behind", "[postgres]") {
  const std::vector<Installation> installations = find_installations();
  if (installations.empty()) SKIP("no PostgreSQL server found");
  std::filesystem::path folder;
  {
    Server server(installations.back());
    folder = server.monitor().query("show unix_socket_directories").at(0).at(0);
    CHECK(std::filesystem::exists(folder));
  }
  CHECK_FALSE(std::filesystem::exists(folder));
}

TEST_CASE("preparations are cut into statements as psql would") {
  using Statements = std::vector<std::string>;
  CHECK(split_statements("a; b ;;\n-- c;\n") == Statements{"a", " b "});
  CHECK(split_statements("'a;''b' \"c;\" E'\\';'; d") ==
        Statements{"'a;''b' \"c;\" E'\\';'", " d"});
  CHECK(split_statements("$$a;$$ $x$b;$$;$x$ $1; c") == Statements{"$$a;$$ $x$b;$$;$x$ $1", " c"});
  CHECK(split_statements("/* a; /* b; */ c; */ d; e--;") ==
        Statements{"/* a; /* b; */ c; */ d", " e--;"});
  CHECK(split_statements("CREATE RULE r AS ON INSERT TO t DO (a; b); c").size() == 2);
  CHECK(split_statements("BEGIN ATOMIC; SELECT CASE 1 WHEN 1 THEN 2 END; b; END; c").size() == 2);
  CHECK(split_statements("BEGIN; b; END; c").size() == 4);
}

}  // namespace
}  // namespace unwedge::postgres
