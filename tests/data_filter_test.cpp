// What stays of a dump when its data is left out while it is read, and that places are the file's.

#include "text/data_filter.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <catch2/catch_test_macros.hpp>

#include "temporary_folder.h"
#include "text/line_index.h"
#include "text/source_file.h"

namespace unwedge::text {
namespace {

constexpr std::string_view kRow = "1\tsome text; with 'quotes\t\\N\n";
constexpr std::string_view kEnd = "\\.\nDROP TABLE last;\n";

std::string rows(std::size_t bytes) {
  std::string data;
  while (data.size() < bytes) data += kRow;
  return data;
}

struct Filtered {
  std::string text;
  std::vector<Elision> elisions;
  bool lacks_end = false;
};

Filtered filtered(std::string_view bytes, std::size_t piece) {
  DataFilter filter(bytes.size());
  for (std::size_t at = 0; at < bytes.size(); at += piece) filter.add(bytes.substr(at, piece));
  Filtered result{.lacks_end = filter.lacks_end()};
  result.text = filter.take_text();
  result.elisions = filter.take_elisions();
  return result;
}

std::size_t line_of(std::string_view text, std::string_view part) {
  const std::string_view before = text.substr(0, text.find(part));
  return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
}

/// Something is left out, and every line that stays has the number and the text that it had.
void check_places(const std::string& dump, const Filtered& result) {
  CHECK(result.text.size() < dump.size());
  CHECK_FALSE(result.lacks_end);
  const LineIndex whole(dump);
  const LineIndex index(result.text, result.elisions);
  CHECK(index.line_count() == whole.line_count());
  std::size_t left_out = 0;
  std::size_t wrong = 0;
  for (std::uint32_t line = 1; line <= whole.line_count(); ++line) {
    const bool is_left_out = index.line_in_text(line) == 0;
    left_out += is_left_out ? 1 : 0;
    if (index.line(line) != (is_left_out ? std::string_view() : whole.line(line))) ++wrong;
  }
  CHECK(left_out > 0);
  CHECK(wrong == 0);
  const std::size_t last = result.text.find("DROP TABLE last");
  REQUIRE(last != std::string::npos);
  CHECK(index.position(static_cast<std::uint32_t>(last)) ==
        whole.position(static_cast<std::uint32_t>(dump.find("DROP TABLE last"))));
}

void check_left_out(const std::string& dump) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, dump.size()}) {
    INFO("in pieces of " << piece);
    check_places(dump, filtered(dump, piece));
  }
}

void check_kept(const std::string& dump) {
  const Filtered result = filtered(dump, 1000);
  CHECK(result.text == dump);
  CHECK(result.elisions.empty());
}

