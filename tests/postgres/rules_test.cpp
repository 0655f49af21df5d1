// The live-server proof of every rule: the fixtures are run on real servers, as their runners would
// run them and statement by statement. What a finding says must be seen to happen, where there is
// none nothing may happen, and every lock, rewrite, scan and refusal that unwedge predicts on the
// way must be the server's own.

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
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
constexpr std::string_view kControlRule = "transaction-control-in-runner-transaction";
constexpr std::string_view kOptOutRule = "opt-out-ignored";
constexpr std::string_view kWaitsRule = "runner-blocks-concurrent-build";  // runner_lock_test
constexpr std::string_view kDeadlocksRule = "runner-deadlocks-concurrent-build";  // the same
/// later_harm_test
constexpr std::array<std::string_view, 4> kLaterHarm{"index-replaced-with-gap",
                                                     "lock-order-inversion", "many-tables-locked",
                                                     "unindexed-foreign-key"};
constexpr std::string_view kNotValidRule = "not-valid-not-allowed";
constexpr std::string_view kNotValidOnParentRule = "not-valid-on-partitioned";  // before 18
constexpr std::string_view kNewerRule = "newer-than-server";
constexpr std::string_view kEncodingRule = "not-utf8";  // encoding_test
constexpr std::string_view kTruncatedRule = "identifier-truncated";
constexpr std::string_view kSetNullRule = "set-null-on-not-null";
constexpr std::string_view kNotNullViolation = "23502";
constexpr int kGrammarMajor = 18;           // the grammar that unwedge has
constexpr int kOneToken = 4;                // characters: "NOT "
constexpr int kFirstWithNotNullProof = 12;  // before, there is no good way to SET NOT NULL

/// setup.sql, and what the good files before this one leave behind.
std::string setup_for(const FixtureFile& fixture, PgVersion version) {
  std::string setup = setup_sql(fixture);
  for (std::size_t i = 1; i < fixture.before.size(); ++i) {
    const Fixture earlier(fixture.before[i], version);
    for (const FixtureRun& run : earlier.runs()) {
      if (run.is_up()) setup += transcript(run);
    }
  }
  return setup;
}

/// What can be run, with the state before it: the up direction, and the down direction after it
/// unless the up direction fails.
struct Scene {
  const FixtureRun* run = nullptr;
  std::string setup;
};

