// What is not only SQL, as each runner has it: fixtures/input/<runner>/<file>.sql is reported as
// the file of its name and .expected shows; without one it is clean. With UNWEDGE_UPDATE_EXPECTED=1
// in the environment the expected reports are written anew.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <catch2/catch_test_macros.hpp>

#include "linting.h"
#include "migration/runner.h"

namespace unwedge {
namespace {

namespace fs = std::filesystem;

bool updates_expected() {
  const char* value = std::getenv("UNWEDGE_UPDATE_EXPECTED");  // NOLINT(concurrency-mt-unsafe)
  return value != nullptr && std::string_view(value) == "1";
}

TEST_CASE("input: files of each runner") {
  for (const fs::path& folder : linting::folders_in(linting::in_repository("fixtures/input"))) {
    const std::string runner = folder.filename().string();
    REQUIRE(migration::find_runner(runner) != nullptr);
    lint::Options options = linting::default_options();
    options.runner = runner;
    for (const fs::path& file : linting::files_in(folder, "", ".sql")) {
      INFO(file.string());
      const lint::FileResult result =
          linting::lint_text(linting::read_file(file), options, file.filename().string());
      const std::string report = result.findings.empty() ? "" : linting::text_report(result);
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
