// The fixtures: `good_*.sql` are clean, `bad_*.sql` are reported as `bad_*.expected` shows. A
// folder of files is a history in the order of their names, each a change set of its own unless a
// file `since` says what became of them. With UNWEDGE_UPDATE_EXPECTED=1 in the environment the
// expected reports are written anew.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "lint/engine.h"
#include "lint/registry.h"
#include "linting.h"
#include "parsing.h"

namespace unwedge {
namespace {

namespace fs = std::filesystem;

bool updates_expected() {
  const char* value = std::getenv("UNWEDGE_UPDATE_EXPECTED");  // NOLINT(concurrency-mt-unsafe)
  return value != nullptr && std::string_view(value) == "1";
}

lint::FileResult lint_fixture(const fs::path& file) {
  return linting::lint_text(linting::read_file(file), linting::options_for(file),
                            file.filename().string());
}

FileChange change_named(const std::string& word) {
  if (word == "merged") return FileChange::kMerged;
  if (word == "reworded") return FileChange::kReworded;
  if (word == "edited") return FileChange::kEdited;
  if (word == "renamed") return FileChange::kRenamed;
  if (word == "added") return FileChange::kAdded;
  throw std::runtime_error("no change of a file: " + word);
}

/// What a file `since` in the folder says, as --since would: "0002_a.sql edited" of a migration,
/// with "renamed" its old name, too, and "app.go code" of other files.
void compare(const fs::path& folder, lint::InputHistory& history) {
  std::ifstream lines(folder / "since");
  if (!lines) return;
  history.one_change_set = true;
  std::string name;
  std::string word;
  while (lines >> name >> word) {
    if (word == "code") history.changed_code = name;
    for (lint::Input& file : history.files) {
      if (file.path != name) continue;
      file.change = change_named(word);
      if (file.change == FileChange::kRenamed) lines >> file.was;
    }
  }
  std::size_t place = 0;
  for (lint::Input& file : history.files) {
    file.wanted = file.change != FileChange::kMerged;
    if (file.wanted) file.place = place++;
  }
}

/// The migrations in a folder, of which each is known.
lint::Result lint_history_fixture(const fs::path& folder) {
  const std::vector<fs::path> files = linting::files_in(folder, "", ".sql");
  const bool has_config = fs::exists(folder / "unwedge.yaml");
  const lint::Options options = linting::options_for(has_config ? folder / "any.sql" : folder);
  lint::InputHistory history{.files = {}, .from_beginning = true};
  for (const fs::path& file : files) {
    const std::string name = file.filename().string();
    history.files.push_back(
        {.path = name,
         .read = [name, file] { return text::source_from_bytes(name, linting::read_file(file)); },
         .options = &options,
         .place = history.files.size(),
         .version = name.substr(0, name.find('_'))});
  }
  compare(folder, history);
  return lint::run({history}, 1);
}

std::vector<fs::path> histories_in(const fs::path& folder, std::string_view prefix) {
  std::vector<fs::path> histories = linting::folders_in(folder);
  std::erase_if(histories, [prefix](const fs::path& each) {
    return !each.filename().string().starts_with(prefix);
  });
  return histories;
}

void check_clean(const fs::path& file) {
  INFO(file.string());
  const lint::FileResult result = lint_fixture(file);
  INFO(linting::text_report(result));
  CHECK(linting::rule_ids(result).empty());
}

void check_report(const fs::path& file, const std::string& report) {
  fs::path expected = file;
  expected.replace_extension(".expected");
  if (updates_expected()) std::ofstream(expected, std::ios::binary) << report;
  REQUIRE(fs::exists(expected));
  CHECK(report == linting::read_file(expected));
}

/// Whether the SQL in a help text, which begins on its second line, is such. A text with an
/// ellipsis is to be filled in first.
bool is_valid_sql(const std::string& help) {
  const std::size_t line_end = help.find('\n');
  if (line_end == std::string::npos || help.find("…") != std::string::npos) return true;
  const parsing::Parsed parsed(help.substr(line_end + 1));
  const std::vector<Statement>& statements = parsed.statements();
  return std::none_of(statements.begin(), statements.end(), [](const Statement& statement) {
    return statement.get<SyntaxError>() != nullptr;
  });
}

bool has_rule(const lint::FileResult& result, std::string_view id) {
  const std::vector<std::string_view> ids = linting::rule_ids(result);
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

TEST_CASE("fixtures: every folder belongs to a rule") {
  for (const fs::path& folder : linting::folders_in(linting::in_repository("fixtures/rules"))) {
    INFO(folder.string());
    const Rule* rule = lint::find_rule(folder.filename().string());
    REQUIRE(rule != nullptr);
    CHECK(rule->info.id == folder.filename().string());
  }
}

TEST_CASE("fixtures: good ones are clean") {
  for (const fs::path& folder : linting::folders_in(linting::in_repository("fixtures/rules"))) {
    for (const fs::path& file : linting::files_in(folder, "good_", ".sql")) {
      check_clean(file);
    }
    for (const fs::path& history : histories_in(folder, "good_")) {
      INFO(history.string());
      const lint::Result result = lint_history_fixture(history);
      REQUIRE(!result.files.empty());
      INFO(linting::text_report(result));
      CHECK(result.summary.errors + result.summary.warnings + result.summary.infos == 0);
    }
  }
}

TEST_CASE("fixtures: bad ones are reported") {
  for (const fs::path& folder : linting::folders_in(linting::in_repository("fixtures/rules"))) {
    for (const fs::path& file : linting::files_in(folder, "bad_", ".sql")) {
      INFO(file.string());
      const lint::FileResult result = lint_fixture(file);
      CHECK(has_rule(result, folder.filename().string()));
      check_report(file, linting::text_report(result));
    }
    for (const fs::path& history : histories_in(folder, "bad_")) {
      INFO(history.string());
      const lint::Result result = lint_history_fixture(history);
      CHECK(std::any_of(result.files.begin(), result.files.end(), [&](const auto& file) {
        return has_rule(file, folder.filename().string());
      }));
      check_report(history, linting::text_report(result));
    }
  }
}

void check_words(const lint::FileResult& result) {
  for (const lint::ReportedFinding& finding : result.findings) {
    INFO(finding.message);
    INFO(finding.help);
    CHECK(finding.message.ends_with('.'));
    CHECK(finding.message.find('\n') == std::string::npos);
    CHECK(is_valid_sql(finding.help));
  }
}

TEST_CASE("fixtures: messages are sentences, and the SQL in help can be pasted") {
  for (const fs::path& folder : linting::folders_in(linting::in_repository("fixtures/rules"))) {
    for (const fs::path& file : linting::files_in(folder, "bad_", ".sql")) {
      INFO(file.string());
      check_words(lint_fixture(file));
    }
    for (const fs::path& history : histories_in(folder, "bad_")) {
      INFO(history.string());
      for (const lint::FileResult& file : lint_history_fixture(history).files) check_words(file);
    }
  }
}

TEST_CASE("fixtures: no expected report is without its file") {
  for (const std::string_view root : {"fixtures/rules", "fixtures/incidents"}) {
    for (const fs::path& folder : linting::folders_in(linting::in_repository(root))) {
      for (fs::path file : linting::files_in(folder, "", ".expected")) {
        INFO(file.string());
        CHECK((fs::is_directory(file.replace_extension()) ||
               fs::exists(file.replace_extension(".sql"))));
      }
    }
  }
}

TEST_CASE("fixtures: incidents") {
  for (const fs::path& folder : linting::folders_in(linting::in_repository("fixtures/incidents"))) {
    for (const fs::path& file : linting::files_in(folder, "good", ".sql")) {
      check_clean(file);
    }
    for (const fs::path& file : linting::files_in(folder, "bad", ".sql")) {
      INFO(file.string());
      check_report(file, linting::text_report(lint_fixture(file)));
    }
  }
}

TEST_CASE("fixtures: the first incident is flagged") {
  const fs::path folder = linting::in_repository("fixtures/incidents/1_backfill_in_transaction");
  const lint::FileResult result = lint_fixture(folder / "bad.sql");
  REQUIRE(linting::rule_ids(result) == std::vector<std::string_view>{"ddl-with-bulk-dml"});
  CHECK(result.findings.front().severity == Severity::kError);
  CHECK(result.findings.front().related.size() == 1);
}

}  // namespace
}  // namespace unwedge
