// What a runner sends to the server in one go.

#include "migration/messages.h"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "migration/runner.h"
#include "sql/script.h"

namespace unwedge::migration {
namespace {

/// How many statements each message of the first section has.
std::vector<std::size_t> sizes(std::string_view text, std::string_view runner = "") {
  const RunnerProfile& profile = runner.empty() ? recognise_runner(text) : *find_runner(runner);
  const std::vector<Section> sections = sections_of("1.sql", text, profile);
  const sql::Script script = sql::parse_script(text, sections.at(0).region);
  std::vector<std::size_t> result;
  std::size_t next = 0;
  for (const Message& message : messages_of(text, sections[0], script.statements)) {
    CHECK(message.first == next);
    next = message.last;
    result.push_back(message.size());
  }
  CHECK(next == script.statements.size());
  return result;
}

using Sizes = std::vector<std::size_t>;

TEST_CASE("messages: dbmate sends a section as one") {
  CHECK(sizes("-- migrate:up\nSELECT 1;\nSELECT 2;\n") == Sizes{2});
  CHECK(sizes("-- migrate:up transaction:false\nSELECT 1;\n\n\nSELECT 2;\nSELECT 3;") == Sizes{3});
  CHECK(sizes("-- migrate:up\n").empty());
}

TEST_CASE("messages: psql sends each statement") {
  CHECK(sizes("SELECT 1; SELECT 2;\nSELECT 3", "psql") == Sizes{1, 1, 1});
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

}  // namespace
}  // namespace unwedge::migration
