// The cases in which a runner does something else than usual.

#include "migration/variants.h"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "migration/package_version.h"
#include "migration/runner.h"
#include "temporary_folder.h"

namespace unwedge::migration {
namespace {

using testing::TemporaryFolder;

struct Resolved {
  std::vector<Section> sections;
  std::vector<const Variant*> undecided;
};

Resolved resolve(std::string_view runner, std::string_view path, std::string_view text,
                 const Folder* folder = nullptr) {
  const RunnerProfile& profile = *find_runner(runner);
  Resolved resolved;
  resolved.sections = sections_of(path, text, profile);
  resolved.undecided =
      resolve_variants({.path = path, .text = text, .folder = folder}, profile, resolved.sections);
  return resolved;
}

Mode mode(std::string_view runner, std::string_view path, std::string_view text = "SELECT 1;") {
  return resolve(runner, path, text).sections.at(0).mode;
}

TEST_CASE("variants: an opt-out is remembered with its place") {
  const std::string_view text = "-- no-transaction\nSELECT 1;";
  const Section section = resolve("sqlx", "1_a.sql", text).sections.at(0);
  CHECK(section.opted_out);
  CHECK(slice(text, section.opt_out) == "-- no-transaction");
  CHECK(section.mode == Mode::kImplicitWholeMessage);
  CHECK_FALSE(resolve("sqlx", "1_a.sql", "\n" + std::string(text)).sections.at(0).opted_out);
}

TEST_CASE("variants: behind a byte order mark a marker is not at the beginning") {
  const RunnerProfile& sqlx = *find_runner("sqlx");
  const std::string_view text = "-- no-transaction\nSELECT 1;";
  std::vector<Section> sections = sections_of("1_a.sql", text, sqlx);
  resolve_variants({.path = "1_a.sql", .text = text, .had_byte_order_mark = true}, sqlx, sections);
  CHECK_FALSE(sections.at(0).opted_out);
  CHECK(ignored_opt_outs(text, sqlx, sections).size() == 1);
}

TEST_CASE("variants: by the file's name") {
  CHECK(mode("bun", "m/1_a.up.sql") == Mode::kAutocommitPerChunk);
  CHECK(mode("bun", "m/1_a.tx.up.sql") == Mode::kTransactionPerFile);
  CHECK(mode("dbmigrate-go", "m/1_a.up.sql") == Mode::kTransactionAllPending);
  CHECK(mode("dbmigrate-go", "m/1_a.no-db-txn.up.sql") == Mode::kImplicitWholeMessage);
}

TEST_CASE("variants: by a section of its own") {
  const std::string text =
      "---- tern: disable-tx ----\nSELECT 1;\n---- create above / drop below ----\nSELECT 2;\n";
  const Resolved tern = resolve("tern", "001_a.sql", text);
  REQUIRE(tern.sections.size() == 2);
  CHECK(tern.sections[0].mode == Mode::kAutocommitPerStatement);
  CHECK(tern.sections[1].mode == Mode::kTransactionPerFile);
}

TEST_CASE("variants: by a file beside the migration") {
  const TemporaryFolder folder;
  folder.write("a/up.sql");
  folder.write("b/up.sql");
  folder.write("b/metadata.toml", "run_in_transaction = false\n");
  folder.write("c/up.sql");
  folder.write("c/metadata.toml", "# nothing\n");
  folder.write("d/up.sql");
  folder.write("d/metadata.toml", "run_in_transaction = true\n");
  Surroundings surroundings(folder.path());
  const auto diesel = [&](const char* name) {
    return resolve("diesel", std::string(name) + "/up.sql", "SELECT 1;",
                   &surroundings.folder(folder.path() / name))
        .sections.at(0);
  };
  CHECK(diesel("a").mode == Mode::kTransactionPerFile);
  CHECK(diesel("b").mode == Mode::kImplicitWholeMessage);
  CHECK(diesel("b").opted_out);
  CHECK(diesel("b").opt_out.empty());
  // Diesel's trap: a metadata.toml without the key means no transaction, too.
  CHECK(diesel("c").mode == Mode::kImplicitWholeMessage);
  CHECK_FALSE(diesel("c").opted_out);
  CHECK(diesel("d").mode == Mode::kTransactionPerFile);
}

TEST_CASE("variants: by the version of a package") {
  const TemporaryFolder folder;
  folder.write("old/package.json", R"({"devDependencies": {"prisma": "^6.2.0"}})");
  folder.write("new/package.json", R"({"dependencies": {"prisma": "7.4.1"}})");
  folder.write("open/package.json", R"({"dependencies": {"prisma": "^7.1.0"}})");
  folder.write("locked/package.json", R"({"dependencies": {"prisma": "^7.1.0"}})");
  folder.write("locked/pnpm-lock.yaml", "packages:\n\n  prisma@7.5.0:\n    resolution: {}\n");
  folder.write("none/a.sql");
  Surroundings surroundings(folder.path());
  const auto prisma = [&](const char* name) {
    return resolve("prisma", "m/1/migration.sql", "SELECT 1;",
                   &surroundings.folder(folder.path() / name));
  };
  CHECK(prisma("old").sections.at(0).mode == Mode::kImplicitWholeMessage);
  CHECK(prisma("old").undecided.empty());
  CHECK(prisma("new").sections.at(0).mode == Mode::kAutocommitPerStatement);
  CHECK(prisma("new").undecided.empty());
  CHECK(prisma("open").undecided.size() == 2);
  CHECK(prisma("locked").sections.at(0).mode == Mode::kAutocommitPerStatement);
  CHECK(prisma("none").undecided.size() == 2);
}

TEST_CASE("variants: versions") {
  CHECK(parse_version("7.4") == Version{7, 4, 0});
  CHECK(parse_version("v7.4.1-rc.1") == Version{7, 4, 1});
  CHECK(parse_version("7") == Version{7, 0, 0});
  CHECK_FALSE(parse_version("latest"));
  CHECK_FALSE(parse_version(""));
  CHECK_FALSE(parse_version("99999999999999999999"));
  const TemporaryFolder folder;
  folder.write("npm/package-lock.json",
               "{\"packages\": {\"node_modules/prisma\": {\n      \"version\": \"6.19.0\"}}}");
  folder.write("yarn/yarn.lock", "\"prisma@npm:^6.0.0\":\n  version: 6.1.0\n");
  folder.write("yarn1/yarn.lock", "prisma@^6.0.0:\n  version \"6.1.2\"\n");
  folder.write("range/package.json", R"({"dependencies": {"prisma": ">=6"}})");
  folder.write("tilde/package.json", R"({"dependencies": {"prisma": "~7.3.1"}})");
  folder.write("tag/package.json", R"({"dependencies": {"prisma": "latest"}})");
  Surroundings surroundings(folder.path());
  const auto version = [&](const char* name) {
    return package_version(surroundings.folder(folder.path() / name), "prisma");
  };
  CHECK(version("npm")->first == Version{6, 19, 0});
  CHECK(version("yarn")->first == Version{6, 1, 0});
  CHECK(version("yarn1")->first == Version{6, 1, 2});
  CHECK(version("range")->first == Version{6, 0, 0});
  CHECK(version("range")->end > Version{99, 0, 0});
  CHECK(version("tilde")->end == Version{7, 4, 0});
  CHECK_FALSE(version("tag"));
}

TEST_CASE("variants: opt-outs that the runner does not see") {
  const auto ignored = [](std::string_view runner, std::string_view text) {
    const RunnerProfile& profile = *find_runner(runner);
    const Resolved resolved = resolve(runner, "1_a.sql", text);
    std::vector<std::string> lines;
    for (const IgnoredLine& line : ignored_opt_outs(text, profile, resolved.sections)) {
      CHECK_FALSE(line.why.empty());
      lines.emplace_back(slice(text, line.span));
    }
    return lines;
  };
  using Lines = std::vector<std::string>;
  CHECK(ignored("sqlx", "\n-- no-transaction\nSELECT 1;") == Lines{"-- no-transaction"});
  CHECK(ignored("sqlx", "-- no-transaction\nSELECT 1;").empty());
  CHECK(ignored("dbmate", "-- migrate:up transaction : false\nSELECT 1;").size() == 1);
  CHECK(ignored("dbmate", "-- migrate:up transaction:false\nSELECT 1;").empty());
  // In a section that is opted out, nothing was ignored.
  CHECK(ignored("dbmate",
                "-- migrate:up transaction:false\n-- no-transaction\nSELECT 1;\n-- migrate:down\n")
            .empty());
}

}  // namespace
}  // namespace unwedge::migration
