// The SARIF report keeps to what its readers want beyond the schema. tests/external holds the same
// sample against validators that others wrote.

#include "report/sarif_report.h"

#include <string>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "report/links.h"
#include "sample_result.h"

namespace unwedge::report {
namespace {

using nlohmann::json;

json run_of(const lint::Result& result, const RenderOptions& options) {
  json document = json::parse(render_sarif(result, options));
  CHECK(document["$schema"] == "https://json.schemastore.org/sarif-2.1.0.json");
  CHECK(document["version"] == "2.1.0");
  REQUIRE(document["runs"].size() == 1);
  return document["runs"][0];
}

json sample_run(bool show_acked) {
  RenderOptions options = sample::plain_options();
  options.show_acked = show_acked;
  return run_of(sample::everything(), options);
}

TEST_CASE("SARIF: an empty run has its lists and was successful") {
  const json run = run_of({}, sample::plain_options());
  CHECK(run["results"] == json::array());
  CHECK(run["tool"]["driver"]["rules"] == json::array());
  CHECK(run["invocations"][0] == json{{"executionSuccessful", true}});
  CHECK(run["columnKind"] == "utf16CodeUnits");
}

TEST_CASE("SARIF: rules are sorted, and results refer to them") {
  const json run = sample_run(true);
  const json& rules = run["tool"]["driver"]["rules"];
  REQUIRE(rules.size() == 3);
  CHECK(rules[0]["id"] == "deadlock");  // ran without being listed, as a syntax error does
  CHECK(rules[1]["id"] == "drop-column");
  CHECK(rules[2]["id"] == "index-not-concurrent");
  for (const json& result : run["results"]) {
    CHECK(rules[result["ruleIndex"].get<std::size_t>()]["id"] == result["ruleId"]);
  }
}

TEST_CASE("SARIF: a rule is described from its page") {
  const json run = sample_run(false);
  const json& rules = run["tool"]["driver"]["rules"];
  const json& rule = rules[2];
  CHECK(rule["name"] == "IndexNotConcurrent");
  CHECK(rules[0]["name"] == "DeadlockRule");
  CHECK(rule["shortDescription"]["text"] ==
        "CREATE INDEX without CONCURRENTLY blocks writes for the whole build.");
  CHECK(rule["fullDescription"]["text"] ==
        "`CREATE INDEX` without `CONCURRENTLY` blocks writes for as long as the build takes.");
  CHECK(rule["help"]["markdown"].get<std::string>().starts_with("# index-not-concurrent\n"));
  CHECK(rule["helpUri"] ==
        "https://github.com/unwedge/unwedge/blob/main/rules/locking/index_not_concurrent.md");
  CHECK(rule["defaultConfiguration"]["level"] == "error");
  CHECK(rules[0]["defaultConfiguration"]["level"] == "note");
  CHECK(rules[0]["properties"]["problem.severity"] == "recommendation");
  CHECK(rules[0]["fullDescription"] == rules[0]["shortDescription"]);  // it has no page
  CHECK_FALSE(rules[0]["help"].contains("markdown"));
}

TEST_CASE("SARIF: columns are UTF-16 units, and related places are linked") {
  const json run = sample_run(false);
  const json& result = run["results"][0];
  CHECK(result["locations"][0]["physicalLocation"] == json::parse(R"({
    "artifactLocation": {"uri": "db/migrations/0042_users.sql", "uriBaseId": "SRCROOT"},
    "region": {"startLine": 4, "startColumn": 10, "endLine": 4, "endColumn": 22}})"));
  CHECK(result["message"]["text"].get<std::string>().starts_with(
      "Building index 'users_email_idx' blocks every write to 'users' until it is done. "
      "['users' has been locked since this statement](0).\nBuild it"));
  CHECK(result["relatedLocations"][0]["id"] == 0);
  CHECK(result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 2);
  CHECK(result["partialFingerprints"]["primaryLocationLineHash"] == "bad39855d8a02a26:1");
  CHECK(result["partialFingerprints"]["unwedge/v1"] == "0123456789abcdef");
}

TEST_CASE("SARIF: what looks like a link in a message is none") {
  const json run = sample_run(false);
  CHECK(run["results"][1]["message"]["text"] ==
        "Dropping 'naïve \\[x\\](0)' of type 'text\\[\\]' breaks what still reads it.\n"
        "Stop reading it first.");

  lint::Result result = sample::everything();
  result.files[0].findings[0].message = "Type 'text[]' of 'a\\b'.";
  result.files[0].findings[0].help.clear();
  result.files[0].findings[0].related[0].message = "Was 'int[]'";
  CHECK(run_of(result, sample::plain_options())["results"][0]["message"]["text"] ==
        "Type 'text[]' of 'a\\b'. [Was 'int\\[\\]'](0).");
}

TEST_CASE("SARIF: acknowledged findings on request, as suppressed") {
  CHECK(sample_run(false)["results"].size() == 2);
  const json run = sample_run(true);
  const json& results = run["results"];
  REQUIRE(results.size() == 4);
  CHECK(results[2]["suppressions"] == json::parse(R"json([{"kind": "inSource",
    "justification": "Nothing else runs. (OPS-12, until 2027-03-31)"}])json"));
  CHECK(results[3]["suppressions"][0]["kind"] == "external");
  CHECK_FALSE(results[0].contains("suppressions"));
}

TEST_CASE("SARIF: an unreadable file is a notification") {
  const json run = sample_run(false);
  const json& invocation = run["invocations"][0];
  CHECK(invocation["executionSuccessful"] == false);
  const json& notification = invocation["toolExecutionNotifications"][0];
  CHECK(notification["level"] == "error");
  CHECK(notification["message"]["text"] ==
        "'db/latin1.sql' could not be read: line 3 is not valid UTF-8 (byte 0xE9).");
}

TEST_CASE("SARIF: the most severe findings are kept when there are too many") {
  lint::Result result = sample::everything();
  std::vector<lint::ReportedFinding>& findings = result.files[1].findings;
  findings.assign(30'000, findings[0]);
  findings[29'999].severity = Severity::kError;
  const json run = run_of(result, sample::plain_options());
  REQUIRE(run["results"].size() == 25'000);
  CHECK(run["results"][0]["level"] == "error");
  CHECK(run["results"][24'999]["level"] == "error");
  CHECK(run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
            .get<std::string>()
            .starts_with("'db/latin1.sql'"));
  CHECK(run["invocations"][0]["toolExecutionNotifications"][1]["message"]["text"] ==
        "Only the 25000 most severe of 30001 findings are in this report.");
}

TEST_CASE("paths become URIs") {
  CHECK(path_to_uri("db/a.sql", "") == "db/a.sql");
  CHECK(path_to_uri("./db//a b%.sql", "") == "db/a%20b%25.sql");
  CHECK(path_to_uri("c:\\x.sql", "") == "c%3A%5Cx.sql");
  CHECK(path_to_uri("caf\xE9.sql", "") == "caf%E9.sql");
  CHECK(path_to_uri("a.sql", "services/api") == "services/api/a.sql");
  CHECK(path_to_uri("../db/a.sql", "services/api") == "services/db/a.sql");
  CHECK(path_to_uri("../../../a.sql", "services/api") == "../a.sql");
  CHECK(path_to_uri("/srv/a b.sql", "services/api") == "file:///srv/a%20b.sql");
  CHECK(is_below_root("..a/b.sql"));
  CHECK_FALSE(is_below_root("../a.sql"));
  CHECK_FALSE(is_below_root("file:///a.sql"));
}

}  // namespace
}  // namespace unwedge::report
