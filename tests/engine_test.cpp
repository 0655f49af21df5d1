// Runs over many files, and what one file's result is made of.

#include "lint/engine.h"

#include <atomic>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "lint/registry.h"
#include "linting.h"
#include "text/source_file.h"

namespace unwedge::lint {
namespace {

Input input(std::string path, std::string sql, const Options& options) {
  return {.path = path,
          .read = [path, sql] { return text::source_from_bytes(path, sql); },
          .options = &options};
}

/// Each in a history of its own.
std::vector<InputHistory> alone(std::vector<Input> inputs) {
  std::vector<InputHistory> histories;
  for (Input& input : inputs) {
    input.place = histories.size();
    histories.push_back({.files = {std::move(input)}});
  }
  return histories;
}

std::vector<Input> many_inputs(std::size_t count, const Options& options) {
  std::vector<Input> inputs;
  for (std::size_t i = 0; i < count; ++i) {
    // Files of very different sizes, so that they are done in another order than they are begun.
    std::string sql = "CREATE INDEX i ON t" + std::to_string(i) + " (a);\n";
    for (std::size_t line = 0; line < (i * 37) % 101; ++line) sql += "SELECT 1;\n";
    inputs.push_back(input("f" + std::to_string(i) + ".sql", sql, options));
  }
  return inputs;
}

TEST_CASE("engine: results are in the order of the inputs, on any number of threads") {
  const Options options = linting::default_options();
  const std::vector<Input> inputs = many_inputs(200, options);
  for (const unsigned jobs : {0U, 1U, 2U, 8U, 500U}) {
    INFO(jobs);
    const Result result = run(alone(inputs), jobs);
    REQUIRE(result.files.size() == inputs.size());
    bool in_order = true;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const FileResult& file = result.files[i];
      in_order = in_order && file.path == inputs[i].path && file.findings.size() == 1 &&
                 file.findings[0].message.find("'t" + std::to_string(i) + "'") != std::string::npos;
    }
    CHECK(in_order);
    CHECK(result.summary.errors == inputs.size());
    CHECK(result.summary.files == inputs.size());
  }
}

TEST_CASE("engine: no files") {
  const Result result = run({}, 4);
  CHECK(result.files.empty());
  CHECK(result.summary.files == 0);
}

TEST_CASE("engine: one unreadable file loses no other's findings") {
  const Options options = linting::default_options();
  std::vector<Input> inputs = many_inputs(3, options);
  inputs[1].read = [] { return tl::unexpected<std::string>("cannot read it"); };
  const Result result = run(alone(inputs), 2);
  REQUIRE(result.files.size() == 3);
  CHECK(result.files[1].path == "f1.sql");
  CHECK(result.files[1].error == "cannot read it");
  CHECK(result.files[1].findings.empty());
  CHECK(result.files[0].findings.size() == 1);
  CHECK(result.files[2].findings.size() == 1);
  CHECK(result.summary.files == 3);
  CHECK(result.summary.unreadable == 1);
  CHECK(result.summary.errors == 2);
}

TEST_CASE("engine: what is no text is an error of its file") {
  const Options options = linting::default_options();
  const Result result = run(alone({input("a.sql", std::string("SELECT '\0';", 11), options)}), 1);
  CHECK(result.files.at(0).error == "line 1 has a NUL byte (0x00)");
}

TEST_CASE("engine: the summary counts") {
  const Options options = linting::default_options();
  const Result result =
      run(alone({
              input("a.sql", "CREATE INDEX i ON t (a); CREATE INDEX j ON t (b);", options),
              input("b.sql", "-- migration-unsafe-ack: small\nCREATE INDEX i ON t (a);", options),
              input("c.sql", "CREATE INDEX CONCURRENTLY i ON t (a);", options),
              input("d.sql", "SELECT 1; SELEC 2;", options),
              input("e.sql", "", options),
          }),
          2);
  CHECK(result.summary.errors == 3);
  CHECK(result.summary.warnings == 1);
  CHECK(result.summary.infos == 0);
  CHECK(result.summary.acked == 1);
  CHECK(result.summary.files == 5);
  CHECK(result.summary.unreadable == 0);
  CHECK(result.files[0].statements == 2);
  CHECK(result.files[3].statements == 2);
  CHECK(result.files[3].unanalysed == 1);
  CHECK(result.files[4].statements == 0);
}

TEST_CASE("engine: progress counts every file once") {
  const Options options = linting::default_options();
  std::set<std::size_t> seen;
  run(alone(many_inputs(50, options)), 4, [&seen](std::size_t done) { seen.insert(done); });
  CHECK(seen.size() == 50);
  CHECK(*seen.begin() == 1);
  CHECK(*seen.rbegin() == 50);
}

TEST_CASE("engine: a cancelled run has the files done so far") {
  const Options options = linting::default_options();
  std::atomic<int> asked{0};
  const Result result =
      run(alone(many_inputs(50, options)), 1, {}, [&asked] { return ++asked > 10; });
  REQUIRE(result.files.size() == 10);
  CHECK(result.files[9].path == "f9.sql");
  CHECK(result.summary.files == 10);
  CHECK(run(alone(many_inputs(50, options)), 4, {}, [] { return true; }).files.empty());
}

TEST_CASE("engine: rules that are off, and severities of the config") {
  Options options = linting::default_options();
  const std::string sql = "CREATE INDEX i ON t (a);";
  options.rules["index-not-concurrent"].severity = Severity::kInfo;
  Result result = run(alone({input("a.sql", sql, options)}), 1);
  CHECK(result.summary.infos == 1);
  const std::size_t on = result.rules.size();
  CHECK(on > builtin_rules().size() / 2);
  options.rules["index-not-concurrent"].enabled = false;
  result = run(alone({input("a.sql", sql, options)}), 1);
  CHECK(result.files.at(0).findings.empty());
  CHECK(result.rules.size() == on - 1);
}

TEST_CASE("engine: the runner is recognised or named") {
  Options options = linting::default_options();
  CHECK(linting::lint_text("SELECT 1;", options).runner == "unknown");
  CHECK(linting::lint_text("-- migrate:up\nSELECT 1;", options).runner == "dbmate");
  options.runner = "psql";
  CHECK(linting::lint_text("SELECT 1;", options).runner == "psql");
  CHECK(linting::rule_ids(linting::lint_text("CREATE INDEX CONCURRENTLY i ON t (a);", options))
            .empty());
}

TEST_CASE("engine: in down sections only what fails is reported") {
  const FileResult result = linting::lint_text(
      "-- migrate:up\nSELECT 1;\n-- migrate:down\nCREATE INDEX i ON t (a);\nDROP INDEX "
      "CONCURRENTLY j;\nSELEC 1;\n");
  CHECK(linting::rule_ids(result) ==
        std::vector<std::string_view>{"concurrently-in-transaction", "syntax-error"});
  CHECK(result.findings[0].help ==
        "Put it alone into a migration that has the line:\n-- migrate:down transaction:false");
}

TEST_CASE("engine: findings are sorted by place") {
  const FileResult result = linting::lint_text(
      "ALTER TABLE t ADD a int;\nUPDATE t SET a = 1;\nCREATE INDEX i ON t (a);\nSELEC 1;\n");
  CHECK(linting::rule_ids(result) ==
        std::vector<std::string_view>{"ddl-with-bulk-dml", "index-not-concurrent", "syntax-error"});
}

TEST_CASE("engine: fingerprints stay when lines move, and differ between equal statements") {
  const auto fingerprints = [](const std::string& sql) {
    std::vector<std::string> all;
    for (const ReportedFinding& finding : linting::lint_text(sql).findings) {
      all.push_back(finding.fingerprint);
    }
    return all;
  };
  const std::vector<std::string> plain = fingerprints("CREATE INDEX ON t (a);");
  REQUIRE(plain.size() == 1);
  CHECK(plain[0].size() == 16);
  CHECK(fingerprints("\n\n-- c\nCREATE INDEX \n  ON t (a /* x */);") == plain);
  CHECK(fingerprints("CREATE INDEX ON u (a);") != plain);
  const std::vector<std::string> twice =
      fingerprints("CREATE INDEX ON t (a);\nCREATE INDEX ON t (a);");
  REQUIRE(twice.size() == 2);
  CHECK(twice[0] == plain[0]);
  CHECK(twice[1] != plain[0]);
}

TEST_CASE("engine: places in files with multi-byte characters and CRLF") {
  const FileResult result =
      linting::lint_text("SELECT 'ü🐘';\r\n/* ü🐘 */ CREATE INDEX i ON t (a);\r\n");
  REQUIRE(result.findings.size() == 1);
  const text::Position start = result.findings[0].region.start;
  CHECK(start.line == 2);
  CHECK(start.column == 10);
  CHECK(start.column_utf16 == 11);
  CHECK(start.column_bytes == 14);
}

TEST_CASE("engine: a script that makes a database is no migration, unless the runner is known") {
  const std::string sql = "CREATE DATABASE shop; VACUUM;";
  CHECK(linting::rule_ids(linting::lint_text(sql)).empty());
  const std::string migration = "-- +goose Up\nCREATE DATABASE shop;\n";
  CHECK(linting::rule_ids(linting::lint_text(migration)) ==
        std::vector<std::string_view>{"not-in-transaction"});
}

}  // namespace
}  // namespace unwedge::lint
