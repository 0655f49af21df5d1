// Transactions, settings and locks, step by step, as the server would see them.

#include "timeline/walk.h"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "walking.h"

namespace unwedge::timeline {
namespace {

using walking::Walk;
using Kind = TransactionKind;

std::vector<Kind> kinds(const Walk& walk) {
  std::vector<Kind> all;
  for (std::size_t i = 0; i < walk.size(); ++i) all.push_back(walk[i].transaction().kind);
  return all;
}

std::vector<int> numbers(const Walk& walk) {
  std::vector<int> all;
  for (std::size_t i = 0; i < walk.size(); ++i) all.push_back(walk[i].transaction().number);
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
  const std::string text =
      "CREATE TABLE t (a int); ALTER TABLE t ADD b int; DROP TABLE t; SELECT 1";
  const migration::RunnerProfile& profile = *migration::find_runner("psql");
  const migration::Section section = migration::sections_of("1.sql", text, profile).front();
  const sql::Script script = sql::parse_script(text, section.region);
  const std::vector<migration::Message> messages =
      migration::messages_of(text, section, script.statements);
  schema::Catalog catalog;
  const RunnerInfo runner{.name = "psql", .known = true};
  std::vector<bool> found;
  walk(section, script.statements, messages, {.postgres = {15}, .runner = &runner, .text = text},
       catalog, [&](const Step& step) {
         found.push_back(step.schema().find(step.resolve({.name = "t"})) != nullptr);
       });
  CHECK(found == std::vector<bool>{false, true, true, false});
}

}  // namespace
}  // namespace unwedge::timeline
