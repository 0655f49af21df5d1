// Which runner a file is for: the order of the evidence, and what is never looked at.

#include "migration/detection.h"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "migration/runner.h"
#include "temporary_folder.h"

namespace unwedge::migration {
namespace {

using testing::TemporaryFolder;

Recognised recognise(Surroundings& surroundings, const std::filesystem::path& file,
                     std::string_view text) {
  return Detector(builtin_runners(), surroundings)
      .recognise(surroundings.folder(file.parent_path()), file.filename().string(), text);
}

class Repository {
 public:
  Repository() { folder_.write(".git/HEAD"); }

  std::filesystem::path write(std::string_view name, std::string_view text = "SELECT 1;") const {
    return folder_.write(name, text);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

  /// Writes the file and recognises it.
  [[nodiscard]] Recognised recognise(std::string_view name,
                                     std::string_view text = "SELECT 1;") const {
    const std::filesystem::path file = write(name, text);
    Surroundings surroundings("/nowhere");
    return unwedge::migration::recognise(surroundings, file, text);
  }
  [[nodiscard]] std::string runner(std::string_view name,
                                   std::string_view text = "SELECT 1;") const {
    return recognise(name, text).runner->name;
  }

 private:
  TemporaryFolder folder_;
};

std::vector<std::string> names(const std::vector<const RunnerProfile*>& runners) {
  std::vector<std::string> all;
  for (const RunnerProfile* runner : runners) all.push_back(runner->name);
  return all;
}

TEST_CASE("detection: the file's own words come first") {
  const Repository repository;
  repository.write("atlas.sum", "h1:x");
  repository.write("go.mod", "require github.com/golang-migrate/migrate v4");
  const Recognised found = repository.recognise("db/1_a.sql", "-- +goose Up\nSELECT 1;");
  CHECK(found.runner->name == "goose");
  CHECK(found.by == "the line '-- +goose Up'");
}

TEST_CASE("detection: a file beside it") {
  const Repository repository;
  repository.write("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"");
  const Recognised found = repository.recognise("prisma/migrations/2025_a/migration.sql");
  CHECK(found.runner->name == "prisma");
  CHECK(found.by == "prisma/migrations/migration_lock.toml");
  repository.write("drizzle/meta/_journal.json", "{}");
  CHECK(repository.runner("drizzle/0001_a.sql") == "drizzle");
}

TEST_CASE("detection: the closest configuration above it") {
  const Repository repository;
  repository.write("diesel.toml");
  repository.write("supabase/config.toml");
  CHECK(repository.runner("migrations/2025-01-01-000000_a/up.sql") == "diesel");
  CHECK(repository.runner("supabase/migrations/20250101000000_a.sql") == "supabase");
}

TEST_CASE("detection: a dependency") {
  const Repository repository;
  repository.write("api/go.mod", "require (\n\tgithub.com/golang-migrate/migrate/v4 v4.17.0\n)\n");
  CHECK(repository.runner("api/db/000001_a.up.sql") == "golang-migrate");
  repository.write("rust/Cargo.toml", "[dependencies]\nsqlx = { version = \"0.8\" }\n");
  CHECK(repository.runner("rust/migrations/000001_a.up.sql") == "sqlx");
  // Its path is not one of a migration of golang-migrate.
  CHECK(repository.runner("api/db/queries.sql") == "unknown");
}

TEST_CASE("detection: what the neighbours say") {
  const Repository repository;
  repository.write("a/1_x.up.sql", "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON t (c);");
  CHECK(repository.runner("a/2_y.up.sql") == "sqlx");
  // sqlx has one folder for them all: the folder beside it is none of its.
  CHECK(repository.runner("b/3_z.up.sql") == "unknown");
}

TEST_CASE("detection: what the files in the folders beside it say") {
  const Repository repository;
  repository.write("m/2024/20240101000000_a.up.sql", "SELECT 1;\n--bun:split\nSELECT 2;");
  repository.write("m/scripts/notes.sql", "SELECT 1;");
  CHECK(repository.runner("m/2025/20250101000000_b.up.sql") == "bun");
  CHECK(repository.runner("m/scripts/cleanup.sql") == "unknown");
  repository.write("n/a/notes.sql", "--bun:split");
  CHECK(repository.runner("n/b/20250101000000_b.up.sql") == "unknown");
}

TEST_CASE("detection: pairs of files") {
  const Repository repository;
  repository.write("m/1_x.down.sql");
  CHECK(repository.runner("m/1_x.up.sql") == "golang-migrate");
  CHECK(repository.runner("m/2_y.up.sql") == "golang-migrate");
  CHECK(repository.runner("n/deeper/1_x.down.sql") == "unknown");
}

TEST_CASE("detection: candidates by the shape of the path") {
  const Repository repository;
  const Recognised found = repository.recognise("m/0001_x.up.sql");
  CHECK(found.runner->name == "unknown");
  CHECK(found.by.empty());
  const std::vector<std::string> all = names(found.candidates);
  CHECK(std::find(all.begin(), all.end(), "golang-migrate") != all.end());
  CHECK(std::find(all.begin(), all.end(), "sqlx") != all.end());
  // Runners whose files have markers, or any path, are none.
  CHECK(std::find(all.begin(), all.end(), "goose") == all.end());
  CHECK(std::find(all.begin(), all.end(), "atlas") == all.end());
  CHECK(repository.recognise("m/script.sql").candidates.empty());
}

TEST_CASE("detection: commands of psql") {
  const Repository repository;
  CHECK(repository.runner("deploy.sql", "\\set ON_ERROR_STOP on\nSELECT 1;") == "psql");
  CHECK(repository.runner("plain.sql", "SELECT '\\set x';") == "psql");  // its neighbour says so
  CHECK(repository.runner("other/plain.sql", "SELECT '\n\\set x';") != "goose");
}

TEST_CASE("detection: nothing outside the repository is looked at") {
  const TemporaryFolder outer;
  outer.write("diesel.toml");
  outer.write("inner/.git/HEAD");
  const std::filesystem::path file = outer.write("inner/x/1_a/up.sql", "SELECT 1;");
  outer.write("secret/Cargo.toml", "[dependencies]\ndiesel = \"2\"\n");
  std::filesystem::create_symlink(outer.path() / "secret" / "Cargo.toml",
                                  outer.path() / "inner" / "Cargo.toml");
  Surroundings surroundings("/nowhere");
  CHECK(recognise(surroundings, file, "SELECT 1;").runner->name == "unknown");
  const Folder& folder = surroundings.folder(file.parent_path());
  CHECK(folder.root().path() == outer.path() / "inner");
  CHECK_FALSE(folder.read("../../../diesel.toml"));
  CHECK_FALSE(folder.read("../../Cargo.toml"));
  CHECK(folder.read("up.sql") == "SELECT 1;");
}

TEST_CASE("detection: without a repository, the limit is one") {
  const TemporaryFolder outer;
  outer.write("diesel.toml");
  const std::filesystem::path file = outer.write("inner/migrations/1_a/up.sql", "SELECT 1;");
  Surroundings inside(outer.path());
  CHECK(recognise(inside, file, "").runner->name == "diesel");
  Surroundings below(outer.path() / "inner");
  CHECK(recognise(below, file, "").runner->name == "unknown");
  Surroundings elsewhere("/nowhere");
  CHECK(recognise(elsewhere, file, "").runner->name == "unknown");
}

TEST_CASE("detection: a text in no folder") {
  CHECK(recognise_by_content("-- migrate:up\nSELECT 1;").name == "dbmate");
  CHECK(recognise_by_content("SELECT 1;").name == "unknown");
  CHECK(recognise_by_content("").name == "unknown");
}

}  // namespace
}  // namespace unwedge::migration
