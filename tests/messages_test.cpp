// What a runner sends to the server in one go.

#include "migration/messages.h"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "migration/detection.h"
#include "migration/placeholders.h"
#include "migration/runner.h"
#include "migration/variants.h"
#include "sql/script.h"

namespace unwedge::migration {
namespace {

struct Delivered {
  Delivery delivery;
  std::vector<std::string> messages;  ///< as sent: what stands between their first and last token
};

/// How the runner sends the first section.
Delivered deliver(std::string_view text, const RunnerProfile& runner) {
  std::vector<Section> sections = sections_of("1.sql", text, runner);
  resolve_variants({.path = "1.sql", .text = text}, runner, sections);
  const std::vector<sql::Placeholder> placeholders =
      placeholders_of(text, sections.at(0), runner, {});
  const sql::Script script = sql::parse_script(text, sections.at(0).region,
                                               {.psql = runner.psql, .placeholders = placeholders});
  Delivered result{.delivery = delivery_of(text, sections[0], runner, script.statements)};
  std::vector<int> sent(script.statements.size());
  for (const Message& message : result.delivery.messages) {
    for (std::size_t i = message.first; i < message.last; ++i) ++sent.at(i);
    result.messages.emplace_back(slice(text, cover(script.statements[message.first].span,
                                                   script.statements[message.last - 1].span)));
  }
  CHECK(sent == std::vector<int>(script.statements.size(), 1));
  return result;
}

/// How many statements each message of the first section has, in the order of the file.
std::vector<std::size_t> sizes(std::string_view text, const RunnerProfile& runner) {
  std::vector<std::size_t> result;
  std::size_t next = 0;
  for (const Message& message : deliver(text, runner).delivery.messages) {
    CHECK(message.first == next);
    next = message.last;
    result.push_back(message.size());
  }
  return result;
}

std::vector<std::size_t> sizes(std::string_view text, std::string_view runner = "") {
  return sizes(text, runner.empty() ? recognise_by_content(text) : *find_runner(runner));
}

RunnerProfile runner_with(Mode mode, Splitter splitter = Splitter::kStatements) {
  RunnerProfile runner{.name = "a runner"};
  runner.transaction.mode = mode;
  runner.transaction.splitter = splitter;
  return runner;
}

using Sizes = std::vector<std::size_t>;
using Texts = std::vector<std::string>;

TEST_CASE("messages: dbmate sends a section as one") {
  CHECK(sizes("-- migrate:up\nSELECT 1;\nSELECT 2;\n") == Sizes{2});
  CHECK(sizes("-- migrate:up transaction:false\nSELECT 1;\n\n\nSELECT 2;\nSELECT 3;") == Sizes{3});
  CHECK(sizes("-- migrate:up\n").empty());
}

TEST_CASE("messages: a delimiter that the file sets cuts instead of semicolons") {
  CHECK(sizes("-- atlas:delimiter \\n\\n\nA;\nB;\n\nC\n", "atlas") == Sizes{2, 1});
  CHECK(sizes("-- atlas:delimiter -- end\nA; B;\n-- end\nC;\n", "atlas") == Sizes{2, 1});
  CHECK(sizes("A; B;\nDELIMITER //\nC; D//\nE //\ndelimiter ;\nF; G;", "atlas") ==
        Sizes{1, 1, 2, 1, 1, 1});
  CHECK(sizes("-- //x\n-- @DELIMITER |\nA;\nB || C;|\nD |\n//@delimiter ;\nE;\nF;", "mybatis") ==
        Sizes{2, 1, 1, 1});
  const std::string liquibase = "--liquibase formatted sql\n--changeset a:1 ";
  CHECK(sizes(liquibase + "endDelimiter:/\nA; B / C\n/\nD\n/", "liquibase") == Sizes{2, 1});
  CHECK(sizes(liquibase + "endDelimiter:\\nGO\nA logo\nB;\ngo\nC\nGO", "liquibase") == Sizes{1, 1});
  CHECK(sizes(liquibase + "splitStatements:false endDelimiter:@@\nA; B @@\nC", "liquibase") ==
        Sizes{2});
}

TEST_CASE("messages: psql sends each statement") {
  CHECK(sizes("SELECT 1; SELECT 2;\nSELECT 3", "psql") == Sizes{1, 1, 1});
  CHECK(sizes("SELECT 1 \\; SELECT 2\\; SELECT 3; SELECT 4", "psql") == Sizes{3, 1});
  CHECK(sizes("SELECT 1; SELECT 2;") == Sizes{1, 1});
}

TEST_CASE("messages: goose cuts at lines that end with a semicolon") {
  const auto goose = [](const std::string& text) { return sizes("-- +goose Up\n" + text); };
  CHECK(goose("SELECT 1;\nSELECT 2;\n") == Sizes{1, 1});
  CHECK(goose("SELECT 1; SELECT 2;\n") == Sizes{2});
  CHECK(goose("SELECT 1; SELECT\n2;\nSELECT 3;\n") == Sizes{2, 1});
  CHECK(goose("SELECT 1; -- one\nSELECT 2;\n") == Sizes{1, 1});
  CHECK(goose("SELECT 1;   \r\nSELECT 2;\r\n") == Sizes{1, 1});
  CHECK(goose("SELECT\n1\n;\nSELECT 2;\n") == Sizes{1, 1});
  CHECK(goose("SELECT 1; /* one */\nSELECT 2;\n") == Sizes{2});
}

TEST_CASE("messages: goose's blocks are one message each") {
  const std::string text =
      "-- +goose Up\nSELECT 0;\n-- +goose StatementBegin\nSELECT 1;\nSELECT 2;\n"
      "-- +goose StatementEnd\nSELECT 3;\nSELECT 4;\n-- +goose StatementBegin\nSELECT 5;\n"
      "SELECT 6;\n-- +goose StatementEnd\n-- +goose StatementBegin\nSELECT 7;\n"
      "-- +goose StatementEnd\n";
  CHECK(sizes(text) == Sizes{1, 2, 1, 1, 2, 1});
}

TEST_CASE("messages: sql-migrate cuts as goose does") {
  CHECK(sizes("-- +migrate Up notransaction\nSELECT 1;\nSELECT 2; SELECT 3;\n") == Sizes{1, 2});
  CHECK(sizes("-- +migrate Up\n-- +migrate StatementBegin\nSELECT 1;\nSELECT 2;\n"
              "-- +migrate StatementEnd\nSELECT 3;\n") == Sizes{2, 1});
}

TEST_CASE("messages: whole sections, and statements") {
  const std::string_view text = "SELECT 1;\nSELECT 2; SELECT 3";
  CHECK(sizes(text, runner_with(Mode::kImplicitWholeMessage, Splitter::kWhole)) == Sizes{3});
  CHECK(sizes(text, runner_with(Mode::kTransactionPerFile, Splitter::kWhole)) == Sizes{3});
  CHECK(sizes(text, runner_with(Mode::kPipelineWholeMessage, Splitter::kWhole)) == Sizes{3});
  CHECK(sizes(text, runner_with(Mode::kAutocommitPerStatement)) == Sizes{1, 1, 1});
  for (const Splitter splitter : {Splitter::kWhole, Splitter::kStatements, Splitter::kLines,
                                  Splitter::kSeparator, Splitter::kDelimiter}) {
    CHECK(sizes("-- nothing\n", runner_with(Mode::kTransactionPerFile, splitter)).empty());
  }
}

TEST_CASE("messages: a separator between statements") {
  RunnerProfile drizzle = runner_with(Mode::kTransactionAllPending, Splitter::kSeparator);
  drizzle.transaction.separator = "--> statement-breakpoint";
  CHECK(sizes("SELECT 1;--> statement-breakpoint\nSELECT 2;\nSELECT 3;", drizzle) == Sizes{1, 2});
  CHECK(sizes("SELECT 1;\n--> statement-breakpoint\n-- x\nSELECT 2;", drizzle) == Sizes{1, 1});
  CHECK(sizes("SELECT 1--> statement-breakpoint\n;SELECT 2", drizzle) == Sizes{1, 1});
  CHECK(sizes("SELECT 1; SELECT 2;--> statement-breakpoint\n", drizzle) == Sizes{2});
  CHECK(sizes("SELECT 1;\n--> breakpoint\nSELECT 2;", drizzle) == Sizes{2});

  RunnerProfile bun = runner_with(Mode::kAutocommitPerChunk, Splitter::kSeparator);
  bun.transaction.separator = "--bun:split";
  CHECK(sizes("SELECT 1;\n--bun:split\nSELECT 2;\nSELECT 3;\n--bun:split\nSELECT 4", bun) ==
        Sizes{1, 2, 1});
}

TEST_CASE("messages: a chunk ends with the first line that has a semicolon") {
  const RunnerProfile mybatis = runner_with(Mode::kAutocommitPerChunk, Splitter::kDelimiter);
  CHECK(sizes("SELECT 1;\nSELECT\n2;\n\nSELECT 3", mybatis) == Sizes{1, 1, 1});
  CHECK(sizes("SELECT 1; SELECT 2;\nSELECT 3;", mybatis) == Sizes{2, 1});
  CHECK(sizes("SELECT 1; -- one\nSELECT 2;", mybatis) == Sizes{1, 1});
  CHECK(sizes("SELECT 1; /* one\n */ SELECT 2;", mybatis) == Sizes{1, 1});
  CHECK(sizes("SELECT 1\n; SELECT 2;", mybatis) == Sizes{2});
}

RunnerProfile detecting(Mode mode) {
  RunnerProfile runner = runner_with(mode);
  runner.transaction.non_transactional = {"(?:CREATE|DROP)(?: UNIQUE)? INDEX CONCURRENTLY",
                                          "REINDEX (?:SCHEMA|DATABASE)", "VACUUM"};
  return runner;
}

TEST_CASE("messages: a runner that looks for statements that must not be in a transaction") {
  const RunnerProfile runner = detecting(Mode::kTransactionPerFileAutodetect);
  const auto mode = [&runner](std::string_view text) {
    return deliver(text, runner).delivery.mode;
  };
  CHECK(mode("SELECT 1; SELECT 2;") == Mode::kTransactionPerFile);
  CHECK(mode("") == Mode::kTransactionPerFile);
  CHECK(mode("VACUUM t;") == Mode::kAutocommitPerStatement);
  CHECK(mode("VACUUM; DROP INDEX CONCURRENTLY i;") == Mode::kAutocommitPerStatement);
  CHECK(mode("SELECT 1; VACUUM;") == Mode::kAutocommitPerStatement);
  // However it is written.
  CHECK(mode("create /* ! */ unique\n  index -- !\n concurrently i on t (a)") ==
        Mode::kAutocommitPerStatement);
  CHECK(mode("REINDEX (VERBOSE) SCHEMA s") == Mode::kAutocommitPerStatement);
  // Only from its beginning, and only what the runner knows.
  CHECK(mode("COMMENT ON TABLE vacuum IS 'VACUUM'") == Mode::kTransactionPerFile);
  CHECK(mode("REINDEX TABLE CONCURRENTLY t") == Mode::kTransactionPerFile);
  CHECK(deliver("VACUUM; SELECT 1", runner).messages == Texts{"VACUUM", "SELECT 1"});
  CHECK_FALSE(deliver("VACUUM; SELECT 1", runner).delivery.refused_by_runner);
}

TEST_CASE("messages: a runner that refuses to mix") {
  RunnerProfile runner = detecting(Mode::kTransactionPerFileAutodetect);
  runner.transaction.refuses_mix = true;
  const Delivery mixed = deliver("SET lock_timeout = 1; VACUUM;", runner).delivery;
  CHECK(mixed.refused_by_runner);
  CHECK(mixed.mode == Mode::kTransactionPerFile);
  const Delivery pure = deliver("VACUUM; VACUUM;", runner).delivery;
  CHECK_FALSE(pure.refused_by_runner);
  CHECK(pure.mode == Mode::kAutocommitPerStatement);
  CHECK_FALSE(deliver("SELECT 1;", runner).delivery.refused_by_runner);
}

TEST_CASE("messages: autocommit that was detected is for each statement") {
  RunnerProfile runner = detecting(Mode::kTransactionPerFileAutodetect);
  runner.transaction.splitter = Splitter::kWhole;
  CHECK(sizes("SELECT 1; SELECT 2", runner) == Sizes{2});
  CHECK(sizes("SELECT 1; VACUUM", runner) == Sizes{1, 1});
}

TEST_CASE("messages: a runner that moves statements behind the COMMIT") {
  const RunnerProfile runner = detecting(Mode::kTransactionPerFileHoist);
  const Delivered moved = deliver("SELECT 1; VACUUM a; SELECT 2; VACUUM b; SELECT 3", runner);
  CHECK(moved.delivery.mode == Mode::kTransactionPerFileHoist);
  CHECK(moved.messages == Texts{"SELECT 1", "SELECT 2", "SELECT 3", "VACUUM a", "VACUUM b"});
  std::vector<bool> after_commit;
  for (const Message& message : moved.delivery.messages) {
    after_commit.push_back(message.after_commit);
  }
  CHECK(after_commit == std::vector<bool>{false, false, false, true, true});
}

}  // namespace
}  // namespace unwedge::migration