std::vector<Scene> scenes(const Fixture& fixture, std::string setup) {
  std::vector<Scene> scenes;
  for (const FixtureRun& run : fixture.runs()) {
    scenes.push_back({&run, setup});
    if (first_to_fail(run) != nullptr) break;
    setup += transcript(run);
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

void check_run(Server& server, const Fixture& fixture, const Scene& scene) {
  const std::vector<RunnerMessage> sent = messages_of_runner(fixture, *scene.run);
  if (sent.empty()) return;
  std::vector<Message> messages;
  for (const RunnerMessage& each : sent) messages.push_back(each.message);
  const std::vector<Answer> answers = run_script(server, scene.setup, messages);
  const std::optional<Error> error = first_error(answers);
  const Step* const expected = first_to_fail(*scene.run);
  INFO("the server says: " << (error ? to_string(*error) : "nothing"));
  if (expected == nullptr) {
    CHECK_FALSE(error.has_value());
    return;
  }
  INFO("predicted to fail: " << expected->sql());
  REQUIRE(error.has_value());
  if (is_unreadable(*expected)) {
    const bool is_rejected = error->sqlstate.starts_with("42") ||
                             error->sqlstate.starts_with("22") || error->sqlstate == "0A000";
    CHECK(is_rejected);
    return;
  }
  if (expected->effects().refusal) {
    CHECK(error->sqlstate == expected->effects().refusal->sqlstate);
    CHECK(error->message == expected->effects().refusal->message);
  } else {
    CHECK(error->sqlstate == kNotNullViolation);
  }
  const Step* const first = sent.at(answers.size() - 1).first_step;
  REQUIRE(first != nullptr);
  CHECK(first + answers.back().completed == expected);
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
  // Some are complaints of the grammar's own actions.
  CHECK((error->sqlstate == "42601" || error->sqlstate == "0A000"));
  // Before 18 what begins with something left out has no place (YYLLOC_DEFAULT, parser/gram.y).
  const bool has_place = server.major() >= kGrammarMajor || error->sqlstate != "0A000";
  if (!has_place && error->position == 0) return;
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
    for (const FixtureRun& run : fixture.runs()) {
      for (const Step& step : run.timeline.steps) {
        // Of a DO block or a function the server sees all of it.
        if (step.statement().get<SyntaxError>() == nullptr || step.block() != nullptr) continue;
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

/// What the server did, as the deed of the statement itself or of one in it, which runs with it.
std::optional<std::string> hazard_of_any(std::string_view rule, const ObservedStep& observed) {
  std::optional<std::string> seen = hazard(rule, observed);
  for (auto inner = observed.inner.begin(); !seen && inner != observed.inner.end(); ++inner) {
    ObservedStep deed = observed;
    deed.step = *inner;
    seen = hazard(rule, deed);
  }
  return seen;
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
  if (hazard_of_any(finding.rule->id, *observed)) return;
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

/// What the settings beside the file turn off is another rule's business.
void check_nothing_unreported(const FixtureFile& file, const Fixture& fixture,
                              const std::vector<ObservedStep>& steps) {
  const lint::Options options = linting::options_for(file.file);
  for (const ObservedStep& observed : steps) {
    INFO(observed.step->sql());
    for (const std::string_view rule : witnessed_rules()) {
      const std::optional<std::string> seen = hazard_of_any(rule, observed);
      const auto setting = options.rules.find(rule);
      const bool is_off = setting != options.rules.end() && !setting->second.enabled;
      if (!seen || is_off) continue;
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
    const std::vector<ObservedStep> steps = observe_run(server, scene.setup, *scene.run);
    check_predictions(steps);
    for (const lint::ReportedFinding& finding : fixture.findings()) {
      const bool has_witness = std::ranges::find(witnessed, finding.rule->id) != witnessed.end();
      if (!has_witness || step_at(fixture, steps, finding.region) == nullptr) continue;
      check_finding(fixture, steps, finding);
      if (finding.rule->id == file.rule) ++backed;
    }
    if (file.is_good && scene.run->is_up()) check_nothing_unreported(file, fixture, steps);
  }
  if (file.is_good && server.major() >= kFirstWithNotNullProof) CHECK(is_clean(fixture));
  const bool must_be_backed = std::ranges::find(witnessed, file.rule) != witnessed.end() &&
                              !(file.rule == kNotValidOnParentRule && server.major() >= 18);
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
        for (const Step& step : scene.run->steps) {
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
            prepared_session(database, scene.setup + transcript_before(*scene.run, step));
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
                     for (const RunnerMessage& sent : messages_of_runner(fixture, *scene.run)) {
                       REQUIRE_FALSE(send(session, sent.message, database).error.has_value());
                     }
                     CHECK(session.transaction() == Connection::Transaction::kOpen);
                   });
}

/// Sends what the runner sends, up to the message with the step. The runner's own transaction takes
/// a lock that only its end lets go of. Returns the notices of the last message.
std::vector<Notice> send_until(Connection& session, const Database& database,
                               const std::vector<RunnerMessage>& messages, const Step& step) {
  const auto contains = [&step](const RunnerMessage& each) {
    return each.first_step != nullptr && each.first_step <= &step;
  };
  const auto last = std::find_if(messages.rbegin(), messages.rend(), contains).base();
  Result result;
  for (auto message = messages.begin(); message != last; ++message) {
    result = send(session, message->message, database);
    REQUIRE_FALSE(result.error.has_value());
    if (message->message.sql == "BEGIN") session.query("SELECT pg_advisory_xact_lock(1)");
  }
  return result.notices;
}

TEST_CASE("COMMIT and ROLLBACK in the file end the runner's transaction", "[postgres]") {
  constexpr std::string_view kInTransaction = "25001";
  Server& server = each_server();
  for_each_finding(
      server, kControlRule,
      [&server](const Fixture& fixture, const Scene& scene, const Step& step) {
        // What follows in the same message may be refused; that is another rule's business.
        if (first_to_fail(*scene.run) != nullptr) return;
        const Database database = server.fresh_database();
        Connection session = prepared_session(database, scene.setup);
        const std::vector<Notice> notices =
            send_until(session, database, messages_of_runner(fixture, *scene.run), step);
        const bool goes_on =
            !session
                 .query(
                     "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND "
                     "pid = pg_backend_pid()")
                 .empty();
        const auto kind = step.statement().get<TransactionControl>()->kind;
        const bool begins =
            kind == TransactionControl::Kind::kBegin || kind == TransactionControl::Kind::kStart;
        CHECK(goes_on == begins);
        const bool warned = std::ranges::any_of(
            notices, [&](const Notice& notice) { return notice.sqlstate == kInTransaction; });
        if (begins) CHECK(warned);
      });
}

TEST_CASE("where the runner ignores an opt-out, the server refuses what needs it", "[postgres]") {
  Server& server = each_server();
  for_each_fixture(server, [&server](const FixtureFile& /*file*/, const Fixture& fixture,
                                     const std::vector<Scene>& all) {
    for (const lint::ReportedFinding& finding : fixture.findings()) {
      if (finding.rule->id != kOptOutRule) continue;
      std::vector<Message> messages;
      for (const RunnerMessage& sent : messages_of_runner(fixture, *all.front().run)) {
        messages.push_back(sent.message);
      }
      const std::optional<Error> error =
          first_error(run_script(server, all.front().setup, messages));
      const std::string sqlstate = error ? error->sqlstate : "none";
      CHECK(sqlstate == (finding.severity == Severity::kError ? "25001" : "none"));
    }
  });
}

TEST_CASE("a server that is too old does not know the syntax", "[postgres]") {
  Server& server = each_server();
  for_each_finding(server, kNewerRule,
                   [&server](const Fixture& /*fixture*/, const Scene& scene, const Step& step) {
                     INFO(step.sql());
                     const std::vector<Answer> answers =
                         run_script(server, scene.setup, {{std::string(step.sql()) + ";"}});
                     const std::optional<Error> error = first_error(answers);
                     REQUIRE(error.has_value());
                     CHECK(error->sqlstate == "42601");
                   });
}

TEST_CASE("the server says that it cuts the name off", "[postgres]") {
  constexpr std::string_view kNameTooLong = "42622";
  Server& server = each_server();
  for_each_finding(server, kTruncatedRule,
                   [&server](const Fixture& /*fixture*/, const Scene& scene, const Step& step) {
                     if (step.effects().refusal) return;  // two names have become one
                     const Database database = server.fresh_database();
                     Connection session = prepared_session(
                         database, scene.setup + transcript_before(*scene.run, step));
                     session.query("SET client_min_messages = notice");
                     const Result result = send(session, {std::string(step.sql())}, database);
                     CHECK_FALSE(result.error.has_value());
                     CHECK(std::ranges::any_of(result.notices, [&](const Notice& notice) {
                       return notice.sqlstate == kNameTooLong;
                     }));
                   });
}

/// The table that the foreign key of a fixture references, and the one that it is of.
struct KeyEnds {
  std::string referenced;
  std::string referencing;
};

KeyEnds ends_of_set_null(Connection& session) {
  const std::vector<Row> rows = session.query(
      "SELECT confrelid::regclass, conrelid::regclass FROM pg_constraint "
      "WHERE contype = 'f' AND confdeltype = 'n'");
  REQUIRE(rows.size() == 1);
  return {rows[0][0], rows[0][1]};
}

TEST_CASE("a column that is NOT NULL cannot be set to null", "[postgres]") {
  Server& server = each_server();
  for_each_finding(
      server, kSetNullRule,
      [&server](const Fixture& /*fixture*/, const Scene& scene, const Step& /*step*/) {
        const Database database = server.fresh_database();
        Connection session = prepared_session(database, scene.setup + transcript(*scene.run));
        const KeyEnds ends = ends_of_set_null(session);
        session.query("INSERT INTO " + ends.referenced + " VALUES (1)");
        // The columns that there are beside the key have the same value.
        const std::vector<Row> columns =
            session.query("SELECT attname FROM pg_attribute WHERE attnum > 0 AND attrelid = " +
                          quote_literal(ends.referencing) + "::regclass");
        session.query("INSERT INTO " + ends.referencing + " VALUES (1" +
                      (columns.size() > 1 ? ", 1)" : ")"));
        const Result result = send(session, {"DELETE FROM " + ends.referenced}, database);
        REQUIRE(result.error.has_value());
        CHECK(result.error->sqlstate == kNotNullViolation);
      });
}

TEST_CASE("every rule about what the server does has a witness") {
  std::vector<std::string_view> witnessed = witnessed_rules();
  for (const std::string_view rule :
       {kSyntaxRule, kSetLocalRule, kUnclosedRule, kControlRule, kOptOutRule, kWaitsRule,
        kDeadlocksRule, kNotValidRule, kNewerRule, kTruncatedRule, kSetNullRule, kEncodingRule}) {
    witnessed.push_back(rule);
  }
  witnessed.insert(witnessed.end(), kLaterHarm.begin(), kLaterHarm.end());
  for (const Rule* rule : lint::builtin_rules()) {
    if (rule->info.kind != Kind::kBlocks && rule->info.kind != Kind::kFails) continue;
    if (rule->info.category == Category::kHistory) continue;  // about what runners do
    INFO(rule->info.id);
    CHECK(std::ranges::find(witnessed, rule->info.id) != witnessed.end());
  }
}

}  // namespace
}  // namespace unwedge::postgres
