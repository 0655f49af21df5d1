// Which part of a file is for which direction, and how the runner runs it.

#include "migration/sections.h"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "migration/detection.h"
#include "migration/runner.h"
#include "migration/variants.h"

namespace unwedge::migration {
namespace {

std::vector<Section> sections(std::string_view text) {
  const RunnerProfile& runner = recognise_by_content(text);
  std::vector<Section> all = sections_of("db/1.sql", text, runner);
  resolve_variants({.path = "db/1.sql", .text = text}, runner, all);
  return all;
}

std::string_view runner(std::string_view text) { return recognise_by_content(text).name; }

/// The mode of the first section.
Mode mode(std::string_view text) { return sections(text).at(0).mode; }

TEST_CASE("sections: recognising the runner by its markers") {
  CHECK(runner("-- migrate:up\nSELECT 1;") == "dbmate");
  CHECK(runner("--migrate:up\n") == "dbmate");
  CHECK(runner("--   migrate:up transaction:false\n") == "dbmate");
  CHECK(runner("-- comment\n\n-- migrate:up\r\nSELECT 1;") == "dbmate");
  CHECK(runner("-- +goose Up\n") == "goose");
  CHECK(runner("-- +goose UP\n") == "goose");
  CHECK(runner("--+goose Up\n") == "goose");
  CHECK(runner("-- +migrate Up\n") == "sql-migrate");
  CHECK(runner("-- +migrate Up notransaction\n") == "sql-migrate");
  CHECK(runner("SELECT 1;") == "unknown");
  CHECK(runner("") == "unknown");
  CHECK(runner(" -- migrate:up\n") == "unknown");  // not in column 0
  CHECK(runner("-- Migrate:Up\n") == "unknown");
  CHECK(runner("-- +GOOSE Up\n") == "unknown");
  CHECK(runner("-- migrate:upwards\n") == "unknown");
  CHECK(runner("--+migrate Up\n") == "unknown");
  CHECK(runner("-- +migrate up\n") == "unknown");
  CHECK(runner("-- see -- migrate:up\n") == "unknown");
  CHECK(runner("SELECT '-- migrate:up';") == "unknown");
}

TEST_CASE("sections: runners by name") {
  REQUIRE(find_runner("dbmate") != nullptr);
  CHECK(find_runner("dbmate")->name == "dbmate");
  CHECK(find_runner("Dbmate") == nullptr);
  CHECK(find_runner("") == nullptr);
  CHECK(find_runner("unknown") == nullptr);
  const auto runners = builtin_runners();
  for (std::size_t i = 1; i < runners.size(); ++i) CHECK(runners[i - 1].name < runners[i].name);
}

TEST_CASE("sections: a file without markers is one up section") {
  const std::vector<Section> all = sections("SELECT 1;");
  REQUIRE(all.size() == 1);
  CHECK(all[0].direction == Direction::kUp);
  CHECK(all[0].region == Span{0, 9});
  CHECK(all[0].mode == Mode::kUnknown);
  const std::vector<Section> named = sections_of("1.sql", "SELECT 1;", *find_runner("dbmate"));
  REQUIRE(named.size() == 1);
  CHECK(named[0].mode == Mode::kTransactionPerSection);
}

TEST_CASE("sections: files for the down direction") {
  const auto direction = [](std::string_view path) {
    return sections_of(path, "SELECT 1;", unknown_runner()).at(0).direction;
  };
  CHECK(direction("db/1_a.up.sql") == Direction::kUp);
  CHECK(direction("db/1_a.down.sql") == Direction::kDown);
  CHECK(direction("2020_a/down.sql") == Direction::kDown);
  CHECK(direction("db/shutdown.sql") == Direction::kUp);
}

TEST_CASE("sections: dbmate") {
  const std::string_view text = "-- head\n-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2;\n";
  const std::vector<Section> all = sections(text);
  REQUIRE(all.size() == 2);
  CHECK(all[0].direction == Direction::kUp);
  CHECK(slice(text, all[0].region) == "\nSELECT 1;\n");
  CHECK(all[0].mode == Mode::kTransactionPerSection);
  CHECK(all[0].splitter == Splitter::kWhole);
  CHECK(all[1].direction == Direction::kDown);
  CHECK(slice(text, all[1].region) == "\nSELECT 2;\n");
}

TEST_CASE("sections: dbmate's option is exact") {
  CHECK(mode("-- migrate:up transaction:false\n") == Mode::kImplicitWholeMessage);
  CHECK(mode("-- migrate:up transaction:false\r\n") == Mode::kImplicitWholeMessage);
  CHECK(mode("-- migrate:up foo:bar transaction:false x:y\n") == Mode::kImplicitWholeMessage);
  CHECK(mode("--migrate:up\ttransaction:false\n") == Mode::kImplicitWholeMessage);
  CHECK(mode("-- migrate:up transaction : false\n") == Mode::kTransactionPerSection);
  CHECK(mode("-- migrate:up transaction: false\n") == Mode::kTransactionPerSection);
  CHECK(mode("-- migrate:up Transaction:false\n") == Mode::kTransactionPerSection);
  CHECK(mode("-- migrate:up transaction:False\n") == Mode::kTransactionPerSection);
  CHECK(mode("-- migrate:up transaction:true\n") == Mode::kTransactionPerSection);
  CHECK(mode("-- migrate:up transaction:falsey\n") == Mode::kTransactionPerSection);
  CHECK(mode("-- migrate:up xtransaction:false\n") == Mode::kTransactionPerSection);
  CHECK(mode("-- migrate:up\n-- transaction:false\n") == Mode::kTransactionPerSection);
}

TEST_CASE("sections: dbmate's option is for one section") {
  const std::vector<Section> all = sections(
      "-- migrate:up\nSELECT 1;\n-- migrate:down transaction:false\nSELECT 2;\n"
      "-- migrate:up transaction:false\nSELECT 3;\n-- migrate:down\nSELECT 4;\n");
  REQUIRE(all.size() == 4);
  CHECK(all[0].mode == Mode::kTransactionPerSection);
  CHECK(all[1].mode == Mode::kImplicitWholeMessage);
  CHECK(all[2].mode == Mode::kImplicitWholeMessage);
  CHECK(all[3].mode == Mode::kTransactionPerSection);
}

TEST_CASE("sections: goose's way out is for the file, wherever it stands") {
  CHECK(mode("-- +goose Up\nSELECT 1;\n") == Mode::kTransactionPerFile);
  CHECK(mode("-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;\n") == Mode::kAutocommitPerChunk);
  CHECK(mode("-- +goose Up\n-- +goose NO TRANSACTION\nSELECT 1;\n") == Mode::kAutocommitPerChunk);
  CHECK(mode("-- +goose Up\nSELECT 1;\n-- +goose Down\n-- +goose no transaction\n") ==
        Mode::kAutocommitPerChunk);
  CHECK(mode("-- +goose Up\n-- +goose NOTRANSACTION\n") == Mode::kTransactionPerFile);
  CHECK(mode("-- +goose Up\n-- +goose NO  TRANSACTION\n") == Mode::kTransactionPerFile);
  const std::vector<Section> all =
      sections("-- +goose Up\nSELECT 1;\n-- +goose Down\n-- +goose NO TRANSACTION\nSELECT 2;\n");
  REQUIRE(all.size() == 2);
  CHECK(all[0].mode == Mode::kAutocommitPerChunk);
  CHECK(all[1].mode == Mode::kAutocommitPerChunk);
}

TEST_CASE("sections: goose's blocks") {
  const std::string_view text =
      "-- +goose Up\n-- +goose StatementBegin\nSELECT 1; SELECT 2;\n-- +goose StatementEnd\n"
      "SELECT 3;\n-- +goose statementbegin\nSELECT 4;\n-- +goose statementend\n";
  const std::vector<Section> all = sections(text);
  REQUIRE(all.size() == 1);
  REQUIRE(all[0].blocks.size() == 2);
  CHECK(slice(text, all[0].blocks[0]) == "\nSELECT 1; SELECT 2;\n");
  CHECK(slice(text, all[0].blocks[1]) == "\nSELECT 4;\n");
}

TEST_CASE("sections: sql-migrate") {
  const std::vector<Section> all =
      sections("-- +migrate Up\nSELECT 1;\n-- +migrate Down notransaction\nSELECT 2;\n");
  REQUIRE(all.size() == 2);
  CHECK(all[0].mode == Mode::kTransactionPerFile);
  CHECK(all[1].mode == Mode::kAutocommitPerChunk);
  CHECK(mode("-- +migrate Up notransaction\n") == Mode::kAutocommitPerChunk);
  CHECK(mode("-- +migrate Up NoTransaction\n") == Mode::kTransactionPerFile);
  const std::string_view text =
      "-- +migrate Up\n-- +migrate StatementBegin\na; b;\n-- +migrate StatementEnd\n";
  REQUIRE(sections(text).at(0).blocks.size() == 1);
  CHECK(slice(text, sections(text)[0].blocks[0]) == "\na; b;\n");
}

TEST_CASE("sections: what stands before the first marker") {
  const std::string_view tern = "SELECT 1;\n\n---- create above / drop below ----\n\nSELECT 2;\n";
  const std::vector<Section> all = sections(tern);
  REQUIRE(all.size() == 2);
  CHECK(slice(tern, all[0].region) == "SELECT 1;\n\n");
  CHECK(all[1].direction == Direction::kDown);
  // With dbmate it is not run at all.
  CHECK(sections("SELECT 0;\n-- migrate:up\nSELECT 1;\n").size() == 1);
}

TEST_CASE("sections: changesets and revisions have names") {
  const std::string_view text =
      "--liquibase formatted sql\n--changeset ana:1\nSELECT 1;\n"
      "--changeset \"b c\":2 dbms:mysql\nSELECT 2;\n--changeset ana:3 dbms:postgresql\nSELECT 3;\n";
  const std::vector<Section> all = sections(text);
  REQUIRE(all.size() == 2);
  CHECK(all[0].name == "ana:1");
  CHECK(slice(text, all[0].region) == "\nSELECT 1;\n");
  CHECK(all[1].name == "ana:3");
  const std::vector<Section> alembic =
      sections("BEGIN;\n\n-- Running upgrade  -> a1\n\nSELECT 1;\n\n-- Running upgrade a1 -> b2\n");
  REQUIRE(alembic.size() == 3);
  CHECK(alembic[0].name.empty());
  CHECK(alembic[1].name == "-> a1");
  CHECK(alembic[2].name == "a1 -> b2");
}

TEST_CASE("sections: a dump of the schema is no migration") {
  CHECK(sections_of("db/structure.sql", "CREATE TABLE a (b int);", *find_runner("schema-dump"))
            .empty());
}

TEST_CASE("sections: files for another database are not run") {
  const RunnerProfile& popx = *find_runner("ory-popx");
  CHECK(sections_of("m/20250717000000000001_a.mysql.up.sql", "SELECT 1;", popx).empty());
  CHECK(sections_of("m/20250717000000000001_a.postgres.up.sql", "SELECT 1;", popx).size() == 1);
}

TEST_CASE("sections: CRLF") {
  const std::string_view text = "-- migrate:up\r\nSELECT 1;\r\n-- migrate:down\r\nSELECT 2;\r\n";
  const std::vector<Section> all = sections(text);
  REQUIRE(all.size() == 2);
  CHECK(slice(text, all[0].region) == "\r\nSELECT 1;\r\n");
}

}  // namespace
}  // namespace unwedge::migration
