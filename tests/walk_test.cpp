// Transactions, settings and locks, step by step, as the server would see them.

#include "timeline/walk.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "walking.h"

namespace unwedge::timeline {
namespace {

using walking::Walk;
using Kind = TransactionKind;

using migration::Mode;
using migration::Splitter;

/// A section by itself, as its runner runs it.
struct Piece {
  std::string sql;
  Mode mode = Mode::kScriptDefined;
  Splitter splitter = Splitter::kStatements;
  bool begins_file = true;
  bool reopens = false;
  bool resets_settings = false;
  std::string directory;
  std::string lock_timeout;
};

/// A walk over several sections and files, one behind the other in one text.
class Pieces {
 public:
  explicit Pieces(
      std::vector<Piece> pieces, const KnownRefusals* known_refusals = nullptr,
      const std::function<void(const Step&)>& visit = [](const Step&) {})
      : pieces_(std::move(pieces)), parts_(pieces_.size()) {
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      const auto begin = static_cast<std::uint32_t>(text_.size());
      text_.append(pieces_[i].sql).append("\n");
      parts_[i].section.region = {begin, static_cast<std::uint32_t>(text_.size())};
    }
    std::vector<SectionRun> runs;
    for (std::size_t i = 0; i < pieces_.size(); ++i) runs.push_back(run(pieces_[i], parts_[i]));
    timeline_ = walk(runs, {.postgres = {15}, .text = text_, .known_refusals = known_refusals},
                     catalog_, visit);
  }

  [[nodiscard]] const Step& operator[](std::size_t index) const {
    return timeline_.steps.at(index);
  }
  [[nodiscard]] const Step& last() const { return timeline_.steps.back(); }
  [[nodiscard]] std::size_t size() const { return timeline_.steps.size(); }
  [[nodiscard]] const Timeline& timeline() const { return timeline_; }

 private:
  struct Part {
    migration::Section section;
    migration::RunnerProfile runner;
    RunnerInfo info;
    sql::Script script;
    migration::Delivery delivery;
  };

  SectionRun run(const Piece& piece, Part& part) const {
    part.section.mode = piece.mode;
    part.section.splitter = piece.splitter;
    part.runner.transaction.non_transactional = {"VACUUM"};
    part.runner.transaction.refuses_mix = true;
    part.info.lock_timeout = piece.lock_timeout;
    part.script = sql::parse_script(text_, part.section.region);
    part.delivery =
        migration::delivery_of(text_, part.section, part.runner, part.script.statements);
    return {.section = &part.section,
            .delivery = &part.delivery,
            .statements = &part.script.statements,
            .runner = &part.info,
            .directory = piece.directory,
            .begins_file = piece.begins_file,
            .reopens = piece.reopens,
            .resets_settings = piece.resets_settings};
  }

