// Is the schema that unwedge replays the real one? Each project of fixtures/projects is migrated on
// a server, and everything that is there then must be known, and just so.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <catch2/catch_message.hpp>
#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "linting.h"
#include "migration/detection.h"
#include "migration/runner.h"
#include "migration/surroundings.h"
#include "postgres/catalog_objects.h"
#include "postgres/each_server.h"
#include "postgres/history/dump.h"
#include "postgres/history/history_files.h"
#include "postgres/history/history_replay.h"

namespace unwedge::postgres {
namespace {

TEST_CASE("a replayed history is the server's schema", "[postgres]") {
  Server& server = each_server();
  const auto projects = linting::folders_in(linting::in_repository("fixtures/projects"));
  REQUIRE(projects.size() >= 4);
  for (const std::filesystem::path& project : projects) {
    INFO(fmt::format("{} on PostgreSQL {}", project.filename().string(), server.major()));
    migration::Surroundings surroundings(project);
    lint::Options options = linting::default_options();
    options.postgres = {server.major()};
    options.detector =
        std::make_shared<migration::Detector>(migration::builtin_runners(), surroundings);
    HistoryReplay replay(server, options);
    for (const std::filesystem::path& path : migrations_in(project, options)) {
      const auto file = text::read_source(path, path.lexically_relative(project).string());
      REQUIRE(file);
      const MigrationOutcome outcome = replay.apply(*file);
      INFO(path.string() << " at " << outcome.statement);
      CHECK((outcome.error ? to_string(*outcome.error) : "") == "");
      CHECK((outcome.predicted ? outcome.predicted->message : "") == "");
    }
    CHECK(replay.catalog().complete());
    Connection session = replay.database().connect();
    const Objects on_server = objects_on(session);
    const CatalogComparison comparison = compare(on_server, objects_in(replay.catalog()));
    CHECK(fmt::format("{}", fmt::join(comparison.differences, "\n")) == "");
    CHECK(comparison.total().equal > 40);
    CHECK(comparison.total().unknown == 0);

    const std::optional<std::string> dump = dump_of(replay.database());
    if (!dump) continue;
    const CatalogComparison dumped = compare(on_server, objects_in(replay_dump(*dump, options)));
    INFO("from a dump of it");
    CHECK(fmt::format("{}", fmt::join(dumped.differences, "\n")) == "");
    CHECK(dumped.total().unknown == 0);
  }
}

}  // namespace
}  // namespace unwedge::postgres
