// What a runner's own lock does to a concurrent build: the sessions that the runner has besides the
// one that migrates are played here, and the fixtures of the two rules about it are run.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <catch2/catch_message.hpp>
#include <catch2/catch_test_macros.hpp>

#include "linting.h"
#include "postgres/each_server.h"
#include "postgres/fixture.h"
#include "postgres/fixture_run.h"
#include "postgres/script.h"

namespace unwedge::postgres {
namespace {

constexpr std::string_view kLockTimeout = "55P03";
constexpr std::string_view kDeadlock = "40P01";

/// A fixture with all that was run before it, and the steps that its findings are about.
struct Case {
  const Fixture& fixture;
  std::string setup;
  std::vector<const Step*> found;
};

std::vector<const Step*> found_steps(const Fixture& fixture, std::string_view rule) {
  std::vector<const Step*> steps;
  for (const FixtureRun& run : fixture.runs()) {
    for (const Step& step : run.timeline.steps) {
      for (const lint::ReportedFinding& finding : fixture.findings()) {
        if (finding.rule->id == rule && fixture.is_in(finding.region, step)) steps.push_back(&step);
      }
    }
  }
  return steps;
}

template <typename Visit>
void for_each_fixture_of(std::string_view rule, int major, const Visit& visit) {
  for (const FixtureFile& file : fixture_files()) {
    if (file.rule != rule || major < first_major(file.file)) continue;
    INFO("PostgreSQL " << major << ", " << file.file.string());
    const Fixture fixture(file.file, PgVersion{major});
    visit(Case{.fixture = fixture,
               .setup = linting::read_file(file.before.front()),
               .found = found_steps(fixture, rule)});
  }
}

bool is_concurrent(const Step& step) {
  return step.sql().find("CONCURRENTLY") != std::string_view::npos;
}

/// Runs the up direction in a session that does not wait for long, statement by statement, and says
/// which step was the first to wait in vain.
const Step* first_to_wait(const Case& fixture, Connection& session) {
  session.query("SET lock_timeout = '300ms'");
  for (const Step& step : fixture.fixture.runs().front().timeline.steps) {
    const Result result = session.exec(std::string(step.sql()));
    if (result.error && result.error->sqlstate == kLockTimeout) return &step;
    REQUIRE_FALSE(result.error.has_value());
  }
  return nullptr;
}

TEST_CASE("a concurrent build waits for the transaction of a runner's lock", "[postgres]") {
  Server& server = each_server();
  for_each_fixture_of(
      "runner-blocks-concurrent-build", server.major(), [&server](const Case& fixture) {
        if (fixture.fixture.runs().front().timeline.steps.front().runner().name != "flyway") return;
        const Database database = server.fresh_database();
        Connection session = prepared_session(database, fixture.setup);
        // As Flyway's driver does: the query's portal, and with it its snapshot, stays open.
        Connection lock = database.connect();
        lock.query("BEGIN");
        REQUIRE_FALSE(lock.exec_pipeline({"SELECT pg_try_advisory_xact_lock(1)"}).error);
        const Step* const waiting = first_to_wait(fixture, session);
        if (fixture.found.empty()) {
          CHECK(waiting == nullptr);
        } else {
          CHECK(waiting == fixture.found.front());
        }
      });
}

TEST_CASE("a lock of the session, or an idle transaction, keeps no build waiting", "[postgres]") {
  Server& server = each_server();
  for_each_fixture_of("runner-blocks-concurrent-build", server.major(),
                      [&server](const Case& fixture) {
                        const Database database = server.fresh_database();
                        Connection session = prepared_session(database, fixture.setup);
                        Connection lock = database.connect();
                        lock.query("SELECT pg_advisory_lock(1)");
                        lock.query("BEGIN");
                        lock.query("SELECT pg_try_advisory_xact_lock(2)");
                        CHECK(first_to_wait(fixture, session) == nullptr);
                      });
}

/// Waits until a session waits for an advisory lock.
void wait_for_waiting(Connection& session) {
  constexpr std::chrono::milliseconds kPause{10};
  while (session
             .query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND "
                    "database = (SELECT oid FROM pg_database WHERE datname = current_database())")
             .empty()) {
    std::this_thread::sleep_for(kPause);
  }
}

/// The error of each statement that fails while a second run waits for the lock of this one.
std::vector<Error> errors_with_second_run(Server& server, const Case& fixture) {
  const Database database = server.fresh_database();
  Connection session = prepared_session(database, fixture.setup);
  session.query("SET deadlock_timeout = '100ms'");
  session.query("SELECT pg_advisory_lock(1)");
  Connection second = database.connect();
  second.query("SET deadlock_timeout = '1h'");  // it has looked for one long before
  second.send("SELECT pg_advisory_lock(1)");
  wait_for_waiting(session);
  std::vector<Error> errors;
  for (const Step& step : fixture.fixture.runs().front().timeline.steps) {
    const Result result = session.exec(std::string(step.sql()));
    if (result.error) errors.push_back(*result.error);
  }
  session.query("SELECT pg_advisory_unlock(1)");
  CHECK_FALSE(second.finish().error.has_value());
  return errors;
}

TEST_CASE("a concurrent build fails while a second run waits for the runner's lock", "[postgres]") {
  Server& server = each_server();
  for_each_fixture_of(
      "runner-deadlocks-concurrent-build", server.major(), [&server](const Case& fixture) {
        const std::vector<Step>& steps = fixture.fixture.runs().front().timeline.steps;
        const bool by_runner = steps.front().runner().build_danger == BuildDanger::kDeadlocks;
        if (!by_runner && is_concurrent(steps.front())) return;  // its runner does not wait so
        const std::vector<Error> errors = errors_with_second_run(server, fixture);
        CHECK(errors.empty() == fixture.found.empty());
        for (const Error& error : errors) CHECK(error.sqlstate == kDeadlock);
      });
}

}  // namespace
}  // namespace unwedge::postgres