  std::string text_;
  std::vector<Piece> pieces_;
  std::vector<Part> parts_;
  schema::Catalog catalog_;
  Timeline timeline_;
};

template <typename Steps>
std::vector<Kind> kinds(const Steps& steps) {
  std::vector<Kind> all;
  for (std::size_t i = 0; i < steps.size(); ++i) all.push_back(steps[i].transaction().kind);
  return all;
}

template <typename Steps>
std::vector<int> numbers(const Steps& steps) {
  std::vector<int> all;
  for (std::size_t i = 0; i < steps.size(); ++i) all.push_back(steps[i].transaction().number);
  return all;
}

std::string setting(const Step& step, std::string_view name) {
  return std::string(step.session().settings->value(name).value_or("(none)"));
}

/// The locks held before the step, in the order in which they were taken.
std::vector<HeldLock> locks(const Step& step) {
  std::vector<HeldLock> all;
  const HeldLocks& held = step.session().held_locks;
  for (std::size_t i = 0; i < held.size(); ++i) all.push_back(held[i]);
  return all;
}

/// Their relations.
std::vector<std::string> held(const Step& step) {
  std::vector<std::string> all;
  for (const HeldLock& lock : locks(step)) all.push_back(lock.relation.name);
  return all;
}

using Names = std::vector<std::string>;
using Kinds = std::vector<Kind>;
using Numbers = std::vector<int>;

TEST_CASE("walk: a file's own transactions") {
  const Walk walk("SELECT 1; BEGIN; SELECT 2; COMMIT; SELECT 3;", "psql");
  CHECK(kinds(walk) ==
        Kinds{Kind::kNone, Kind::kExplicit, Kind::kExplicit, Kind::kExplicit, Kind::kNone});
  CHECK(numbers(walk) == Numbers{1, 2, 2, 2, 3});
  REQUIRE(walk.transactions().size() == 3);
  CHECK(walk.transactions()[1].first == 1);
  CHECK(walk.transactions()[1].last == 4);
  CHECK_FALSE(walk.transactions()[1].rolled_back);
  CHECK_FALSE(walk.transactions()[1].unclosed);
  CHECK(slice(walk.text(), walk[2].transaction().opened_at) == "BEGIN");
}

TEST_CASE("walk: a transaction without an end") {
  const Walk walk("BEGIN; SELECT 1;", "psql");
  REQUIRE(walk.transactions().size() == 1);
  CHECK(walk.transactions()[0].unclosed);
  const Walk chained("BEGIN; SELECT 1; COMMIT AND CHAIN; SELECT 2;", "psql");
  REQUIRE(chained.transactions().size() == 2);
  CHECK_FALSE(chained.transactions()[0].unclosed);
  CHECK(chained.transactions()[1].unclosed);
}

TEST_CASE("walk: the runner's COMMIT ends what the file leaves open") {
  for (const std::string_view text :
       {"-- +goose Up\nBEGIN;\nSELECT 1;\n", "-- +goose Up\nCOMMIT;\nVACUUM;\nBEGIN;\n",
        "COMMIT; VACUUM; BEGIN;"}) {
    INFO(text);
    const Walk walk{std::string(text)};
    for (const TransactionRange& range : walk.transactions()) {
      CHECK_FALSE(range.unclosed);
    }
  }
}

TEST_CASE("walk: an unknown runner") {
  CHECK(kinds(Walk("SELECT 1; SELECT 2")) == Kinds{Kind::kAssumed, Kind::kAssumed});
  CHECK(Walk("SELECT 1; SELECT 2").transactions().size() == 1);
  // A file with a BEGIN of its own is run as it is.
  CHECK(kinds(Walk("SELECT 1; BEGIN; SELECT 2; COMMIT; SELECT 3")) ==
        Kinds{Kind::kNone, Kind::kExplicit, Kind::kExplicit, Kind::kExplicit, Kind::kNone});
  CHECK(kinds(Walk("SELECT 1; COMMIT; SELECT 2")) ==
        Kinds{Kind::kAssumed, Kind::kAssumed, Kind::kNone});
  // One with a COMMIT before it knows of a transaction that is open.
  CHECK(kinds(Walk("COMMIT; SELECT 1; BEGIN; SELECT 2")) ==
        Kinds{Kind::kAssumed, Kind::kNone, Kind::kExplicit, Kind::kExplicit});
}

TEST_CASE("walk: a runner's transaction") {
  const Walk walk("-- +goose Up\nSELECT 1;\nSELECT 2;\n");
  CHECK(kinds(walk) == Kinds{Kind::kRunner, Kind::kRunner});
  CHECK(numbers(walk) == Numbers{1, 1});
  // COMMIT in the file ends it; what follows is on its own.
  CHECK(kinds(Walk("-- +goose Up\nSELECT 1;\nCOMMIT;\nSELECT 2;\n")) ==
        Kinds{Kind::kRunner, Kind::kRunner, Kind::kNone});
  // BEGIN inside it is only a warning.
  CHECK(kinds(Walk("-- +goose Up\nBEGIN;\nSELECT 1;\nCOMMIT;\nSELECT 2;\n")) ==
        Kinds{Kind::kRunner, Kind::kRunner, Kind::kRunner, Kind::kNone});
}

TEST_CASE("walk: several statements in one message") {
  const std::string head = "-- migrate:up transaction:false\n";
  const Walk walk(head + "SELECT 1; SELECT 2;");
  CHECK(kinds(walk) == Kinds{Kind::kImplicit, Kind::kImplicit});
  CHECK(slice(walk.text(), walk[0].transaction().opened_at) == "SELECT 1; SELECT 2");
  CHECK(kinds(Walk(head + "SELECT 1;")) == Kinds{Kind::kNone});
  const Walk goose("-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1; SELECT 2;\nSELECT 3;\n");
  CHECK(kinds(goose) == Kinds{Kind::kImplicit, Kind::kImplicit, Kind::kNone});
  CHECK(numbers(goose) == Numbers{1, 1, 2});
}

TEST_CASE("walk: COMMIT in a message begins the next block of the same message") {
  const std::string head = "-- migrate:up transaction:false\n";
  const Walk walk(head + "SELECT 1; COMMIT; SELECT 2;");
  CHECK(kinds(walk) == Kinds{Kind::kImplicit, Kind::kImplicit, Kind::kImplicit});
  CHECK(numbers(walk) == Numbers{1, 1, 2});
  // In the runner's transaction, too.
  CHECK(kinds(Walk("-- migrate:up\nSELECT 1; COMMIT; SELECT 2;")) ==
        Kinds{Kind::kRunner, Kind::kRunner, Kind::kImplicit});
}

TEST_CASE("walk: BEGIN in a message makes its block an ordinary one") {
  const Walk walk(
      "-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1; BEGIN;\nSELECT 2;\nCOMMIT;\nSELECT 3;\n");
  CHECK(kinds(walk).at(2) == Kind::kExplicit);
  CHECK(kinds(walk).at(4) == Kind::kNone);
  CHECK(numbers(walk) == Numbers{1, 1, 1, 1, 2});
}

TEST_CASE("walk: AND CHAIN") {
  const Walk walk("BEGIN; COMMIT AND CHAIN; SELECT 1; ROLLBACK AND CHAIN; SELECT 2; COMMIT",
                  "psql");
  CHECK(numbers(walk) == Numbers{1, 1, 2, 2, 3, 3});
  REQUIRE(walk.transactions().size() == 3);
  CHECK(walk.transactions()[1].rolled_back);
  CHECK(slice(walk.text(), walk[2].transaction().opened_at) == "COMMIT AND CHAIN");
}

TEST_CASE("walk: rolled back") {
  const Walk walk("BEGIN; SELECT 1; ROLLBACK; BEGIN; SELECT 2; ABORT", "psql");
  REQUIRE(walk.transactions().size() == 2);
  CHECK(walk.transactions()[0].rolled_back);
  CHECK(walk.transactions()[1].rolled_back);
}

TEST_CASE("walk: locks are held until the transaction ends") {
  const Walk walk("BEGIN; ALTER TABLE a ADD x int; CREATE INDEX i ON b (x); COMMIT; SELECT 1;",
                  "psql");
  CHECK(held(walk[1]).empty());
  CHECK(held(walk[2]) == Names{"a"});
  CHECK(held(walk[3]) == Names{"a", "b"});
  CHECK(held(walk[4]).empty());
  CHECK(slice(walk.text(), locks(walk[3]).at(0).taken_by) == "ALTER TABLE");
  CHECK(held(Walk("ALTER TABLE a ADD x int; SELECT 1", "psql")[1]).empty());
  CHECK(held(Walk("BEGIN; UPDATE a SET x = 1; SELECT 1", "psql")[2]).empty());
}

TEST_CASE("walk: a stronger lock on the same relation is another one") {
  const Walk walk("BEGIN; CREATE INDEX i ON a (x); ALTER TABLE a ADD y int; SELECT 1; COMMIT",
                  "psql");
  REQUIRE(locks(walk[3]).size() == 2);
  CHECK(locks(walk[3])[0].mode == LockMode::kShare);
  CHECK(locks(walk[3])[1].mode == LockMode::kAccessExclusive);
  const Walk weaker("BEGIN; ALTER TABLE a ADD y int; CREATE INDEX i ON a (x); SELECT 1; COMMIT",
                    "psql");
  CHECK(locks(weaker[3]).size() == 1);
}

TEST_CASE("walk: locks on new tables are marked") {
  const Walk walk("BEGIN; CREATE TABLE a (x int); CREATE INDEX i ON a (x); SELECT 1; COMMIT",
                  "psql");
  REQUIRE(locks(walk[3]).size() == 1);
  CHECK_FALSE(locks(walk[3])[0].existing);
}

TEST_CASE("walk: ROLLBACK TO releases the locks taken since") {
  const Walk walk(
      "BEGIN; ALTER TABLE a ADD x int; SAVEPOINT s; ALTER TABLE b ADD x int; ROLLBACK TO s; SELECT "
      "1; COMMIT;",
      "psql");
  CHECK(held(walk[4]) == Names{"a", "b"});
  CHECK(held(walk[5]) == Names{"a"});
  const Walk released("BEGIN; SAVEPOINT s; ALTER TABLE b ADD x int; RELEASE s; SELECT 1; COMMIT;",
                      "psql");
  CHECK(held(released[4]) == Names{"b"});
  const Walk same_name(
      "BEGIN; SAVEPOINT s; ALTER TABLE a ADD x int; SAVEPOINT s; ALTER TABLE b ADD x int; ROLLBACK "
      "TO s; SELECT 1; RELEASE s; ROLLBACK TO s; SELECT 2; COMMIT;",
      "psql");
  CHECK(held(same_name[6]) == Names{"a"});
  CHECK(held(same_name[9]).empty());
}

TEST_CASE("walk: SET lasts, SET LOCAL does not, ROLLBACK undoes both") {
  CHECK(setting(Walk("SET lock_timeout = '3s'; SELECT 1", "psql")[1], "lock_timeout") == "3s");
  CHECK(setting(Walk("SET LOCAL lock_timeout = '3s'; SELECT 1", "psql")[1], "lock_timeout") ==
        "(none)");
  const Walk walk(
      "SET lock_timeout = 1; BEGIN; SET LOCAL lock_timeout = 2; SELECT 1; COMMIT; SELECT 2;"
      "BEGIN; SET lock_timeout = 3; SELECT 3; ROLLBACK; SELECT 4;"
      "BEGIN; SET lock_timeout = 5; SET LOCAL lock_timeout = 6; COMMIT; SELECT 5;"
      "RESET lock_timeout; SELECT 6",
      "psql");
  CHECK(setting(walk[3], "lock_timeout") == "2");
  CHECK(setting(walk[5], "lock_timeout") == "1");
  CHECK(setting(walk[8], "lock_timeout") == "3");
  CHECK(setting(walk[10], "lock_timeout") == "1");
  CHECK(setting(walk[15], "lock_timeout") == "5");
  CHECK(setting(walk[17], "lock_timeout") == "(none)");
}

TEST_CASE("walk: settings follow savepoints") {
  const Walk walk(
      "BEGIN; SET lock_timeout = 1; SAVEPOINT s; SET lock_timeout = 2; ROLLBACK TO s; SELECT 1; "
      "COMMIT; SELECT 2",
      "psql");
  CHECK(setting(walk[4], "lock_timeout") == "2");
  CHECK(setting(walk[5], "lock_timeout") == "1");
  CHECK(setting(walk[7], "lock_timeout") == "1");
}

TEST_CASE("walk: RESET ALL and DISCARD ALL") {
  CHECK(setting(Walk("SET lock_timeout = 1; RESET ALL; SELECT 1", "psql")[2], "lock_timeout") ==
        "(none)");
  CHECK(setting(Walk("SET lock_timeout = 1; DISCARD ALL; SELECT 1", "psql")[2], "lock_timeout") ==
        "(none)");
  CHECK(setting(Walk("SET lock_timeout = 1; SET lock_timeout TO DEFAULT; SELECT 1", "psql")[2],
                "lock_timeout") == "(none)");
}

TEST_CASE("walk: the search path") {
  const auto path = [](const char* sql) {
    return Walk(sql, "psql").last().session().settings->search_path;
  };
  CHECK(path("SELECT 1") == Names{"public"});
  CHECK(path("SET search_path = app, \"$user\", public; SELECT 1") == Names{"app", "public"});
  CHECK(path("SET search_path TO 'app, public'; SELECT 1") == Names{"app, public"});
  CHECK(path("SELECT set_config('search_path', 'app, public', false); SELECT 1") ==
        Names{"app", "public"});
  CHECK(path("SET search_path = app; RESET search_path; SELECT 1") == Names{"public"});
  CHECK(path("SELECT set_config('search_path', '', false); SELECT 1").empty());
}

TEST_CASE("walk: the schema before each step, seen while it is the current one") {
  std::vector<bool> found;
  const Pieces walk({{"CREATE TABLE t (a int); ALTER TABLE t ADD b int; DROP TABLE t; SELECT 1"}},
                    nullptr, [&found](const Step& step) {
                      found.push_back(step.schema().find(step.resolve({.name = "t"})) != nullptr);
                    });
  CHECK(found == std::vector<bool>{false, true, true, false});
  CHECK(walk.size() == 4);
}

// ---------------------------------------------------------------------------------------------
// How far the runner's transaction reaches

/// The numbers of the transactions of two files, the first of two sections, a statement in each.
Numbers three_sections(Mode mode, std::string_view second_directory = "") {
  const Pieces walk(
      {{.sql = "SELECT 1", .mode = mode, .directory = "a"},
       {.sql = "SELECT 2", .mode = mode, .begins_file = false, .directory = "a"},
       {.sql = "SELECT 3", .mode = mode, .directory = std::string(second_directory)}});
  CHECK(kinds(walk) == Kinds{Kind::kRunner, Kind::kRunner, Kind::kRunner});
  return numbers(walk);
}

TEST_CASE("walk: how far a runner's transaction reaches") {
  CHECK(three_sections(Mode::kTransactionPerSection) == Numbers{1, 2, 3});
  CHECK(three_sections(Mode::kTransactionPerChangeset) == Numbers{1, 2, 3});
  CHECK(three_sections(Mode::kTransactionPerFile) == Numbers{1, 1, 2});
  CHECK(three_sections(Mode::kTransactionPerFileAutodetect) == Numbers{1, 1, 2});
  CHECK(three_sections(Mode::kTransactionPerDirectory, "a") == Numbers{1, 1, 1});
  CHECK(three_sections(Mode::kTransactionPerDirectory, "b") == Numbers{1, 1, 2});
  CHECK(three_sections(Mode::kTransactionAllPending, "a") == Numbers{1, 1, 1});
  CHECK(three_sections(Mode::kTransactionAllPending, "b") == Numbers{1, 1, 1});
}

TEST_CASE("walk: the steps of each section") {
  const Pieces walk({{.sql = "SELECT 1; SELECT 2"},
                     {.sql = "-- nothing", .begins_file = false},
                     {.sql = "SELECT 3"}});
  REQUIRE(walk.timeline().sections.size() == 3);
  CHECK(walk.timeline().sections[0].first == 0);
  CHECK(walk.timeline().sections[0].last == 2);
  CHECK(walk.timeline().sections[1].first == 2);
  CHECK(walk.timeline().sections[1].last == 2);
  CHECK(walk.timeline().sections[2].first == 2);
  CHECK(walk.timeline().sections[2].last == 3);
  CHECK(Pieces({}).timeline().sections.empty());
}

TEST_CASE("walk: a section that is run otherwise ends the transaction of those before it") {
  const Pieces walk({{.sql = "SELECT 1", .mode = Mode::kTransactionAllPending},
                     {.sql = "SELECT 2", .mode = Mode::kAutocommitPerStatement},
                     {.sql = "SELECT 3", .mode = Mode::kTransactionAllPending}});
  CHECK(kinds(walk) == Kinds{Kind::kRunner, Kind::kNone, Kind::kRunner});
  CHECK(numbers(walk) == Numbers{1, 2, 3});
}

TEST_CASE("walk: locks are held across the files of one transaction") {
  const auto locks_at_the_end = [](Mode mode) {
    const Pieces walk(
        {{.sql = "ALTER TABLE a ADD x int", .mode = mode}, {.sql = "SELECT 1", .mode = mode}});
    return held(walk.last());
  };
  CHECK(locks_at_the_end(Mode::kTransactionAllPending) == Names{"a"});
  CHECK(locks_at_the_end(Mode::kTransactionPerFile).empty());
}

TEST_CASE("walk: a file's own transaction goes on across its sections and ends with it") {
  for (const Mode mode : {Mode::kScriptDefined, Mode::kAutocommitPerStatement}) {
    const Pieces walk({{.sql = "BEGIN; SELECT 1", .mode = mode},
                       {.sql = "SELECT 2", .mode = mode, .begins_file = false},
                       {.sql = "SELECT 3", .mode = mode}});
    CHECK(kinds(walk) == Kinds{Kind::kExplicit, Kind::kExplicit, Kind::kExplicit, Kind::kNone});
    CHECK(numbers(walk) == Numbers{1, 1, 1, 2});
    CHECK(walk.timeline().transactions.at(0).unclosed);
    CHECK_FALSE(walk.timeline().transactions.at(1).unclosed);
  }
}

TEST_CASE("walk: an unknown runner's sections are one file") {
  CHECK(numbers(Pieces({{.sql = "SELECT 1", .mode = Mode::kUnknown},
                        {.sql = "SELECT 2", .mode = Mode::kUnknown, .begins_file = false},
                        {.sql = "SELECT 3", .mode = Mode::kUnknown}})) == Numbers{1, 1, 2});
  // The BEGIN of a later section decides, too.
  CHECK(kinds(Pieces({{.sql = "SELECT 1", .mode = Mode::kUnknown},
                      {.sql = "BEGIN; COMMIT", .mode = Mode::kUnknown, .begins_file = false},
                      {.sql = "SELECT 3", .mode = Mode::kUnknown}})) ==
        Kinds{Kind::kNone, Kind::kExplicit, Kind::kExplicit, Kind::kAssumed});
}

TEST_CASE("walk: a runner that opens a transaction again") {
  const auto walked = [](bool reopens) {
    return kinds(Pieces({{.sql = "SELECT 1; COMMIT; SELECT 2; ROLLBACK; BEGIN; SELECT 3",
                          .mode = Mode::kTransactionPerFile,
                          .reopens = reopens}}));
  };
  CHECK(walked(true) == Kinds(6, Kind::kRunner));
  CHECK(walked(false) == Kinds{Kind::kRunner, Kind::kRunner, Kind::kNone, Kind::kNone,
                               Kind::kExplicit, Kind::kExplicit});
  const Mode mode = Mode::kTransactionPerFile;
  CHECK(numbers(Pieces({{.sql = "COMMIT; SELECT 2; SELECT 3", .mode = mode, .reopens = true}})) ==
        Numbers{1, 2, 2});
  // Its driver pipelines what it gets as one.
  CHECK(kinds(Pieces({{.sql = "COMMIT; SELECT 2; SELECT 3",
                       .mode = mode,
                       .splitter = Splitter::kWhole,
                       .reopens = true}})) ==
        Kinds{Kind::kRunner, Kind::kPipeline, Kind::kPipeline});
}

TEST_CASE("walk: a file that the runner refuses") {
  const Pieces walk({{.sql = "SELECT 1; VACUUM", .mode = Mode::kTransactionPerFileAutodetect},
                     {.sql = "SELECT 2", .mode = Mode::kTransactionPerFileAutodetect},
                     {.sql = "VACUUM", .mode = Mode::kTransactionPerFileAutodetect}});
  CHECK(kinds(walk) == Kinds{Kind::kRunner, Kind::kRunner, Kind::kRunner, Kind::kNone});
  CHECK(walk[0].transaction().refused_by_runner);
  CHECK(walk[1].transaction().refused_by_runner);
  CHECK_FALSE(walk[2].transaction().refused_by_runner);
  CHECK_FALSE(walk[3].transaction().refused_by_runner);
  CHECK(walk.timeline().transactions.at(0).state.refused_by_runner);
}

TEST_CASE("walk: statements that the runner sends after its COMMIT") {
  const Pieces walk({{.sql = "ALTER TABLE a ADD x int; VACUUM a; SELECT 1; VACUUM b",
                      .mode = Mode::kTransactionPerFileHoist},
                     {.sql = "SELECT 2", .mode = Mode::kTransactionPerFileHoist}});
  CHECK(kinds(walk) ==
        Kinds{Kind::kRunner, Kind::kRunner, Kind::kNone, Kind::kNone, Kind::kRunner});
  CHECK(numbers(walk) == Numbers{1, 1, 2, 3, 4});
  CHECK(walk[1].sql() == "SELECT 1");
  CHECK(walk[2].sql() == "VACUUM a");
  CHECK(walk[3].sql() == "VACUUM b");
  CHECK(held(walk[2]).empty());
  CHECK_FALSE(walk[2].effects().refusal.has_value());
  CHECK(walk.timeline().sections.at(0).last == 4);
}

// ---------------------------------------------------------------------------------------------
// Pipelines

Piece pipeline(std::string sql) {
  return {.sql = std::move(sql), .mode = Mode::kPipelineWholeMessage, .splitter = Splitter::kWhole};
}

/// For each step, whether the server takes it for the first of a pipeline.
std::vector<bool> starts(const Pieces& walk) {
  std::vector<bool> all;
  for (std::size_t i = 0; i < walk.size(); ++i) {
    all.push_back(walk[i].transaction().pipeline_start);
  }
  return all;
}

using Starts = std::vector<bool>;

TEST_CASE("walk: a pipeline is a transaction but for its first statement") {
  const Pieces walk(
      {pipeline("SELECT 1; ALTER TABLE a ADD x int; SELECT 2"), pipeline("SELECT 3")});
  CHECK(kinds(walk) == Kinds(4, Kind::kPipeline));
  CHECK(starts(walk) == Starts{true, false, false, true});
  CHECK(numbers(walk) == Numbers{1, 1, 1, 2});
  CHECK_FALSE(walk[0].transaction().is_block());
  CHECK(walk[1].transaction().is_block());
  CHECK(held(walk[2]) == Names{"a"});
  CHECK(held(walk[3]).empty());
}

TEST_CASE("walk: COMMIT in a pipeline begins it anew") {
  for (const std::string_view end : {"COMMIT", "ROLLBACK"}) {
    const Pieces walk({pipeline("SELECT 1; " + std::string(end) + "; SELECT 2; SELECT 3")});
    CHECK(kinds(walk) == Kinds(4, Kind::kPipeline));
    CHECK(starts(walk) == Starts{true, false, true, false});
    CHECK(numbers(walk) == Numbers{1, 1, 2, 2});
  }
}

TEST_CASE("walk: BEGIN in a pipeline") {
  const Pieces walk({pipeline("SELECT 1; BEGIN; SELECT 2; COMMIT; SELECT 3")});
  CHECK(kinds(walk) ==
        Kinds{Kind::kPipeline, Kind::kExplicit, Kind::kExplicit, Kind::kExplicit, Kind::kPipeline});
  CHECK(starts(walk) == Starts{true, false, false, false, true});
  const Pieces open({pipeline("BEGIN; SELECT 1"), pipeline("SELECT 2")});
  CHECK(kinds(open) == Kinds{Kind::kExplicit, Kind::kExplicit, Kind::kPipeline});
  CHECK(open.timeline().transactions.at(0).unclosed);
}

TEST_CASE("walk: a statement at the head of a pipeline that commits") {
  // With transactions of its own: what follows counts as the second statement.
  CHECK(starts(Pieces({pipeline("VACUUM; SELECT 1")})) == Starts{true, false});
  CHECK(starts(Pieces({pipeline("CREATE INDEX CONCURRENTLY i ON a (x); VACUUM")})) ==
        Starts{true, false});
  // In one: what follows counts as the first.
  CHECK(starts(Pieces({pipeline("ALTER SYSTEM RESET work_mem; CREATE DATABASE d; VACUUM")})) ==
        Starts{true, true, true});
  // Either way its locks are gone, and a plain index's are not.
  const Pieces committed({pipeline("CREATE INDEX CONCURRENTLY i ON a (x); SELECT 1")});
  CHECK(numbers(committed) == Numbers{1, 2});
  CHECK(held(committed.last()).empty());
  CHECK(held(Pieces({pipeline("CREATE INDEX i ON a (x); SELECT 1")}).last()) == Names{"a"});
}

TEST_CASE("walk: SET LOCAL lasts as long as the pipeline's transaction") {
  const Pieces walk({pipeline("SET LOCAL lock_timeout = 1; SELECT 1; COMMIT; SELECT 2")});
  CHECK(setting(walk[1], "lock_timeout") == "1");
  CHECK(setting(walk[3], "lock_timeout") == "(none)");
}

/// What the server says to the last statement of a pipeline.
std::string refused(std::string sql, int postgres) {
  migration::RunnerProfile runner{.name = "a runner"};
  runner.transaction.mode = Mode::kPipelineWholeMessage;
  runner.transaction.splitter = Splitter::kWhole;
  const Walk walk(std::move(sql), runner, postgres);
  const std::optional<Refusal>& refusal = walk.last().effects().refusal;
  return refusal ? refusal->message : "(not refused)";
}

TEST_CASE("walk: what is refused in a pipeline") {
  CHECK(refused("VACUUM", 15) == "(not refused)");
  CHECK(refused("SELECT 1; VACUUM", 17) == "VACUUM cannot be executed within a pipeline");
  CHECK(refused("SELECT 1; VACUUM", 18) == "VACUUM cannot run inside a transaction block");
  CHECK(refused("SELECT 1; COMMIT; VACUUM", 18) == "(not refused)");
  CHECK(refused("BEGIN; VACUUM", 15) == "VACUUM cannot run inside a transaction block");
  CHECK(refused("LOCK TABLE t", 18) == "LOCK TABLE can only be used in transaction blocks");
  CHECK(refused("SELECT 1; LOCK TABLE t", 17) ==
        "LOCK TABLE can only be used in transaction blocks");
  CHECK(refused("SELECT 1; LOCK TABLE t", 18) == "(not refused)");
  CHECK(refused("SELECT 1; SAVEPOINT s", 18) == "SAVEPOINT can only be used in transaction blocks");
  CHECK(refused("SELECT 1; COMMIT AND CHAIN", 15) ==
        "COMMIT AND CHAIN can only be used in transaction blocks");
}

TEST_CASE("walk: REINDEX and CLUSTER of what is known to be partitioned") {
  const auto refused = [](const std::string& sql, int postgres) {
    const Walk walk(
        "CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE INDEX i ON p (a);"
        "CREATE TABLE t (a int); BEGIN; " +
            sql,
        "psql", postgres);
    return walk.last().effects().refusal.has_value();
  };
  CHECK(refused("REINDEX TABLE p", 14));
  CHECK(refused("REINDEX INDEX i", 14));
  CHECK_FALSE(refused("REINDEX TABLE p", 13));
  CHECK_FALSE(refused("REINDEX TABLE t", 18));
  CHECK_FALSE(refused("REINDEX TABLE elsewhere", 18));
  CHECK(refused("CLUSTER p USING i", 15));
  CHECK_FALSE(refused("CLUSTER p USING i", 14));
  CHECK(refused("CLUSTER", 14));
}

// ---------------------------------------------------------------------------------------------
// The session across files

TEST_CASE("walk: SET leaks into the next file of the run") {
  const auto timeout = [](Mode mode, bool resets) {
    const Pieces walk({{.sql = "SET lock_timeout = 1", .mode = mode, .resets_settings = resets},
                       {.sql = "SELECT 1", .mode = mode, .resets_settings = resets}});
    return setting(walk.last(), "lock_timeout");
  };
  CHECK(timeout(Mode::kTransactionPerFile, false) == "1");
  CHECK(timeout(Mode::kTransactionAllPending, false) == "1");
  CHECK(timeout(Mode::kImplicitWholeMessage, false) == "1");
  CHECK(timeout(Mode::kTransactionPerFile, true) == "(none)");
  CHECK(timeout(Mode::kTransactionAllPending, true) == "(none)");
  CHECK(timeout(Mode::kPipelineWholeMessage, true) == "(none)");
  // psql: each file has a connection of its own.
  CHECK(timeout(Mode::kScriptDefined, false) == "(none)");
  CHECK(timeout(Mode::kUnknown, false) == "(none)");
  // Not between the sections of one file.
  const Pieces sections({{.sql = "SET lock_timeout = 1", .resets_settings = true},
                         {.sql = "SELECT 1", .begins_file = false, .resets_settings = true}});
  CHECK(setting(sections.last(), "lock_timeout") == "1");
}

TEST_CASE("walk: a lock_timeout that the runner sets") {
  const Mode mode = Mode::kTransactionPerFile;
  const Pieces walk(
      {{.sql = "SELECT 1; SET LOCAL lock_timeout = 1", .mode = mode, .lock_timeout = "500ms"},
       {.sql = "SELECT 2; SET lock_timeout = 2; ROLLBACK; SELECT 3",
        .mode = mode,
        .lock_timeout = "500ms"}});
  CHECK(setting(walk[0], "lock_timeout") == "500ms");
  CHECK(setting(walk[2], "lock_timeout") == "500ms");
  CHECK(setting(walk[4], "lock_timeout") == "2");
  CHECK(setting(walk[5], "lock_timeout") == "500ms");
}

TEST_CASE("walk: refusals that are known replace those of the walk") {
  const Refusal other{.sqlstate = "25001", .command = "SELECT", .message = "known", .reason = {}};
  const KnownRefusals known{{0, std::nullopt}, {8, other}};
  const Pieces walk({{.sql = "VACUUM; SELECT 1; VACUUM", .mode = Mode::kTransactionPerFile}},
                    &known);
  CHECK_FALSE(walk[0].effects().refusal.has_value());
  REQUIRE(walk[1].effects().refusal.has_value());
  CHECK(walk[1].effects().refusal->message == "known");
  REQUIRE(walk[2].effects().refusal.has_value());
  CHECK(walk[2].effects().refusal->message == "VACUUM cannot run inside a transaction block");
}

}  // namespace
}  // namespace unwedge::timeline
