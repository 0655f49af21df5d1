// The live-server proof of every rule: the fixtures are run on real servers, as their runners would
// run them and statement by statement. What a finding says must be seen to happen, where there is
// none nothing may happen, and every lock, rewrite, scan and refusal that unwedge predicts on the
// way must be the server's own.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_message.hpp>
#include <catch2/catch_test_macros.hpp>

#include "lint/registry.h"
#include "linting.h"
#include "postgres/comparison.h"
#include "postgres/each_server.h"
#include "postgres/fixture.h"
#include "postgres/fixture_run.h"
#include "postgres/hazards.h"
#include "postgres/script.h"

namespace unwedge::postgres {
namespace {

constexpr std::string_view kBulkRule = "ddl-with-bulk-dml";
constexpr std::string_view kSyntaxRule = "syntax-error";
constexpr std::string_view kSetLocalRule = "set-local-outside-transaction";
constexpr std::string_view kUnclosedRule = "unclosed-transaction";
constexpr int kGrammarMajor = 18;           // the grammar that unwedge has
constexpr int kOneToken = 4;                // characters: "NOT "
constexpr int kFirstWithNotNullProof = 12;  // before, there is no good way to SET NOT NULL

/// setup.sql, and what the good files before this one leave behind.
std::string setup_for(const FixtureFile& fixture, PgVersion version) {
  std::string setup = linting::read_file(fixture.before.front()) + "\n";
  for (std::size_t i = 1; i < fixture.before.size(); ++i) {
    const Fixture earlier(fixture.before[i], version);
    for (const FixtureSection& section : earlier.sections()) {
      if (section.is_up()) setup += transcript(section);
    }
  }
  return setup;
}

/// The sections that can be run, each with the state before it: the up section, and the down
/// section after it unless the up section fails.
struct Scene {
  const FixtureSection* section = nullptr;
  std::string setup;
};

std::vector<Scene> scenes(const Fixture& fixture, std::string setup) {
  std::vector<Scene> scenes;
  for (const FixtureSection& section : fixture.sections()) {
    scenes.push_back({&section, setup});
    if (first_to_fail(section) != nullptr) break;
    setup += transcript(section);
  }
  return scenes;
}

template <typename Visit>
void for_each_fixture(const Server& server, Visit&& visit) {
  for (const FixtureFile& file : fixture_files()) {
    if (server.major() < first_major(file.file)) continue;
    INFO("PostgreSQL " << server.major() << ", " << file.file.string());
    const Fixture fixture(file.file, PgVersion{server.major()});
    visit(file, fixture, scenes(fixture, setup_for(file, PgVersion{server.major()})));
  }
}

// ---------------------------------------------------------------------------------------------
// As the runner runs it

/// Where the server stopped: a statement of the section.
std::size_t failed_statement(const FixtureSection& section, const std::vector<Message>& messages,
                             const std::vector<Answer>& answers) {
  const std::size_t begins = messages.front().sql == "BEGIN" ? 1 : 0;
  const std::size_t message = answers.size() - 1;
  REQUIRE(message >= begins);
  REQUIRE(message - begins < section.messages.size());
  return section.messages[message - begins].first + answers.back().completed;
}

void check_run(Server& server, const Fixture& fixture, const Scene& scene) {
  const FixtureSection& section = *scene.section;
  const std::vector<Message> messages = messages_of_runner(fixture, section);
  if (messages.empty()) return;
  const std::vector<Answer> answers = run_script(server, scene.setup, messages);
  const std::optional<Error> error = first_error(answers);
  const Step* const expected = first_to_fail(section);
  INFO("the server says: " << (error ? to_string(*error) : "nothing"));
  if (expected == nullptr) {
    CHECK_FALSE(error.has_value());
    return;
  }
  INFO("predicted to fail: " << expected->sql());
  REQUIRE(error.has_value());
  if (expected->statement().get<SyntaxError>() != nullptr) {
    const bool is_rejected = error->sqlstate.starts_with("42") || error->sqlstate.starts_with("22");
    CHECK(is_rejected);
    return;
  }
  CHECK(error->sqlstate == expected->effects().refusal->sqlstate);
  const std::size_t failed = failed_statement(section, messages, answers);
  CHECK(&section.timeline.steps.at(failed) == expected);
}

TEST_CASE("fixtures fail where unwedge says so and nowhere else", "[postgres]") {
  Server& server = each_server();
  for_each_fixture(server, [&server](const FixtureFile& /*file*/, const Fixture& fixture,
                                     const std::vector<Scene>& all) {
    for (const Scene& scene : all) check_run(server, fixture, scene);
  });
}

// ---------------------------------------------------------------------------------------------
// Syntax errors

/// How many characters the UTF-8 text has.
int characters(std::string_view text) {
  return static_cast<int>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

void check_syntax_error(Server& server, const Fixture& fixture, const Step& step) {
  const Span at = step.statement().get<SyntaxError>()->at;
  INFO(step.sql());
  const std::vector<Answer> answers =
      run_script(server, "", {{std::string(step.sql()) + ";"}}, OnError::kContinue);
  const std::optional<Error> error = first_error(answers);
  REQUIRE(error.has_value());
  INFO(to_string(*error));
  CHECK(error->sqlstate == "42601");
  // At the end of what it reads, the server points behind the last token. An older grammar may
  // give up a token earlier.
  const std::string_view text = fixture.text();
  const std::uint32_t begin = step.span().begin;
  const int tolerance = server.major() < kGrammarMajor ? kOneToken : 0;
  CHECK(error->position > characters(text.substr(begin, at.begin - begin)) - tolerance);
  CHECK(error->position <= characters(text.substr(begin, at.end - begin)) + 1);
}

TEST_CASE("syntax errors are where the server sees them", "[postgres]") {
  Server& server = each_server();
  for_each_fixture(server, [&server](const FixtureFile& /*file*/, const Fixture& fixture,
                                     const std::vector<Scene>& /*all*/) {
    for (const FixtureSection& section : fixture.sections()) {
      for (const Step& step : section.timeline.steps) {
        if (step.statement().get<SyntaxError>() == nullptr) continue;
        check_syntax_error(server, fixture, step);
      }
    }
  });
}

// ---------------------------------------------------------------------------------------------
// Statement by statement

const ObservedStep* step_at(const Fixture& fixture, const std::vector<ObservedStep>& steps,
                            const text::Region& place) {
  const auto found = std::ranges::find_if(
      steps, [&](const ObservedStep& step) { return fixture.is_in(place, *step.step); });
  return found == steps.end() ? nullptr : &*found;
}

void check_predictions(const std::vector<ObservedStep>& steps) {
  Uncertainty uncertainty;
  for (const ObservedStep& observed : steps) {
    uncertainty.enter(*observed.step);
    if (observed.seen) {
      INFO(observed.step->sql());
      CHECK(differences(observed, uncertainty) == std::vector<std::string>());
    }
    uncertainty.add(*observed.step);
  }
}

/// Rows first, then a statement that waits for its lock while they are locked.
bool waits_with_rows_locked(const Fixture& fixture, const std::vector<ObservedStep>& steps,
                            const lint::ReportedFinding& finding, const ObservedStep& written) {
  if (finding.related.empty() || !writes_in_bulk(*written.seen)) return false;
  const ObservedStep* const waiting = step_at(fixture, steps, finding.related.front().region);
  return waiting != nullptr && waiting > &written && !blocking_locks(*waiting).empty() &&
         waiting->step->transaction().number == written.step->transaction().number;
}

void check_finding(const Fixture& fixture, const std::vector<ObservedStep>& steps,
                   const lint::ReportedFinding& finding) {
  INFO("line " << finding.region.start.line << ": " << finding.message);
  const ObservedStep* const observed = step_at(fixture, steps, finding.region);
  REQUIRE(observed != nullptr);
  REQUIRE(observed->seen.has_value());
  if (hazard(finding.rule->id, *observed)) return;
  const bool is_bulk = finding.rule->id == kBulkRule;
  if (is_bulk && finding.severity == Severity::kWarning) {
    CHECK(waits_with_rows_locked(fixture, steps, finding, *observed));
  } else if (is_bulk && finding.ack) {
    // That the table is small may be what was acknowledged.
    CHECK_FALSE(blocking_locks(*observed).empty());
  } else {
    FAIL_CHECK("the server did nothing of the kind");
  }
}

void check_nothing_unreported(const Fixture& fixture, const std::vector<ObservedStep>& steps) {
  for (const ObservedStep& observed : steps) {
    INFO(observed.step->sql());
    for (const std::string_view rule : witnessed_rules()) {
      const std::optional<std::string> seen = hazard(rule, observed);
      if (!seen) continue;
      const bool is_reported =
          std::ranges::any_of(fixture.findings(), [&](const lint::ReportedFinding& finding) {
            return finding.rule->id == rule && fixture.is_in(finding.region, *observed.step);
          });
      INFO(rule << ": " << *seen);
      CHECK(is_reported);
    }
  }
}

bool is_clean(const Fixture& fixture) {
  return std::ranges::all_of(fixture.findings(), [](const lint::ReportedFinding& finding) {
    return finding.ack.has_value();
  });
}

void check_statements(Server& server, const FixtureFile& file, const Fixture& fixture,
                      const std::vector<Scene>& all) {
  const std::vector<std::string_view> witnessed = witnessed_rules();
  std::size_t backed = 0;
  for (const Scene& scene : all) {
    const std::vector<ObservedStep> steps = observe_section(server, scene.setup, *scene.section);
    check_predictions(steps);
    for (const lint::ReportedFinding& finding : fixture.findings()) {
      const bool has_witness = std::ranges::find(witnessed, finding.rule->id) != witnessed.end();
      if (!has_witness || step_at(fixture, steps, finding.region) == nullptr) continue;
      check_finding(fixture, steps, finding);
      if (finding.rule->id == file.rule) ++backed;
    }
    if (file.is_good && scene.section->is_up()) check_nothing_unreported(fixture, steps);
  }
  if (file.is_good && server.major() >= kFirstWithNotNullProof) CHECK(is_clean(fixture));
  const bool must_be_backed = std::ranges::find(witnessed, file.rule) != witnessed.end();
  if (!file.is_good && must_be_backed) CHECK(backed > 0);
}

TEST_CASE("findings and predictions are what the server does", "[postgres]") {
  Server& server = each_server();
  for_each_fixture(server, [&server](const FixtureFile& file, const Fixture& fixture,
                                     const std::vector<Scene>& all) {
    check_statements(server, file, fixture, all);
  });
}

// ---------------------------------------------------------------------------------------------
// Rules about what is left when all has run

/// What the finding's statement is expected to leave behind, once the section has run up to it.
template <typename Visit>
void for_each_finding(Server& server, std::string_view rule, Visit&& visit) {
  for_each_fixture(server, [&](const FixtureFile& /*file*/, const Fixture& fixture,
                               const std::vector<Scene>& all) {
    for (const lint::ReportedFinding& finding : fixture.findings()) {
      if (finding.rule->id != rule) continue;
      for (const Scene& scene : all) {
        for (const Step& step : scene.section->timeline.steps) {
          if (!fixture.is_in(finding.region, step)) continue;
          INFO("line " << finding.region.start.line << ": " << finding.message);
          visit(fixture, scene, step);
        }
      }
    }
  });
}

TEST_CASE("SET LOCAL outside a transaction leaves the setting as it was", "[postgres]") {
  Server& server = each_server();
  for_each_finding(
      server, kSetLocalRule,
      [&server](const Fixture& /*fixture*/, const Scene& scene, const Step& step) {
        const Database database = server.fresh_database();
        Connection session =
            prepared_session(database, scene.setup + transcript_before(*scene.section, step));
        const auto value = [&] {
          const std::string name(step.statement().get<SetVariable>()->name);
          return session.query("SELECT current_setting(" + quote_literal(name) + ", true)");
        };
        const std::vector<Row> before = value();
        session.query(std::string(step.sql()));
        CHECK(value() == before);
      });
}

TEST_CASE("a transaction that nobody closes is open at the end", "[postgres]") {
  Server& server = each_server();
  for_each_finding(server, kUnclosedRule,
                   [&server](const Fixture& fixture, const Scene& scene, const Step& /*step*/) {
                     const Database database = server.fresh_database();
                     Connection session = prepared_session(database, scene.setup);
                     for (const Message& message : messages_of_runner(fixture, *scene.section)) {
                       session.query(with_database_name(message.sql, database));
                     }
                     CHECK(session.transaction() == Connection::Transaction::kOpen);
                   });
}

TEST_CASE("every rule about what the server does has a witness") {
  std::vector<std::string_view> witnessed = witnessed_rules();
  for (const std::string_view rule : {kSyntaxRule, kSetLocalRule, kUnclosedRule}) {
    witnessed.push_back(rule);
  }
  for (const Rule* rule : lint::builtin_rules()) {
    if (rule->info.kind != Kind::kBlocks && rule->info.kind != Kind::kFails) continue;
    INFO(rule->info.id);
    CHECK(std::ranges::find(witnessed, rule->info.id) != witnessed.end());
  }
}

}  // namespace
}  // namespace unwedge::postgres
