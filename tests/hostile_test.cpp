// Files that are meant to be too much: they are linted to their end, and what stands behind the
// hostile part is found.

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "lint/engine.h"
#include "linting.h"
#include "report/report.h"
#include "text/utf8.h"

namespace unwedge {
namespace {

constexpr std::string_view kLast = ";\nCREATE INDEX last_idx ON last (a);\n";

std::string times(std::size_t count, std::string_view unit) {
  std::string text;
  text.reserve(count * unit.size());
  for (std::size_t i = 0; i < count; ++i) text += unit;
  return text;
}

/// The unit that many times, with "#" replaced by the number.
std::string numbered(std::size_t count, std::string_view unit) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    for (const char c : unit) c == '#' ? text += std::to_string(i) : text += c;
  }
  return text;
}

bool finds_last(const lint::FileResult& file) {
  return std::any_of(file.findings.begin(), file.findings.end(), [](const auto& finding) {
    return finding.rule->id == "index-not-concurrent" &&
           finding.message.find("'last_idx'") != std::string::npos;
  });
}

bool has_syntax_error(const lint::FileResult& file) {
  const std::vector<std::string_view> ids = linting::rule_ids(file);
  return std::find(ids.begin(), ids.end(), "syntax-error") != ids.end();
}

/// The statement is one that the grammar takes, and so is what stands behind it.
void check_taken(const std::string& statement) {
  INFO(statement.substr(0, 60));
  const lint::FileResult file = linting::lint_text(statement + std::string(kLast));
  CHECK(finds_last(file));
  CHECK_FALSE(has_syntax_error(file));
}

/// It is one that no server takes, and costs itself only.
void check_rejected(const std::string& statement) {
  INFO(statement.substr(0, 60));
  const lint::FileResult file = linting::lint_text(statement + std::string(kLast));
  CHECK(finds_last(file));
  CHECK(has_syntax_error(file));
}

/// It never ends: all that is behind it belongs to it, what is before does not.
void check_endless(const std::string& statement) {
  INFO(statement.substr(0, 60));
  const lint::FileResult file = linting::lint_text("SELECT 1" + std::string(kLast) + statement +
                                                   times(2000, ";\nDROP TABLE t"));
  CHECK(finds_last(file));
  CHECK(has_syntax_error(file));
}

TEST_CASE("hostile: nests that are too deep for the server, too") {
  constexpr std::size_t kDepth = 50'000;
  check_rejected("SELECT " + times(kDepth, "(") + "1" + times(kDepth, ")"));
  check_rejected("SELECT " + times(kDepth, "CASE WHEN a THEN ") + "1" + times(kDepth, " END"));
  check_rejected("SELECT * FROM " + times(kDepth, "(SELECT * FROM ") + "t" + times(kDepth, ") x"));
  check_rejected("SELECT " + times(kDepth, "ARRAY[") + "1" + times(kDepth, "]"));
  check_rejected("SELECT " + times(kDepth, "NOT ") + "a");
  check_rejected("SELECT " + times(kDepth, "f(") + "1" + times(kDepth, ")"));
  check_rejected("SELECT " + times(kDepth, "+") + "1");
  check_rejected("SELECT " + times(kDepth, "+ ") + "1");
}

