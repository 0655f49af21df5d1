// The fixtures of failures that are histories, on real servers: their files are applied in order,
// statement by statement. What is reported to fail must be refused, and nothing else may be.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <tuple>
#include <vector>

#include <catch2/catch_message.hpp>
#include <catch2/catch_test_macros.hpp>

#include "lint/engine.h"
#include "lint/registry.h"
#include "linting.h"
#include "postgres/each_server.h"
#include "postgres/fixture.h"
#include "postgres/script.h"
#include "sql/script.h"
#include "text/line_index.h"
#include "text/source_file.h"

namespace unwedge::postgres {
namespace {

namespace fs = std::filesystem;

/// Found out later, when data is written, by the runner, or of no consequence for the statement
/// itself.
bool is_refusal(const lint::ReportedFinding& finding) {
  return finding.rule->kind == Kind::kFails && finding.rule->category != Category::kHistory &&
         finding.rule->id != "set-null-on-not-null" && finding.rule->id != "identifier-truncated";
}

lint::Result lint_history(const std::vector<fs::path>& files, const lint::Options& options) {
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
  return lint::run({history}, 1);
}

bool is_inside(const text::Region& place, const text::Region& statement) {
  const auto not_after = [](const text::Position& a, const text::Position& b) {
    return std::tie(a.line, a.column_bytes) <= std::tie(b.line, b.column_bytes);
  };
  return not_after(statement.start, place.start) && not_after(place.end, statement.end);
}

void apply(const fs::path& file, const lint::FileResult& result, const Database& database,
           Connection& session) {
  const std::string text = linting::read_file(file);
  const text::LineIndex lines(text);
  const Span whole{0, static_cast<std::uint32_t>(text.size())};
  for (const Statement& statement : sql::parse_script(text, whole).statements) {
    const text::Region region = lines.region(statement.span);
    const bool refused = std::ranges::any_of(result.findings, [&](const auto& finding) {
      return is_refusal(finding) && is_inside(finding.region, region);
    });
    const std::string sql(slice(text, statement.span));
    const Result answer = send(session, {sql}, database);
    INFO(file.string() << ": " << sql);
    INFO("the server says: " << (answer.error ? to_string(*answer.error) : "nothing"));
    CHECK(answer.error.has_value() == refused);
  }
}

TEST_CASE("histories fail where unwedge says so and nowhere else", "[postgres]") {
  Server& server = each_server();
  for (const fs::path& rule : linting::folders_in(linting::in_repository("fixtures/rules"))) {
    // Those of other rules are about something else, and may have down sections.
    const Rule* known = lint::find_rule(rule.filename().string());
    if (known == nullptr || known->info.category != Category::kFailure) continue;
    for (const fs::path& folder : linting::folders_in(rule)) {
      const std::vector<fs::path> files = linting::files_in(folder, "", ".sql");
      if (files.empty() || server.major() < first_major(files.front())) continue;
      INFO("PostgreSQL " << server.major() << ", " << folder.string());
      lint::Options options = linting::options_for(folder);
      options.postgres.major = server.major();
      const lint::Result result = lint_history(files, options);
      REQUIRE(result.files.size() == files.size());
      const Database database = server.fresh_database();
      Connection session = prepared_session(database, "");
      for (std::size_t i = 0; i < files.size(); ++i) {
        apply(files[i], result.files[i], database, session);
      }
    }
  }
}

}  // namespace
}  // namespace unwedge::postgres