TEST_CASE("data filter: the bulk of it is left out, its beginning and its end stay") {
  const std::string dump = "SET x = 1;\nCOPY public.t (a, b, c) FROM stdin;\n" + rows(20'000) +
                           "\\.\n\nDROP TABLE last;\n";
  check_left_out(dump);
  const Filtered result = filtered(dump, 512);
  CHECK(result.text.starts_with("SET x = 1;\nCOPY public.t (a, b, c) FROM stdin;\n1\tsome"));
  CHECK(result.text.ends_with(std::string(kRow) + "\\.\n\nDROP TABLE last;\n"));
  CHECK(result.text.size() < DataFilter::kKeptBytes + 200);
  CHECK(result.elisions.size() == 1);
}

TEST_CASE("data filter: every COPY that psql would feed") {
  for (const std::string_view copy :
       {"COPY t FROM stdin;", "copy t from STDIN ;  ",
        "COPY t\n  (a)\nFROM STDIN WITH (FORMAT csv);",
        "/* one /* two */ ; */ COPY \"from\" FROM stdin;", "-- it's\nCOPY t FROM stdin;\r",
        "\\echo it's\nCOPY t FROM stdin;",
        "SELECT E'\\'; ', '\\', $$ ; ' $$, $a$ $$ $a$, \"'\" ; COPY t FROM stdin;"}) {
    INFO(copy);
    check_left_out(std::string(copy) + "\n" + rows(20'000) + std::string(kEnd));
  }
}

TEST_CASE("data filter: each of several, with carriage returns, in lines of any length") {
  std::string crlf = rows(9000);
  for (std::size_t at = 0; (at = crlf.find('\n', at)) != std::string::npos; at += 2) {
    crlf.insert(at, 1, '\r');
  }
  check_left_out("COPY a FROM stdin;\r\n" + crlf + "\\.\r\nDROP TABLE last;\r\n");
  check_left_out("COPY a FROM stdin;\n" + rows(20'000) + "\\.\nCOPY b FROM stdin;\n" +
                 std::string(50'000, 'x') + "\ny\rz\n" + rows(20'000) + std::string(kEnd));
}

TEST_CASE("data filter: what is none stays") {
  check_kept("COPY t FROM stdin;\n" + rows(1000) + std::string(kEnd));
  for (const std::string_view before :
       {"COPY t TO stdout;", "COPY t FROM '/stdin';", "COPY (SELECT 1 FROM stdin) TO stdout;",
        "-- COPY t FROM stdin;", "/*\nCOPY t FROM stdin;", "SELECT '\nCOPY t FROM stdin;",
        "DO $$\nCOPY t FROM stdin;", "SELECT (\nCOPY t FROM stdin;", "COPY t FROM stdin; SELECT 1;",
        "INSERT INTO copy SELECT 1 FROM stdin;", "SELECT \"\nCOPY t FROM stdin;"}) {
    INFO(before);
    check_kept(std::string(before) + "\n" + rows(20'000) + std::string(kEnd));
  }
}

TEST_CASE("data filter: the first line that is not UTF-8 stays") {
  const std::string dump = "COPY t FROM stdin;\n" + rows(20'000) + "caf\xE9\n" + rows(20'000) +
                           "caf\xE8\n" + std::string(kEnd);
  check_left_out(dump);
  const Filtered result = filtered(dump, 100);
  CHECK(result.text.find('\xE9') != std::string::npos);
  CHECK(result.text.find('\xE8') == std::string::npos);
  CHECK(result.elisions.size() == 2);
}

std::string inserts(std::size_t bytes, std::string_view end = "") {
  std::string text;
  while (text.size() < bytes) {
    text += "INSERT INTO public.t (id, b) VALUES (" + std::to_string(text.size()) +
            ", 'it''s -- ;\n (', NULL, -1.5, true)" + std::string(end) + ";\n";
  }
  return text;
}

constexpr std::size_t kRun = DataFilter::kKeptInsertBytes + 20'000;

TEST_CASE("data filter: of a long run of INSERT the beginning stays") {
  const std::string dump = "CREATE TABLE t (id int);\n" + inserts(kRun) +
                           "INSERT INTO public.t (id, b) SELECT 1;\n" + inserts(kRun) + "\n\n" +
                           inserts(kRun) + "-- another\nDROP TABLE last;\n";
  check_left_out(dump);
  const Filtered result = filtered(dump, 3000);
  CHECK(result.text.find("SELECT 1") != std::string::npos);
  CHECK(result.text.size() < 2 * kRun);
  REQUIRE(result.elisions.size() == 2);
  const auto statements = static_cast<std::size_t>(std::count(dump.begin(), dump.end(), ';'));
  const auto kept =
      static_cast<std::size_t>(std::count(result.text.begin(), result.text.end(), ';'));
  // One in the text of each row, one at its end.
  CHECK(statements - kept == 2 * (result.elisions[0].statements + result.elisions[1].statements));
}

TEST_CASE("data filter: a run ends where an INSERT is another, or more than constants") {
  const std::string run = inserts(kRun);
  const std::string before = filtered(run + "DROP TABLE last;\n", 1000).text;
  for (const std::string_view other :
       {"INSERT INTO public.t (id, b) VALUES (1, 'x', NULL, -1.5, now());",
        "INSERT INTO public.t (id, b) VALUES (1, 'x', NULL, -1.5, (SELECT 1));",
        "INSERT INTO public.t (id, b) VALUES (1, 'x', NULL, -1.5);",
        "INSERT INTO public.t (id, b) VALUES (1, 'x', NULL, -1.5, E'\\'');",
        "INSERT INTO public.t (id, b) VALUES (1, 'x', NULL, -1.5, 2) ON CONFLICT DO NOTHING;",
        "INSERT INTO public.t (id, b) VALUES (1, 'x', NULL, -1.5, 2) RETURNING id;",
        "INSERT INTO public.t (id) VALUES (1, 'x', NULL, -1.5, 2);", "TRUNCATE t;",
        "-- migration-unsafe-ack: because\nINSERT INTO public.t (id, b) VALUES (1, '', 1, 2, 3);",
        "INSERT INTO public.t (id, b) VALUES (1, 'x', NULL, -1.5, 2); DROP TABLE x;"}) {
    INFO(other);
    const std::string dump = run + std::string(other) + "\nDROP TABLE last;\n";
    check_left_out(dump);
    CHECK(filtered(dump, 777).text.find(std::string(other) + "\nDROP TABLE last;") !=
          std::string::npos);
  }
  check_kept(inserts(DataFilter::kKeptInsertBytes / 2) + "DROP TABLE last;\n");
  check_kept(inserts(kRun, " ON CONFLICT DO NOTHING") + "DROP TABLE last;\n");
}

TEST_CASE("data filter: rows of several, over several lines, and in Latin-1") {
  std::string dump;
  for (int i = 0; i < 4000; ++i) {
    dump += "INSERT INTO t VALUES\r\n  (1, 'a'),\r\n  (2, 'b');\r\n";
    if (i % 100 == 7) dump += "\r\n";
  }
  check_left_out(dump + "DROP TABLE last;\r\n");
  const std::string latin1 = inserts(kRun) +
                             "INSERT INTO public.t (id, b) VALUES (1, '\xE9', 1, 2, 3);\n" +
                             inserts(kRun) + "DROP TABLE last;\n";
  check_left_out(latin1);
  CHECK(filtered(latin1, 500).text.find('\xE9') != std::string::npos);
}

TEST_CASE("data filter: a large file is read without it") {
  const testing::TemporaryFolder folder;
  const std::string before = "\xEF\xBB\xBF" + std::string("COPY t FROM stdin;\n") + rows(2'000'000);
  const std::string dump =
      before + "caf\xE9\n" + rows(10'000) + "\\.\nSELECT 'd\xE9j\xE0';\nDROP TABLE last;\n";
  const auto file = read_source(folder.write("dump.sql", dump), "dump.sql");
  REQUIRE(file);
  CHECK(file->contents.size() < 10'000);
  CHECK(file->had_byte_order_mark);
  const LineIndex index(file->contents, file->elisions);
  const std::uint32_t foreign = index.position(file->encoding.foreign.at(0).span.begin).line;
  CHECK(foreign == line_of(dump, "caf\xE9"));
  CHECK(index.line(foreign) == "caf\u00E9");
  const auto last = static_cast<std::uint32_t>(file->contents.find("DROP TABLE last"));
  CHECK(index.position(last).line == line_of(dump, "DROP TABLE last"));
}

TEST_CASE("data filter: a large file is read as it is where the data has no end") {
  const testing::TemporaryFolder folder;
  const std::string dump = "COPY t FROM stdin;\n" + rows(2'000'000);
  const auto file = read_source(folder.write("dump.sql", dump), "dump.sql");
  REQUIRE(file);
  CHECK(file->contents == dump);
  CHECK(file->elisions.empty());
}

}  // namespace
}  // namespace unwedge::text