TEST_CASE("hostile: long lists") {
  check_taken("DELETE FROM t WHERE a = 1" + times(50'000, " AND b = 2"));
  check_taken("DELETE FROM t WHERE a = 1" + times(50'000, " OR b = 2"));
  check_taken("SELECT 'a'" + times(50'000, " || 'b'"));
  check_taken("DELETE FROM t WHERE a IN (1" + times(100'000, ", 22") + ")");
  check_taken("SELECT ARRAY[1" + times(100'000, ", 22") + "]");
  check_taken("SELECT 1" + times(2000, " UNION ALL SELECT 2"));
  check_taken("INSERT INTO t VALUES (1)" + times(50'000, ", (2)"));
  check_taken(times(20'000, ";\n"));
  check_taken(times(10'000, "SELECT 1; "));
}

TEST_CASE("hostile: tables of more parts than anybody has") {
  check_taken("CREATE TABLE t (a int" + numbered(20'000, ", c# int") + ")");
  check_taken("CREATE TABLE t (a int)" + numbered(3000, ";\nALTER TABLE t ADD c# int"));
  check_taken("CREATE TABLE t (a int) PARTITION BY RANGE (a)" +
              numbered(5000, ";\nCREATE TABLE t# PARTITION OF t FOR VALUES FROM (#) TO (#1)"));
  check_taken("DO $$ BEGIN" + numbered(3000, " ALTER TABLE t# ADD c int NOT NULL;") + " END $$");
}

TEST_CASE("hostile: long names, strings and comments") {
  constexpr std::size_t kLong = 1'000'000;
  check_taken("SELECT " + times(kLong, "x"));
  check_taken("SELECT \"" + times(kLong, "x") + "\"");
  check_taken("SELECT '" + times(kLong, "\u00E9") + "'");
  check_taken("SELECT $$" + times(kLong, ";") + "$$");
  check_taken("-- " + times(kLong, "-") + "\nSELECT 1");
  check_taken("/* " + times(kLong, "* ") + " */ SELECT 1");
  check_taken("/* " + times(20'000, "/* ") + times(20'000, " */") + " */ SELECT 1");
}

TEST_CASE("hostile: what never ends") {
  check_endless("SELECT 'x");
  check_endless("SELECT E'x\\");
  check_endless("SELECT \"x");
  check_endless("DO $$ x");
  check_endless("DO $a$ x $$");
  check_endless("SELECT 1 /* x");
  check_endless("SELECT 1 /* /* x */");
  check_endless(times(20'000, "/*"));
}

TEST_CASE("hostile: escapes that are none cost their own statement") {
  for (const std::string_view bad :
       {R"(SELECT E'\u12')", R"(SELECT E'\U00110000')", R"(SELECT E'\xff')", R"(SELECT E'\000')",
        R"(SELECT U&'\zzzz')", R"(SELECT U&"\d83d")", R"(SELECT U&'\d83d\0041')",
        "SELECT U&\"\\0000\"", "SELECT x'1' , 1a", "SELECT 0x", "SELECT 1__0", "SELECT \"\"",
        "SELECT @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 1"}) {
    check_rejected(std::string(bad));
  }
}

TEST_CASE("hostile: files with hardly anything in them") {
  for (const std::string_view text :
       {"", " ", "\n", "\r", "\r\n\r\n", ";", ";;;", "--", "-- x", "/**/", "/* x */\n",
        "\xEF\xBB\xBF", "\xEF\xBB\xBF-- x", "\t\f\v"}) {
    INFO(text);
    CHECK(linting::lint_text(std::string(text)).findings.empty());
  }
  for (const std::string_view text : {"C", "CREATE", "CREATE INDEX", "ALTER TABLE t ADD", "'", "\"",
                                      "$$", "/*", "(", "E'", "0x", "SELECT '", "\xC3", "\xFF"}) {
    INFO(text);
    CHECK_FALSE(linting::lint_text(std::string(text)).findings.empty());
  }
}

TEST_CASE("hostile: lines may end in any way") {
  for (const std::string_view end : {"\n", "\r\n", "\r"}) {
    std::string text = times(2000, std::string("SELECT 1;") + std::string(end));
    text += "CREATE INDEX last_idx ON last (a);";
    const lint::FileResult file = linting::lint_text(text);
    REQUIRE(finds_last(file));
    CHECK(file.findings.front().region.start.line == 2001);
    CHECK(file.findings.front().region.start.column == 1);
  }
}

TEST_CASE("hostile: names of files with brackets and worse") {
  for (const std::string_view name :
       {"[slug].sql", "{a,b}.sql", "*.sql", "a b.sql", "-x.sql", "\u00FC\u6F22.sql", "%41.sql",
        "\x1B[31m.sql", "\xFF.sql", "a'\"<>&.sql"}) {
    lint::Result result;
    result.files.push_back(linting::lint_text("DROP TABLE t; SELEC 1;", linting::default_options(),
                                              std::string(name)));
    CHECK_FALSE(result.files.front().findings.empty());
    for (const report::FormatInfo& format : report::formats()) {
      const std::string text = report::render(format.format, result, {});
      CHECK(text::valid_utf8_prefix(text) == text.size());
      CHECK(text.find('\x1B') == std::string::npos);
    }
  }
}

TEST_CASE("hostile: a hundred thousand findings") {
  using Clock = std::chrono::steady_clock;
  const auto seconds = [](std::size_t count) {
    const auto start = Clock::now();
    lint::Options options = linting::default_options();
    options.fingerprints = true;
    lint::Result result;
    result.files.push_back(linting::lint_text(times(count, "SELEC 1;\n"), options));
    CHECK(result.files.front().findings.size() == count);
    for (const report::FormatInfo& format : report::formats()) {
      CHECK_FALSE(report::render(format.format, result, {}).empty());
    }
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  const double some = seconds(10'000);
  const double many = seconds(100'000);
  INFO(some << " s and " << many << " s");
  CHECK(many < 40 * some);
}

}  // namespace
}  // namespace unwedge
