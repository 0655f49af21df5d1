// Does a statement run or is it refused, and which settings are in force? That depends on how the
// runner sends it, and on what it sends before. Statements of every kind that cares are put in
// every place of a transaction, and sent in every way; what unwedge says must be what the server
// says, to the letter.

#include "postgres/execution_model.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_message.hpp>
#include <catch2/catch_test_macros.hpp>

#include "postgres/each_server.h"

namespace unwedge::postgres {
namespace {

constexpr std::string_view kSetup =
    "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
    "CREATE TABLE t (a int); INSERT INTO t VALUES (1);"
    "CREATE INDEX old ON t (a); CREATE INDEX older ON t (a); CLUSTER t USING old;"
    "CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE INDEX p_a ON p (a);"
    "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);"
    "CREATE TYPE e AS ENUM ('a');";

constexpr int kFirst = 11;
constexpr int kFirstWithChain = 12;
constexpr int kFirstWithReindexConcurrently = 12;
constexpr int kFirstWithDetachConcurrently = 14;
constexpr int kFirstWithReindexOfPartitions = 14;
constexpr int kFirstWithClusterOfPartitions = 15;
constexpr int kFirstWithConnectionFailure = 15;

struct Kind {
  std::string_view sql;
  /// The error that it gets where it is not refused: for what cannot be had in a test.
  std::string_view otherwise = "";
  int first_major = kFirst;
};

/// One of each sort: put in every place, and sent in every way.
constexpr std::array kSorts{
    Kind{"CREATE INDEX CONCURRENTLY i ON t (a)"},
    Kind{"VACUUM t"},
    Kind{"ALTER SYSTEM RESET work_mem"},
    Kind{"LOCK TABLE t"},
    Kind{"SAVEPOINT s"},
    Kind{"DO $$ BEGIN PERFORM 1; END $$"},
    Kind{"BEGIN"},
    Kind{"COMMIT"},
    Kind{"COMMIT AND CHAIN", "", kFirstWithChain},
};

constexpr std::array kKinds{
    Kind{"CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)"},
    Kind{"CREATE INDEX i ON t (a)"},
    Kind{"DROP INDEX CONCURRENTLY old"},
    Kind{"DROP INDEX old"},
    Kind{"REINDEX INDEX CONCURRENTLY old", "", kFirstWithReindexConcurrently},
    Kind{"REINDEX TABLE CONCURRENTLY t", "", kFirstWithReindexConcurrently},
    Kind{"REINDEX TABLE t"},
    Kind{"REINDEX SCHEMA public"},
    Kind{"REINDEX TABLE p"},
    Kind{"REINDEX INDEX p_a", "", kFirstWithReindexOfPartitions},
    Kind{"ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY", "", kFirstWithDetachConcurrently},
    Kind{"ALTER TABLE p DETACH PARTITION p1"},
    Kind{"VACUUM FULL t"},
    Kind{"ANALYZE t"},
    Kind{"CLUSTER"},
    Kind{"CLUSTER t USING old"},
    Kind{"CLUSTER p USING p_a", "", kFirstWithClusterOfPartitions},
    Kind{"DISCARD ALL"},
    Kind{"DISCARD TEMP"},
    Kind{"ALTER DATABASE postgres SET TABLESPACE no", "42704"},
    Kind{"CREATE TABLESPACE ts3 LOCATION '/no/such/folder'", "58P01"},
    Kind{"DROP TABLESPACE IF EXISTS ts3"},
    Kind{"CREATE DATABASE d3 TEMPLATE no", "3D000"},
    Kind{"DROP DATABASE IF EXISTS d3"},
    Kind{"ALTER TYPE e ADD VALUE 'b'"},
    Kind{"COMMIT PREPARED 'x'", "42704"},
    Kind{"CREATE SUBSCRIPTION s CONNECTION 'host=/no' PUBLICATION x", "08006",
         kFirstWithConnectionFailure},
    Kind{"RELEASE SAVEPOINT no", "3B001"},
    Kind{"ROLLBACK TO SAVEPOINT no", "3B001"},
    Kind{"ROLLBACK"},
    Kind{"UPDATE t SET a = 2"},
    Kind{"REFRESH MATERIALIZED VIEW CONCURRENTLY no", "42P01"},
};

/// What stands around the statement, which is where the dot is.
struct Place {
  std::string_view statements;
  int first_major = kFirst;
};

constexpr std::array kBasicPlaces{
    Place{"."},
    Place{"SELECT 1|."},
    Place{".|VACUUM t"},
    Place{"BEGIN|SAVEPOINT s|.|COMMIT"},
};

constexpr std::array kPlaces{
    Place{"."},
    Place{".|SELECT 1"},
    Place{"SELECT 1|."},
    Place{"SELECT 1|.|SELECT 2"},
    Place{"SET lock_timeout = '2s'|."},
    Place{"VACUUM t|."},
    Place{".|VACUUM t"},
    Place{".|LOCK TABLE t"},
    Place{".|SAVEPOINT after"},
    Place{"ALTER SYSTEM RESET work_mem|."},
    Place{"COMMIT|."},
    Place{"SELECT 1|COMMIT|."},
    Place{"SELECT 1|ROLLBACK|.|SELECT 2"},
    Place{"SELECT 1|COMMIT|SELECT 2|."},
    Place{"BEGIN|.|COMMIT"},
    Place{"SELECT 1|BEGIN|.|COMMIT"},
    Place{"BEGIN|SAVEPOINT s|.|COMMIT"},
    Place{"BEGIN|SELECT 1|COMMIT|."},
    Place{"BEGIN|SELECT 1|ROLLBACK|SELECT 2|."},
    Place{"BEGIN|COMMIT AND CHAIN|.|COMMIT", kFirstWithChain},
};

Statements split_at_bars(std::string_view text) {
  Statements statements;
  while (true) {
    const std::size_t bar = text.find('|');
    statements.emplace_back(text.substr(0, bar));
    if (bar == text.npos) return statements;
    text.remove_prefix(bar + 1);
  }
}

std::string text_of(const std::vector<Outcome>& outcomes) {
  std::string text;
  for (const Outcome& outcome : outcomes) {
    text += "\n  " + outcome.statement + " -> ";
    text += outcome.sqlstate.empty() ? "ok " + outcome.value
                                     : outcome.sqlstate + ": " + outcome.message;
  }
  return text;
}

/// Where the server stopped for a reason that is none of the model's, the model goes on alone.
void forget_what_was_not_run(std::vector<Outcome>& expected, std::vector<Outcome>& seen,
                             std::string_view otherwise) {
  if (seen.empty() || otherwise.empty() || seen.back().sqlstate != otherwise) return;
  seen.back().sqlstate.clear();
  seen.back().message.clear();
  if (expected.size() > seen.size()) expected.resize(seen.size());
}

/// A database in which one combination is tried after the other.
class Bench {
 public:
  explicit Bench(Server& server)
      : database_(server.fresh_database()), keeper_(database_.connect()), client_(database_) {}

