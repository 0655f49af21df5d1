// The text report: what people see, to the character.

#include "report/text_report.h"

#include <chrono>
#include <string>
#include <string_view>

#include <catch2/catch_test_macros.hpp>

#include "report/report.h"
#include "report/snippet.h"
#include "sample_result.h"
#include "text/utf8.h"

namespace unwedge::report {
namespace {

/// The line and, below it, the underline.
std::string underlined(const lint::Excerpt& excerpt, const text::Region& region) {
  const Snippet snippet = make_snippet(excerpt, region);
  return snippet.line + "\n" + std::string(snippet.begin, ' ') +
         std::string(snippet.end - snippet.begin, '^');
}

std::string underlined(std::string_view text, std::string_view part) {
  const lint::ReportedFinding finding = sample::finding_on(text, part, sample::kDropRule);
  return underlined(finding.excerpt, finding.region);
}

TEST_CASE("text: everything") {
  RenderOptions options = sample::plain_options();
  options.show_acked = true;
  CHECK(
      render_text(sample::everything(), options) ==
      R"text(db/migrations/0042_users.sql:4:9: error: Building index 'users_email_idx' blocks every write to 'users' until it is done. [index-not-concurrent]
  4 | /* 🐘 */ CREATE INDEX users_email_idx
    |          ^^^^^^^^^^^^
  note: 'users' has been locked since this statement.
  2 | ALTER TABLE users ADD COLUMN email text;
    | ^^^^^^^^^^^^^^^^^
  help: Build it in a migration of its own:
        -- migrate:up transaction:false
        CREATE INDEX CONCURRENTLY users_email_idx ON users (email);

db/über uns/[draft] 100%.sql:2:2: warning: Dropping 'naïve [x](0)' of type 'text[]' breaks what still reads it. [drop-column]
  2 |     DROP COLUMN "naïve [x](0)";
    |     ^^^^^^^^^^^
  help: Stop reading it first.

/srv/app/acked.sql:1:1: acknowledged info: Table 'b' is locked after 'a'. [deadlock]
  1 | LOCK a, b;
    | ^^^^
  acknowledged: Nothing else runs. (OPS-12, until 2027-03-31)

/srv/app/acked.sql:2:1: acknowledged warning: Dropping index 'i' slows reads of 'a'. [drop-column]
  2 | DROP INDEX i;
    | ^^^^^^^^^^
  acknowledged: It is unused. (in the config)

db/latin1.sql: error: could not be read: line 3 is not valid UTF-8 (byte 0xE9)

1 error, 1 warning in 2 of 5 files, 1 could not be read (2 acknowledged)
)text");
}

TEST_CASE("text: the summary") {
  const auto summary = [](lint::Summary counts) {
    lint::Result result;
    result.summary = counts;
    return render_text(result, sample::plain_options());
  };
  CHECK(summary({.files = 10}) == "No findings in 10 files.\n");
  CHECK(summary({.files = 1}) == "No findings in 1 file.\n");
  CHECK(summary({.acked = 3, .files = 2}) == "No findings in 2 files (3 acknowledged).\n");
  CHECK(summary({.errors = 3, .warnings = 1, .infos = 2, .files = 1}) ==
        "3 errors, 1 warning, 2 infos in 1 file\n");
  CHECK(summary({.files = 3, .unreadable = 1}) == "No findings in 3 files, 1 could not be read.\n");
}

TEST_CASE("text: acknowledged findings are only counted unless asked for") {
  const std::string report = render_text(sample::everything(), sample::plain_options());
  CHECK(report.find("acked.sql") == std::string::npos);
  CHECK(report.find("(2 acknowledged)") != std::string::npos);
}

TEST_CASE("text: nothing from a file reaches the terminal raw") {
  lint::Result result = sample::everything();
  lint::FileResult& file = result.files[0];
  file.path = "a\x1b[2J\xE9.sql";
  file.findings[0].message = "\x1b[31m\n\u202e";
  file.findings[0].help = "one\r\n\x1b]0;x\x07";
  file.findings[0].excerpt.line = "\x1b[8mhidden";
  file.findings[0].related[0].message = "\u009b1m";
  const std::string report = render_text(result, sample::plain_options());
  CHECK(text::valid_utf8_prefix(report) == report.size());
  for (const char c : report) CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
  CHECK(report.starts_with("a␛[2J\uFFFD.sql:4:9: error: ␛[31m␊<U+202E> [index-not-concurrent]\n"));
}

TEST_CASE("text: colour and links only on request") {
  RenderOptions options = sample::plain_options();
  const lint::Result result = sample::everything();
  CHECK(render_text(result, options).find('\x1b') == std::string::npos);
  options.colour = true;
  CHECK(
      render_text(result, options)
          .starts_with("\x1b[1mdb/migrations/0042_users.sql:4:9:\x1b[0m \x1b[1;31merror:\x1b[0m "));
  CHECK(render_text(result, options).find("\x1b]8;;") == std::string::npos);
  options.hyperlinks = true;
  CHECK(
      render_text(result, options)
          .find(
              "\x1b]8;;https://github.com/unwedge/unwedge/blob/main/rules/locking/"
              "index_not_concurrent.md\x1b\\\x1b[2m[index-not-concurrent]\x1b[0m\x1b]8;;\x1b\\") !=
      std::string::npos);
}

TEST_CASE("text: the gutter is as wide as the widest line number") {
  lint::Result result = sample::everything();
  lint::ReportedFinding& finding = result.files[0].findings[0];
  finding.region.start.line = finding.region.end.line = 1234;
  const std::string report = render_text(result, sample::plain_options());
  CHECK(report.find("\n  1234 | /*") != std::string::npos);
  CHECK(report.find("\n     2 | ALTER") != std::string::npos);
}

TEST_CASE("snippets: the underline lines up") {
  CHECK(underlined("ALTER TABLE t;", "TABLE") == "ALTER TABLE t;\n      ^^^^^");
  CHECK(underlined("\t\tx\tDROP;", "DROP") == "        x   DROP;\n            ^^^^");
  CHECK(underlined("漢字 e\u0301 DROP", "DROP") == "漢字 e\u0301 DROP\n       ^^^^");
  CHECK(underlined("\x1b DROP", "DROP") == "␛ DROP\n  ^^^^");
  CHECK(underlined("SELECT 1;   ", "SELECT 1;") == "SELECT 1;\n^^^^^^^^^");
}

TEST_CASE("snippets: several lines, nothing at all, and cut lines") {
  CHECK(underlined("  DROP TABLE  \n t;", "DROP TABLE  \n t") == "  DROP TABLE\n  ^^^^^^^^^^");
  CHECK(underlined("a;", "") == "a;\n^");
  CHECK(underlined(lint::Excerpt{}, text::Region{}) == "\n^");

  const text::Position start{.line = 1, .column = 101, .column_utf16 = 101, .column_bytes = 101};
  text::Position end = start;
  end.column = 105;
  const lint::Excerpt cut{.line = "a DROP b", .cut_columns = 98, .cut_end = true};
  CHECK(underlined(cut, {.start = start, .end = end}) == "…a DROP b…\n   ^^^^");
  end.column = 500;
  CHECK(underlined(cut, {.start = start, .end = end}) == "…a DROP b…\n   ^^^^^^");
}

TEST_CASE("text: a large result costs no more than its size") {
  lint::Result result = sample::everything();
  result.files[0].findings.assign(20'000, result.files[0].findings[0]);
  const auto begin = std::chrono::steady_clock::now();
  CHECK(render_text(result, sample::plain_options()).size() > 4'000'000);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(30));
}

TEST_CASE("formats have names") {
  CHECK(parse_format("sarif") == Format::kSarif);
  CHECK_FALSE(parse_format("SARIF"));
  for (const FormatInfo& info : formats()) {
    CHECK(parse_format(info.name) == info.format);
    CHECK(render(info.format, {}, sample::plain_options()).ends_with('\n'));
  }
}

}  // namespace
}  // namespace unwedge::report
