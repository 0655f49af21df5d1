// The live-server proof of rules about harm that comes later than the statement, or to somebody
// else: foreign keys without an index, transactions that can wait for each other, queries that find
// their index gone.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_message.hpp>
#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>

#include "linting.h"
#include "postgres/each_server.h"
#include "postgres/fixture.h"
#include "postgres/fixture_run.h"
#include "postgres/script.h"

namespace unwedge::postgres {
namespace {

constexpr std::string_view kLockNotAvailable = "55P03";

/// The fixtures of one rule that the server can run, in their up direction.
template <typename Visit>
void for_each_fixture_of(std::string_view rule, const Server& server, Visit&& visit) {
  for (const FixtureFile& file : fixture_files()) {
    if (file.rule != rule || server.major() < first_major(file.file)) continue;
    INFO("PostgreSQL " << server.major() << ", " << file.file.string());
    const Fixture fixture(file.file, PgVersion{server.major()});
    const std::string setup = setup_sql(file);
    for (const FixtureRun& run : fixture.runs()) {
      if (run.is_up()) visit(fixture, run, setup);
    }
  }
}

std::vector<lint::ReportedFinding> findings_of(std::string_view rule, const Fixture& fixture) {
  std::vector<lint::ReportedFinding> findings = fixture.findings();
  std::erase_if(findings, [rule](const auto& each) { return each.rule->id != rule || each.ack; });
  return findings;
}

const Step& step_at(const Fixture& fixture, const FixtureRun& run, const text::Region& place) {
  const auto& steps = run.steps;
  const auto found =
      std::ranges::find_if(steps, [&](const Step& step) { return fixture.is_in(place, step); });
  REQUIRE(found != steps.end());
  return *found;
}

/// The steps of its transaction before this one, without BEGIN.
std::vector<const Step*> before_in_transaction(const FixtureRun& run, const Step& step) {
  std::vector<const Step*> before;
  for (const Step& each : run.steps) {
    if (&each == &step) break;
    const bool same = each.transaction().number == step.transaction().number;
    if (same && each.statement().get<TransactionControl>() == nullptr) before.push_back(&each);
  }
  return before;
}

void begin(Connection& session, const std::vector<const Step*>& steps) {
  session.query("BEGIN");
  for (const Step* step : steps) session.query(std::string(step->sql()));
}

/// Whether the statement would have to wait for another session; the transaction goes on as if it
/// had not been tried.
bool has_to_wait(Connection& session, const std::string& statement) {
  session.query("SAVEPOINT before");
  session.query("SET LOCAL lock_timeout = '100ms'");
  const Result result = session.exec(statement);
  session.query("ROLLBACK TO SAVEPOINT before");
  return result.error && result.error->sqlstate == kLockNotAvailable;
}

/// The first table that the step shuts.
std::string shut_by(const Step& step) {
  for (const unwedge::Lock& lock : step.effects().locks) {
    if (!blocks_reads(lock.mode) || lock.is_index || lock.of_table) continue;
    return quote_identifier(lock.relation.schema) + "." + quote_identifier(lock.relation.name);
  }
  return {};
}

// ---------------------------------------------------------------------------------------------

/// For each foreign key whether the query that looks for referencing rows (RI_FKey_…, utils/adt/
/// ri_triggers.c) has to read the whole table; the planner is told to avoid that.
constexpr std::string_view kForeignKeys =
    "SELECT conrelid::regclass, string_agg(format('%I = (SELECT NULL::%s)', attname, "
    "format_type(atttypid, atttypmod)), ' AND ') FROM pg_constraint JOIN pg_attribute ON attrelid "
    "= conrelid AND attnum = ANY (conkey) WHERE contype = 'f' AND conparentid = 0 GROUP BY "
    "pg_constraint.oid, conrelid";

std::size_t keys_that_read_all(Connection& session) {
  session.query("SET enable_seqscan = off");
  std::size_t count = 0;
  for (const Row& key : session.query(std::string(kForeignKeys))) {
    const auto plan = session.query(
        fmt::format("EXPLAIN SELECT 1 FROM ONLY {} x WHERE {} FOR KEY SHARE OF x", key[0], key[1]));
    const bool reads_all = std::ranges::any_of(plan, [](const Row& line) {
      return line.front().find("Seq Scan on ") != std::string::npos;
    });
    if (reads_all) ++count;
  }
  return count;
}

TEST_CASE("a foreign key without an index is looked up by reading the table", "[postgres]") {
  constexpr std::string_view kRule = "unindexed-foreign-key";
  Server& server = each_server();
  for_each_fixture_of(kRule, server,
                      [&](const Fixture& fixture, const FixtureRun& run, const std::string& setup) {
                        const Database database = server.fresh_database();
                        Connection session = prepared_session(database, setup + transcript(run));
                        CHECK(keys_that_read_all(session) == findings_of(kRule, fixture).size());
                      });
}

TEST_CASE("a transaction that shuts two tables can wait for one that uses them", "[postgres]") {
  constexpr std::string_view kRule = "many-tables-locked";
  Server& server = each_server();
  for_each_fixture_of(
      kRule, server, [&](const Fixture& fixture, const FixtureRun& run, const std::string& setup) {
        for (const lint::ReportedFinding& finding : findings_of(kRule, fixture)) {
          INFO(finding.message);
          REQUIRE(finding.related.size() == 1);
          const Step& second = step_at(fixture, run, finding.region);
          const Step& first = step_at(fixture, run, finding.related.front().region);
          const std::vector<const Step*> before = before_in_transaction(run, second);
          const Database database = server.fresh_database();
          Connection application = database.connect();
          Connection migration = prepared_session(
              database, setup + transcript_before(run, before.empty() ? second : *before.front()));
          application.query("BEGIN");
          application.query("SELECT FROM " + shut_by(second) + " LIMIT 0");
          begin(migration, before);
          CHECK(has_to_wait(application, "SELECT FROM " + shut_by(first) + " LIMIT 0"));
          CHECK(has_to_wait(migration, std::string(second.sql())));
        }
      });
}

TEST_CASE("two transactions with opposite orders can wait for each other", "[postgres]") {
  constexpr std::string_view kRule = "lock-order-inversion";
  Server& server = each_server();
  for_each_fixture_of(
      kRule, server, [&](const Fixture& fixture, const FixtureRun& run, const std::string& setup) {
        for (const lint::ReportedFinding& finding : findings_of(kRule, fixture)) {
          INFO(finding.message);
          REQUIRE(finding.related.size() == 2);
          const Step& now = step_at(fixture, run, finding.region);
          const Step& earlier = step_at(fixture, run, finding.related.back().region);
          const std::vector<const Step*> before = before_in_transaction(run, earlier);
          REQUIRE(!before.empty());
          const Database database = server.fresh_database();
          Connection one =
              prepared_session(database, setup + transcript_before(run, *before.front()));
          Connection other = database.connect();
          begin(one, before);
          begin(other, before_in_transaction(run, now));
          CHECK(has_to_wait(one, std::string(earlier.sql())));
          CHECK(has_to_wait(other, std::string(now.sql())));
        }
      });
}

TEST_CASE("an index is gone before the one in its place is built", "[postgres]") {
  constexpr std::string_view kRule = "index-replaced-with-gap";
  Server& server = each_server();
  for_each_fixture_of(
      kRule, server, [&](const Fixture& fixture, const FixtureRun& run, const std::string& setup) {
        for (const lint::ReportedFinding& finding : findings_of(kRule, fixture)) {
          INFO(finding.message);
          REQUIRE(finding.related.size() == 1);
          const Step& drop = step_at(fixture, run, finding.region);
          const Step& build = step_at(fixture, run, finding.related.front().region);
          const std::vector<const Step*> before = before_in_transaction(run, build);
          const Step& begins = before.empty() ? build : *before.front();
          const Database database = server.fresh_database();
          Connection session = prepared_session(database, setup + transcript_before(run, begins));
          begin(session, before);
          const auto* statement = drop.statement().get<Drop>();
          REQUIRE(statement != nullptr);
          const std::string index = quoted(statement->objects.front());
          CHECK(session.query("SELECT to_regclass(" + quote_literal(index) + ")") ==
                std::vector<Row>{{""}});
          // In the same transaction nobody else can look.
          if (drop.transaction().number != build.transaction().number) continue;
          Connection application = database.connect();
          application.query("BEGIN");
          const auto* create = build.statement().get<CreateIndex>();
          REQUIRE(create != nullptr);
          CHECK(has_to_wait(application, "SELECT FROM " + quoted(create->table) + " LIMIT 0"));
        }
      });
}

}  // namespace
}  // namespace unwedge::postgres
