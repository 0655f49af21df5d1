// What servers do with bytes that are not UTF-8, and with the fixtures of the rule about them.

#include <filesystem>
#include <string>
#include <string_view>

#include <catch2/catch_message.hpp>
#include <catch2/catch_test_macros.hpp>

#include "linting.h"
#include "postgres/each_server.h"
#include "postgres/script.h"

namespace unwedge::postgres {
namespace {

constexpr std::string_view kInvalidBytes = "22021";
constexpr std::string_view kSyntaxError = "42601";

std::string sqlstate_of(Connection& session, std::string sql, const Database& database) {
  const Result result = send(session, {.sql = std::move(sql)}, database);
  return result.error ? result.error->sqlstate : "";
}

TEST_CASE("bytes that are not UTF-8 are rejected, in comments too", "[postgres]") {
  Server& server = each_server();
  const Database database = server.fresh_database();
  Connection session = prepared_session(database, "");
  const auto sent = [&](std::string sql) { return sqlstate_of(session, std::move(sql), database); };
  CHECK(sent("SELECT 'caf\xE9'") == kInvalidBytes);
  CHECK(sent("SELECT 1 /* caf\xE9 */") == kInvalidBytes);
  CHECK(sent("-- caf\xE9\nSELECT 1") == kInvalidBytes);
  CHECK(sent("SET client_encoding = 'LATIN1'; SELECT 'caf\xE9'") == kInvalidBytes);
  CHECK(sent("\xFF\xFES") == kInvalidBytes);
  CHECK(sent("SELECT 'caf\xC3\xA9'").empty());
  CHECK(sent("\xEF\xBB\xBFSELECT 1") == kSyntaxError);
  CHECK(sent("SET client_encoding = 'LATIN1'").empty());
  CHECK(sent("SELECT 'caf\xE9'").empty());
}

TEST_CASE("fixtures that are not UTF-8 are rejected as they are", "[postgres]") {
  Server& server = each_server();
  const std::filesystem::path folder = linting::in_repository("fixtures/rules/not-utf8");
  for (const std::filesystem::path& file : linting::files_in(folder, "bad_", ".sql")) {
    INFO("PostgreSQL " << server.major() << ", " << file.filename().string());
    const Database database = server.fresh_database();
    Connection session = prepared_session(database, linting::read_file(folder / "setup.sql"));
    const std::string sqlstate = sqlstate_of(session, linting::read_file(file), database);
    // UTF-16 without a mark is a letter and a zero, which ends the text.
    const bool is_rejected = sqlstate == kInvalidBytes || sqlstate == kSyntaxError;
    CHECK(is_rejected);
  }
}

}  // namespace
}  // namespace unwedge::postgres
