// What is not only SQL, as each runner has it: fixtures/input/<runner>/<file>.sql is reported as
// the file of its name and .expected shows; without one it is clean. What they include is in
// folders beside them. With UNWEDGE_UPDATE_EXPECTED=1 in the environment the expected reports are
// written anew.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include <catch2/catch_test_macros.hpp>

#include "lint/engine.h"
#include "linting.h"
#include "migration/detection.h"
#include "migration/runner.h"
#include "migration/surroundings.h"
#include "text/source_file.h"

namespace unwedge {
namespace {

namespace fs = std::filesystem;

bool updates_expected() {
  const char* value = std::getenv("UNWEDGE_UPDATE_EXPECTED");  // NOLINT(concurrency-mt-unsafe)
  return value != nullptr && std::string_view(value) == "1";
}

/// As one of a repository with its folder as the root.
lint::Result lint_in_place(const fs::path& file, lint::Options options) {
  migration::Surroundings surroundings(file.parent_path());
  options.detector =
      std::make_shared<const migration::Detector>(migration::builtin_runners(), surroundings);
  const auto read = [&file] {
    auto source = text::source_from_bytes(file.filename().string(), linting::read_file(file));
    if (source) source->place = file;
    return source;
  };
  const lint::InputHistory alone{
      .files = {{.path = file.filename().string(), .read = read, .options = &options}}};
  return lint::run({alone}, 1);
}

TEST_CASE("input: files of each runner") {
  for (const fs::path& folder : linting::folders_in(linting::in_repository("fixtures/input"))) {
    const std::string runner = folder.filename().string();
    REQUIRE(migration::find_runner(runner) != nullptr);
    lint::Options options = linting::default_options();
    options.runner = runner;
    for (const fs::path& file : linting::files_in(folder, "", ".sql")) {
      INFO(file.string());
      const lint::Result result = lint_in_place(file, options);
      const lint::Summary& summary = result.summary;
      const bool is_clean = summary.errors + summary.warnings + summary.infos == 0;
      const std::string report = is_clean ? "" : linting::text_report(result);
      fs::path expected = file;
      expected.replace_extension(".expected");
      if (updates_expected() && !report.empty()) {
        std::ofstream(expected, std::ios::binary) << report;
      }
      CHECK(report == (fs::exists(expected) ? linting::read_file(expected) : ""));
    }
  }
}

}  // namespace
}  // namespace unwedge
