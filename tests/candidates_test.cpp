// What is said of a statement when several runners, or several versions of one, may apply the file.

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <catch2/catch_test_macros.hpp>

#include "lint/engine.h"
#include "linting.h"
#include "migration/detection.h"
#include "migration/runner.h"
#include "temporary_folder.h"

namespace unwedge::lint {
namespace {

using testing::TemporaryFolder;

/// Lints a file of a repository.
FileResult lint(const TemporaryFolder& repository, std::string_view name, std::string_view text) {
  repository.write(".git/HEAD");
  migration::Surroundings surroundings("/nowhere");
  Options options = linting::default_options();
  options.detector =
      std::make_shared<migration::Detector>(migration::builtin_runners(), surroundings);
  tl::expected<text::SourceFile, std::string> file =
      text::source_from_bytes(std::string(name), std::string(text));
  file->place = repository.write(name, text);
  return lint_file(*file, options);
}

constexpr std::string_view kAlone = "CREATE INDEX CONCURRENTLY i ON t (a);";
constexpr std::string_view kSecond = "SELECT 1;\nCREATE INDEX CONCURRENTLY i ON t (a);";

TEST_CASE("candidates: some would refuse it") {
  const TemporaryFolder repository;
  const FileResult result = lint(repository, "m/0001_a.up.sql", kAlone);
  CHECK(result.runner == "unknown");
  REQUIRE(result.findings.size() == 1);
  CHECK(result.findings[0].rule->id == "concurrently-in-transaction");
  CHECK(result.findings[0].severity == Severity::kWarning);
  CHECK(result.findings[0].message.find("sqlx") != std::string::npos);
  // It is the only statement, which is what golang-migrate wants.
  CHECK(result.findings[0].message.find("golang-migrate") == std::string::npos);
}

TEST_CASE("candidates: all would refuse it") {
  const TemporaryFolder repository;
  const FileResult result =
      lint(repository, "m/0001_a.up.sql", "BEGIN;\nCREATE INDEX CONCURRENTLY i ON t (a);\nCOMMIT;");
  REQUIRE(result.findings.size() == 1);
  CHECK(result.findings[0].severity == Severity::kError);
}

TEST_CASE("candidates: versions of a runner") {
  const TemporaryFolder repository;
  repository.write("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n");
  CHECK(lint(repository, "prisma/migrations/1_a/migration.sql", kAlone).findings.empty());
  const FileResult unsure = lint(repository, "prisma/migrations/2_a/migration.sql", kSecond);
  CHECK(unsure.runner == "prisma");
  REQUIRE(unsure.findings.size() == 1);
  CHECK(unsure.findings[0].severity == Severity::kWarning);
  CHECK(unsure.findings[0].message.find("before 7.4") != std::string::npos);
}

TEST_CASE("candidates: a version that the repository tells") {
  const TemporaryFolder old;
  old.write("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n");
  old.write("package.json", R"({"devDependencies": {"prisma": "^6.1.0"}})");
  const FileResult refused = lint(old, "prisma/migrations/1_a/migration.sql", kSecond);
  REQUIRE(refused.findings.size() == 1);
  CHECK(refused.findings[0].severity == Severity::kError);

  const TemporaryFolder recent;
  recent.write("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n");
  recent.write("package.json", R"({"devDependencies": {"prisma": "^7.5.0"}})");
  CHECK(lint(recent, "prisma/migrations/1_a/migration.sql", kSecond).findings.empty());
}

}  // namespace
}  // namespace unwedge::lint
