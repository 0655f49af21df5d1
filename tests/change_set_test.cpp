// Files that are applied in one run: what an earlier one created is new, and a runner may put all
// of them into one transaction.

#include "lint/change_set.h"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "lint/engine.h"
#include "linting.h"

namespace unwedge::lint {
namespace {

struct Named {
  std::string name;
  std::string text;
};

std::vector<FileResult> lint_together(const std::vector<Named>& files, std::string_view runner) {
  Options options = linting::default_options();
  options.runner = runner;
  InputHistory history{.files = {}, .one_change_set = true};
  for (const Named& file : files) {
    history.files.push_back(
        {.path = file.name,
         .read = [file] { return text::source_from_bytes(file.name, file.text); },
         .options = &options,
         .place = history.files.size()});
  }
  return run({history}, 1).files;
}

std::vector<std::string> rules(const FileResult& file) {
  std::vector<std::string> ids;
  for (const std::string_view id : linting::rule_ids(file)) ids.emplace_back(id);
  return ids;
}

using Ids = std::vector<std::string>;

const Named kAddColumn{"1.sql", "ALTER TABLE orders ADD COLUMN note text;\n"};
const Named kBackfill{"2.sql", "-- fill it\nUPDATE orders SET note = 'none';\n"};

TEST_CASE("change set: one transaction over all files") {
  const std::vector<FileResult> files = lint_together({kAddColumn, kBackfill}, "drizzle");
  REQUIRE(files.size() == 2);
  CHECK(files[0].findings.empty());
  REQUIRE(rules(files[1]) == Ids{"ddl-with-bulk-dml"});
  const ReportedFinding& finding = files[1].findings.front();
  CHECK(finding.region.start.line == 2);
  CHECK(finding.region.start.column == 1);
  REQUIRE(finding.related.size() == 1);
  // The lock was taken in the other file.
  CHECK(finding.related[0].path == "1.sql");
  CHECK(finding.related[0].region.start.line == 1);
  CHECK(finding.related[0].excerpt.line == "ALTER TABLE orders ADD COLUMN note text;");
}

TEST_CASE("change set: a transaction per file") {
  const std::vector<FileResult> files = lint_together({kAddColumn, kBackfill}, "diesel");
  CHECK(files.at(0).findings.empty());
  CHECK(files.at(1).findings.empty());
}

TEST_CASE("change set: files in a folder share a transaction with nomad") {
  const auto named = [](std::string folder, const Named& file) {
    return Named{std::move(folder) + "/" + file.name, file.text};
  };
  CHECK(rules(lint_together({named("a", kAddColumn), named("a", kBackfill)}, "nomad").at(1)) ==
        Ids{"ddl-with-bulk-dml"});
  CHECK(lint_together({named("a", kAddColumn), named("b", kBackfill)}, "nomad")
            .at(1)
            .findings.empty());
}

TEST_CASE("change set: what an earlier file created is new") {
  const std::vector<Named> files{{"1.sql", "CREATE TABLE t (a int);"},
                                 {"2.sql", "CREATE INDEX i ON t (a);"}};
  CHECK(lint_together(files, "diesel").at(1).findings.empty());
  CHECK(rules(lint_together({files[1]}, "diesel").at(0)) == Ids{"index-not-concurrent"});
}

TEST_CASE("change set: a file that cannot be read costs only its own findings") {
  Options options = linting::default_options();
  const auto readable = [] { return text::source_from_bytes("b.sql", "CREATE INDEX i ON t (a);"); };
  const auto unreadable = []() -> tl::expected<text::SourceFile, std::string> {
    return tl::unexpected<std::string>("it is gone");
  };
  const InputHistory history{
      .files = {{.path = "a.sql", .read = unreadable, .options = &options},
                {.path = "b.sql", .read = readable, .options = &options, .place = 1}},
      .one_change_set = true};
  const Result result = run({history}, 1);
  REQUIRE(result.files.size() == 2);
  CHECK(result.files[0].error == "it is gone");
  CHECK(result.files[1].path == "b.sql");
  CHECK(rules(result.files[1]) == Ids{"index-not-concurrent"});
}

TEST_CASE("change set: acknowledgements are for their own file") {
  const std::vector<FileResult> files =
      lint_together({{"1.sql",
                      "-- migration-unsafe-ack(index-not-concurrent): The table is small.\n"
                      "CREATE INDEX i ON t (a);"},
                     {"2.sql", "CREATE INDEX j ON t (b);"}},
                    "psql");
  CHECK(rules(files.at(0)).empty());
  CHECK(rules(files.at(1)) == Ids{"index-not-concurrent"});
}

TEST_CASE("change set: files of several histories") {
  Options options = linting::default_options();
  std::vector<InputHistory> histories;
  for (const std::size_t first : {0U, 2U}) {
    InputHistory& history = histories.emplace_back();
    history.one_change_set = true;
    for (std::size_t place = first; place < first + 2; ++place) {
      const std::string name = std::to_string(place) + ".sql";
      const std::string text = place == 0 ? "CREATE TABLE t (a int);" : "CREATE INDEX ON t (a);";
      history.files.push_back({.path = name,
                               .read = [=] { return text::source_from_bytes(name, text); },
                               .options = &options,
                               .place = place});
    }
  }
  const Result result = run(histories, 2);
  REQUIRE(result.files.size() == 4);
  CHECK(result.files[1].findings.empty());
  for (const std::size_t i : {2U, 3U}) {
    CHECK(result.files[i].path == std::to_string(i) + ".sql");
    CHECK(result.files[i].findings.size() == 1);
  }
}

TEST_CASE("change set: the settings may choose the mode") {
  const std::string_view text = "SELECT 1;\nCREATE INDEX CONCURRENTLY i ON t (a);\n";
  Options options = linting::default_options();
  options.runner = "diesel";
  CHECK(linting::rule_ids(linting::lint_text(text, options)).size() == 1);
  options.mode = migration::Mode::kImplicitWholeMessage;
  CHECK(linting::rule_ids(linting::lint_text(text, options)).size() == 1);
  options.mode = migration::Mode::kAutocommitPerStatement;
  CHECK(linting::rule_ids(linting::lint_text(text, options)).empty());
}

TEST_CASE("change set: down sections are checked for what fails, or for everything") {
  const std::string_view text =
      "-- migrate:up\nSELECT 1;\n-- migrate:down\nCREATE INDEX i ON t (a);\nVACUUM t;\n";
  Options options = linting::default_options();
  CHECK(linting::rule_ids(linting::lint_text(text, options)) ==
        std::vector<std::string_view>{"not-in-transaction"});
  options.check_down = true;
  CHECK(linting::rule_ids(linting::lint_text(text, options)) ==
        std::vector<std::string_view>{"index-not-concurrent", "not-in-transaction"});
}

}  // namespace
}  // namespace unwedge::lint
