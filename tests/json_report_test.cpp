// The JSON report has the fields that its readers were promised, and is safe to print.

#include "report/json_report.h"

#include <string>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "sample_result.h"

namespace unwedge::report {
namespace {

using nlohmann::json;

json render_and_parse(const lint::Result& result, bool show_acked) {
  RenderOptions options = sample::plain_options();
  options.show_acked = show_acked;
  return json::parse(render_json(result, options));
}

TEST_CASE("JSON: an empty run") {
  CHECK(render_json({}, sample::plain_options()) == R"({
  "version": 1,
  "tool": {
    "name": "unwedge",
    "version": "0.1.0",
    "grammar": "18.0"
  },
  "files": [],
  "findings": [],
  "summary": {
    "error": 0,
    "warning": 0,
    "info": 0,
    "acked": 0,
    "files": 0
  }
}
)");
}

TEST_CASE("JSON: a finding has every field") {
  const json report = render_and_parse(sample::everything(), false);
  REQUIRE(report["findings"].size() == 2);
  CHECK(report["findings"][0] == json::parse(R"({
    "rule": "index-not-concurrent", "severity": "error", "kind": "blocks",
    "file": "db/migrations/0042_users.sql", "section": null,
    "span": {"start": {"line": 4, "column": 9}, "end": {"line": 4, "column": 21}},
    "message": "Building index 'users_email_idx' blocks every write to 'users' until it is done.",
    "help": "Build it in a migration of its own:\n-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY users_email_idx ON users (email);",
    "related": [{
      "file": "db/migrations/0042_users.sql",
      "span": {"start": {"line": 2, "column": 1}, "end": {"line": 2, "column": 18}},
      "message": "'users' has been locked since this statement."}],
    "fingerprint": "0123456789abcdef", "ack": null})"));
}

TEST_CASE("JSON: files that could not be read are listed with the reason") {
  const json report = render_and_parse(sample::everything(), false);
  REQUIRE(report["files"].size() == 5);
  CHECK(report["files"][0]["error"].is_null());
  CHECK(report["files"][4]["path"] == "db/latin1.sql");
  CHECK(report["files"][4]["error"] == "line 3 is not valid UTF-8 (byte 0xE9)");
}

TEST_CASE("JSON: acknowledged findings on request") {
  const json report = render_and_parse(sample::everything(), true);
  REQUIRE(report["findings"].size() == 4);
  CHECK(report["findings"][2]["ack"] ==
        json::parse(R"({"reason": "Nothing else runs.", "ticket": "OPS-12",
                        "until": "2027-03-31", "inSource": true})"));
  CHECK(report["findings"][3]["ack"] ==
        json::parse(R"({"reason": "It is unused.", "ticket": null, "until": null,
                        "inSource": false})"));
  CHECK(report["summary"]["acked"] == 2);
}

TEST_CASE("JSON: strange bytes come through, or are replaced where JSON has no room for them") {
  lint::Result result = sample::everything();
  result.files[0].path = "caf\xE9.sql";
  result.files[0].findings[0].message = "\x1b[31m \u009b31m \u202e \x7f é";
  const std::string text = render_json(result, sample::plain_options());
  CHECK(text.find("\\u001b[31m \\u009b31m \\u202e \\u007f é") != std::string::npos);
  const json report = json::parse(text);
  CHECK(report["files"][0]["path"] == "caf\uFFFD.sql");
  CHECK(report["findings"][0]["message"] == "\x1b[31m \u009b31m \u202e \x7f é");
}

}  // namespace
}  // namespace unwedge::report