  void compare(const Play& play, const Statements& statements, std::string_view otherwise = "") {
    ++combinations_;
    client_.start_again();
    keeper_.query(std::string(kSetup));
    play.play(client_, statements);
    std::vector<Outcome> seen = client_.outcomes();
    std::vector<Outcome> expected = predicted(play, kSetup, statements, major());
    forget_what_was_not_run(expected, seen, otherwise);
    if (expected == seen) return;
    FAIL_CHECK("PostgreSQL " << major() << ", " << play.name << "\nunwedge says:"
                             << text_of(expected) << "\nthe server says:" << text_of(seen));
  }

  void compare(std::span<const Play> plays, const Kind& kind, const Place& place) {
    if (major() < kind.first_major || major() < place.first_major) return;
    Statements statements = split_at_bars(place.statements);
    std::ranges::replace(statements, ".", std::string(kind.sql));
    for (const Play& play : plays) compare(play, statements, kind.otherwise);
  }

  [[nodiscard]] int major() const { return database_.server().major(); }
  [[nodiscard]] std::size_t combinations() const { return combinations_; }

 private:
  Database database_;
  Connection keeper_;
  Client client_;
  std::size_t combinations_ = 0;
};

TEST_CASE("statements are refused in every place where unwedge says so", "[postgres]") {
  Bench bench(each_server());
  for (const Kind& kind : kSorts) {
    for (const Place& place : kPlaces) bench.compare(plays(), kind, place);
  }
  CHECK(bench.combinations() > 1000);
}

TEST_CASE("statements of every kind are refused where unwedge says so", "[postgres]") {
  Bench bench(each_server());
  for (const Kind& kind : kKinds) {
    for (const Place& place : kBasicPlaces) bench.compare(basic_plays(), kind, place);
  }
  CHECK(bench.combinations() > 250);
}

/// With SHOW lock_timeout behind them.
constexpr std::array kSettings{
    Place{"SET LOCAL lock_timeout = '7s'"},
    Place{"SELECT 1|SET LOCAL lock_timeout = '7s'"},
    Place{"SET LOCAL lock_timeout = '7s'|COMMIT"},
    Place{"SET LOCAL lock_timeout = '7s'|SELECT 1|ROLLBACK"},
    Place{"SET lock_timeout = '7s'"},
    Place{"SET lock_timeout = '7s'|SELECT 1|COMMIT"},
    Place{"SET lock_timeout = '7s'|ROLLBACK"},
    Place{"SELECT 1|SET lock_timeout = '7s'|ROLLBACK"},
    Place{"SET lock_timeout = '7s'|COMMIT|SET LOCAL lock_timeout = '8s'"},
    Place{"SET lock_timeout = '7s'|COMMIT|SET LOCAL lock_timeout = '8s'|COMMIT"},
    Place{"SET lock_timeout = '7s'|RESET lock_timeout"},
    Place{"SET lock_timeout = '7s'|VACUUM t"},
    Place{"VACUUM t|SET LOCAL lock_timeout = '7s'"},
    Place{"ALTER SYSTEM RESET work_mem|SET LOCAL lock_timeout = '7s'"},
    Place{"BEGIN|SET LOCAL lock_timeout = '7s'"},
    Place{"BEGIN|SET LOCAL lock_timeout = '7s'|COMMIT"},
    Place{"BEGIN|SET LOCAL lock_timeout = '7s'|COMMIT AND CHAIN", kFirstWithChain},
    Place{"BEGIN|SET lock_timeout = '7s'|SET LOCAL lock_timeout = '8s'"},
    Place{"BEGIN|SET lock_timeout = '7s'|SET LOCAL lock_timeout = '8s'|COMMIT"},
    Place{"BEGIN|SET lock_timeout = '7s'|ROLLBACK"},
    Place{"BEGIN|SET lock_timeout = '7s'|SAVEPOINT s|SET lock_timeout = '8s'"},
    Place{"BEGIN|SET lock_timeout = '7s'|SAVEPOINT s|SET lock_timeout = '8s'|ROLLBACK TO s"},
    Place{"BEGIN|SET lock_timeout = '7s'|SAVEPOINT s|SET lock_timeout = '8s'|ROLLBACK TO s|"
          "COMMIT"},
};

TEST_CASE("settings are in force where unwedge says so", "[postgres]") {
  Bench bench(each_server());
  for (const Place& place : kSettings) {
    if (bench.major() < place.first_major) continue;
    Statements statements = split_at_bars(place.statements);
    statements.emplace_back("SHOW lock_timeout");
    for (const Play& play : plays()) bench.compare(play, statements);
  }
  CHECK(bench.combinations() > 200);
}

}  // namespace
}  // namespace unwedge::postgres
