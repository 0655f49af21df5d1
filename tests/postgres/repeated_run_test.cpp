// half-applied-file, put to the test: the fixtures are run to where they are to fail, and then
// again.

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
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

constexpr std::string_view kRule = "half-applied-file";

const lint::ReportedFinding* finding_in(const Fixture& fixture) {
  const auto found = std::ranges::find_if(
      fixture.findings(),
      [](const lint::ReportedFinding& finding) { return finding.rule->id == kRule; });
  return found == fixture.findings().end() ? nullptr : &*found;
}

bool is_work(const Step& step) {
  const Statement& statement = step.statement();
  if (const auto* dml = statement.get<Dml>()) return !dml->writes.empty();
  return statement.get<TransactionControl>() == nullptr &&
         statement.get<SetVariable>() == nullptr && statement.get<Vacuum>() == nullptr &&
         statement.get<CommentOn>() == nullptr;
}

/// The transaction in which the migration fails: the one after that of the finding or, if there is
/// none, the last one that does anything.
int failing_transaction(const std::vector<Step>& steps, const Step* found) {
  int number = 0;
  for (const Step& step : steps) {
    if (!is_work(step)) continue;
    number = step.transaction().number;
    if (found != nullptr && number > found->transaction().number) break;
  }
  return number;
}

/// The first statement before that transaction to fail in this session; null: none does.
const Step* first_to_fail(Connection& session, const std::vector<Step>& steps, int transaction) {
  for (const Step& step : steps) {
    if (step.transaction().number >= transaction) break;
    if (session.exec(std::string(step.sql())).error) return &step;
  }
  return nullptr;
}

TEST_CASE("a half-applied file cannot be run again, any other can", "[postgres]") {
  Server& server = each_server();
  for (const FixtureFile& file : fixture_files()) {
    if (file.rule != kRule || server.major() < first_major(file.file)) continue;
    INFO("PostgreSQL " << server.major() << ", " << file.file.string());
    const Fixture fixture(file.file, PgVersion{server.major()});
    const std::vector<Step>& steps = fixture.runs().front().timeline.steps;
    if (!steps.front().runner().known) continue;
    const lint::ReportedFinding* const finding = finding_in(fixture);
    const auto found = std::ranges::find_if(steps, [&](const Step& step) {
      return finding != nullptr && fixture.is_in(finding->region, step);
    });
    const Step* const expected = found == steps.end() ? nullptr : &*found;
    REQUIRE((expected == nullptr) == (finding == nullptr));

    const Database database = server.fresh_database();
    Connection session = prepared_session(database, linting::read_file(file.before.front()));
    const int transaction = failing_transaction(steps, expected);
    REQUIRE(first_to_fail(session, steps, transaction) == nullptr);
    const auto says = [finding](std::string_view words) {
      return finding != nullptr && finding->message.find(words) != std::string::npos;
    };
    const Step* const failed = first_to_fail(session, steps, transaction);
    const bool fails_there = expected != nullptr && failed == expected;
    const bool as_expected = says("attempt fails") ? fails_there
                             : says("or fails")    ? fails_there || failed == nullptr
                                                   : failed == nullptr;
    CHECK(as_expected);
  }
}

}  // namespace
}  // namespace unwedge::postgres
