// Which findings acknowledgements accept, and what is said of acknowledgements that are not in
// order.

#include "lint/acks.h"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "linting.h"

namespace unwedge::lint {
namespace {

using Ids = std::vector<std::string_view>;

constexpr std::string_view kBuild = "CREATE INDEX ON t (a);\n";
constexpr std::string_view kNotNull = "ALTER TABLE t ALTER a SET NOT NULL;\n";

Ids ids(const std::string& sql, const Options& options = linting::default_options()) {
  static std::vector<FileResult> kept;
  return linting::rule_ids(kept.emplace_back(linting::lint_text(sql, options)));
}

std::size_t acked(const std::string& sql, const Options& options = linting::default_options()) {
  std::size_t count = 0;
  for (const ReportedFinding& finding : linting::lint_text(sql, options).findings) {
    if (finding.ack) ++count;
  }
  return count;
}

std::string ack(std::string_view rules, std::string_view reason = "small") {
  std::string text = "-- migration-unsafe-ack";
  if (!rules.empty()) text += "(" + std::string(rules) + ")";
  return text + ": " + std::string(reason) + "\n";
}

const std::string kOther = "COMMENT ON TABLE t IS 'x';\n";
const std::string build(kBuild);
const std::string not_null(kNotNull);

TEST_CASE("acks: at the head of the file they cover all of it") {
  CHECK(ids(ack("index-not-concurrent") + build).empty());
  CHECK(ids(ack("index-not-concurrent") + kOther + build + build).empty());
  CHECK(ids("-- why\n\n" + ack("") + "\n/* more */\n" + kOther + build + not_null).empty());
  CHECK(ids(ack("index-not-concurrent") + build + not_null) == Ids{"set-not-null-without-check"});
  CHECK(acked(ack("") + build + not_null) == 2);
}

TEST_CASE("acks: elsewhere they cover the statement below") {
  const std::string head = kOther;
  CHECK(ids(head + ack("index-not-concurrent") + build).empty());
  CHECK(ids(head + ack("index-not-concurrent") + "-- more\n" + build).empty());
  CHECK(ids(head + ack("index-not-concurrent") + build + build) == Ids{"index-not-concurrent"});
  CHECK(ids(head + ack("index-not-concurrent") + kOther + build) ==
        Ids{"ack-unused", "index-not-concurrent"});
  CHECK(ids(head + ack("index-not-concurrent") + ack("set-not-null-without-check", "also small") +
            "ALTER TABLE t ALTER a SET NOT NULL;\n") == Ids{"ack-unused"});
}

TEST_CASE("acks: misplaced") {
  const std::string head = kOther;
  CHECK(ids(head + ack("") + "\n" + build) == Ids{"ack-misplaced", "index-not-concurrent"});
  CHECK(ids(head + build + ack("")) == Ids{"index-not-concurrent", "ack-misplaced"});
  CHECK(ids("COMMENT ON TABLE t IS 'x'; " + ack("") + build) ==
        Ids{"ack-misplaced", "index-not-concurrent"});
  CHECK(ids(head + "CREATE INDEX i\n" + ack("") + "ON t (a);\n") ==
        Ids{"index-not-concurrent", "ack-misplaced"});
}

TEST_CASE("acks: sections") {
  const std::string down = "-- migrate:down\nDROP INDEX i;\n";
  CHECK(ids("-- migrate:up\n" + ack("") + kOther + build + down).empty());
  CHECK(ids(ack("") + "-- migrate:up\n" + kOther + build + down).empty());
  CHECK(ids("-- migrate:up\n" + build + ack("") + down) ==
        Ids{"index-not-concurrent", "ack-misplaced"});
  CHECK(ids("-- migrate:up\n" + build + "-- migrate:down\n" + ack("") + "DROP INDEX i;\n") ==
        Ids{"index-not-concurrent", "ack-unused"});
}

TEST_CASE("acks: several rules") {
  CHECK(ids(ack("index-not-concurrent, set-not-null-without-check") + build + not_null).empty());
  const FileResult result = linting::lint_text(
      ack("index-not-concurrent, set-not-null-without-check, stored-generated-column") + build);
  REQUIRE(linting::rule_ids(result) == Ids{"ack-unused"});
  CHECK(result.findings.front().message ==
        "This acknowledgement names 'set-not-null-without-check', 'stored-generated-column', of "
        "which there is no finding here.");
  CHECK(ids(ack("require-concurrent-index-creation") + build).empty());
}

TEST_CASE("acks: unknown rules") {
  CHECK(ids(ack("index-not-fast") + build) == Ids{"ack-unknown-rule", "index-not-concurrent"});
  CHECK(ids(ack("index-not-concurrent, index-not-fast") + build) == Ids{"ack-unknown-rule"});
  CHECK(ids(ack("ack-unused") + build) == Ids{"ack-unknown-rule", "index-not-concurrent"});
  CHECK(ids(ack("index-not-concurrent, owner=bob") + build) == Ids{"ack-unknown-rule"});
  CHECK(ids(ack("owner=bob") + build) == Ids{"ack-unknown-rule", "index-not-concurrent"});
}

TEST_CASE("acks: without a reason") {
  CHECK(ids(ack("index-not-concurrent", "") + build) ==
        Ids{"ack-without-reason", "index-not-concurrent"});
  CHECK(ids("-- migration-unsafe-ack\n" + build) ==
        Ids{"ack-without-reason", "index-not-concurrent"});
  CHECK(ids("-- migration-unsafe-ack(index-not-concurrent small\n" + build) ==
        Ids{"ack-without-reason", "index-not-concurrent"});
}

TEST_CASE("acks: until a day, that day included") {
  const auto until = [](const std::string& day) {
    return ids(ack("index-not-concurrent, until=" + day) + build);
  };
  const Ids expired{"ack-expired", "index-not-concurrent"};
  CHECK(until("2026-11-20").empty());
  CHECK(until("2026-11-21").empty());
  CHECK(until("2026-11-19") == expired);
  CHECK(until("2026-02-30") == expired);
  CHECK(until("2026-13-01") == expired);
  CHECK(until("tomorrow") == expired);
  CHECK(until("2026-11-2") == expired);
  CHECK(until("20261-1-20") == expired);
}

TEST_CASE("acks: what is said of the acceptance") {
  const FileResult result =
      linting::lint_text(ack("index-not-concurrent, until=2027-01-01, ticket=OPS-1") + build);
  REQUIRE(result.findings.size() == 1);
  REQUIRE(result.findings[0].ack);
  CHECK(result.findings[0].ack->reason == "small");
  CHECK(result.findings[0].ack->ticket == "OPS-1");
  CHECK(result.findings[0].ack->until == "2027-01-01");
  CHECK(result.findings[0].ack->in_source);
}

TEST_CASE("acks: findings about acknowledgements cannot be accepted") {
  CHECK(ids(ack("") + ack("index-not-fast") + kOther) == Ids{"ack-unused", "ack-unknown-rule"});
  CHECK(ids(ack("") + ack("index-not-concurrent", "") + build) == Ids{"ack-without-reason"});
}

TEST_CASE("acks: in the config") {
  Options options = linting::default_options();
  options.acks.push_back({.path = "test.sql",
                          .rules = {"index-not-concurrent"},
                          .reason = "applied long ago",
                          .declared_at = "unwedge.yaml:7"});
  CHECK(ids(build, options).empty());
  const FileResult result = linting::lint_text(build, options);
  REQUIRE(result.findings.at(0).ack);
  CHECK_FALSE(result.findings[0].ack->in_source);
  CHECK(ids(build + not_null, options) == Ids{"set-not-null-without-check"});
  const FileResult unused = linting::lint_text(kOther, options);
  REQUIRE(linting::rule_ids(unused) == Ids{"ack-unused"});
  CHECK(unused.findings[0].message.starts_with("unwedge.yaml:7: "));
  options.acks[0].until = "2026-11-19";
  CHECK(ids(build, options) == Ids{"ack-expired", "index-not-concurrent"});
}

TEST_CASE("acks: a syntax error can be accepted") {
  CHECK(ids(ack("syntax-error") + "CREATE TABL t;\n").empty());
  CHECK(ids(kOther + ack("syntax-error") + "CREATE TABL t;\n" + build) ==
        Ids{"index-not-concurrent"});
}

TEST_CASE("acks: of a rule that is off") {
  Options options = linting::default_options();
  options.rules["index-not-concurrent"].enabled = false;
  CHECK(ids(build, options).empty());
  options.rules["ack-unused"].enabled = false;
  CHECK(ids(ack("index-not-concurrent") + build, options).empty());
}

}  // namespace
}  // namespace unwedge::lint
