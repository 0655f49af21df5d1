// The order of a folder's migrations: what each runner makes of the names, and of its own list.

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "migration/history.h"
#include "migration/runner.h"
#include "temporary_folder.h"

namespace unwedge::migration {
namespace {

using testing::TemporaryFolder;
using Lines = std::vector<std::string>;

class Repository {
 public:
  Repository() { folder_.write(".git/HEAD"); }

  /// Files, which may be empty: no migration's text is read.
  Repository& write(const Lines& names) {
    for (const std::string& name : names) folder_.write(name);
    return *this;
  }
  Repository& write(std::string_view name, std::string_view text) {
    folder_.write(name, text);
    return *this;
  }

  /// The history of the file of that path, for the runner of that name; "": an unknown one.
  FolderHistory history(std::string_view file, std::string_view runner) {
    const std::filesystem::path path = folder_.path() / file;
    const RunnerProfile* profile = runner.empty() ? &unknown_runner() : find_runner(runner);
    REQUIRE(profile != nullptr);
    FolderHistory history =
        history_of(surroundings_.folder(path.parent_path()), path.filename().string(), *profile);
    REQUIRE(history.folder != nullptr);
    return history;
  }

 private:
  TemporaryFolder folder_;
  Surroundings surroundings_{"/nowhere"};
};

/// "V1__a.sql [1]", "2.down.sql" indented below its up file, what is not applied in parentheses,
/// and what is wrong after an exclamation mark.
Lines shown(const FolderHistory& history) {
  Lines lines;
  for (const HistoryEntry& entry : history.entries) {
    std::string line = entry.name;
    if (!entry.version.empty()) line += " [" + entry.version + "]";
    if (!entry.applied) line = "(" + line + ")";
    if (!entry.trouble.empty()) line += " ! " + entry.trouble;
    lines.push_back(line);
    for (const std::string& other : entry.others) lines.push_back("  " + other);
  }
  return lines;
}

Lines names(const FolderHistory& history) {
  Lines names;
  for (const HistoryEntry& entry : history.entries) names.push_back(entry.name);
  return names;
}

TEST_CASE("order: numbers, each with its files for other directions") {
  Repository repository;
  repository.write({"m/1_a.up.sql", "m/1_a.down.sql", "m/2_b.up.sql", "m/010_c.up.sql",
                    "m/010_c.down.sql", "m/README.md", "m/seed.sql"});
  for (std::string_view asked : {"m/2_b.up.sql", "m/010_c.down.sql"}) {
    const FolderHistory history = repository.history(asked, "golang-migrate");
    CHECK(shown(history) == Lines{"1_a.up.sql [1]", "  1_a.down.sql", "2_b.up.sql [2]",
                                  "010_c.up.sql [10]", "  010_c.down.sql"});
    CHECK(history.from_beginning);
    CHECK(history.folder->in_repository("") == "m/");
  }
}

TEST_CASE("order: a file that the runner does not read is alone") {
  Repository repository;
  repository.write({"m/1_a.up.sql", "m/seed.sql"});
  const FolderHistory history = repository.history("m/seed.sql", "golang-migrate");
  CHECK(shown(history) == Lines{"seed.sql"});
  CHECK_FALSE(history.from_beginning);
}

TEST_CASE("order: what the runner passes over because of its name") {
  Repository repository;
  repository.write({"m/V1__a.sql", "m/V2__b.sql", "m/V3_c.sql", "m/v4__d.sql", "m/R__e.sql",
                    "m/afterMigrate.sql"});
  const FolderHistory history = repository.history("m/V3_c.sql", "flyway");
  CHECK(shown(history) ==
        Lines{"V1__a.sql [1]", "V2__b.sql [2]", "R__e.sql",
              "(V3_c.sql) ! the runner does not read its name, so it is never applied",
              "(v4__d.sql) ! the runner does not read its name, so it is never applied"});
  CHECK(history.from_beginning);

  // The settings may say that one underscore is enough.
  Repository other;
  other.write({"m/V1_a.sql", "m/V2_b.sql", "m/V3__c.sql"});
  CHECK(names(other.history("m/V3__c.sql", "flyway")) == Lines{"V3__c.sql"});
}

TEST_CASE("order: two migrations of one version stay two, and keep their own down files") {
  Repository repository;
  repository.write(
      {"m/1_init.up.sql", "m/2_a.up.sql", "m/2_a.down.sql", "m/02_b.up.sql", "m/02_b.down.sql"});
  CHECK(shown(repository.history("m/2_a.up.sql", "golang-migrate")) ==
        Lines{"1_init.up.sql [1]", "02_b.up.sql [2]", "  02_b.down.sql", "2_a.up.sql [2]",
              "  2_a.down.sql"});
}

TEST_CASE("order: by names, where the runner compares them byte by byte") {
  Repository repository;
  repository.write({"db/migrations/9_b.sql", "db/migrations/10_a.sql", "db/migrations/1_x.sql"});
  CHECK(shown(repository.history("db/migrations/9_b.sql", "dbmate")) ==
        Lines{"10_a.sql [10]", "1_x.sql [1]", "9_b.sql [9]"});
  CHECK(shown(repository.history("db/migrations/9_b.sql", "goose")) ==
        Lines{"1_x.sql [1]", "9_b.sql [9]", "10_a.sql [10]"});
}

TEST_CASE("order: sql-migrate puts what has no number after what has one") {
  Repository repository;
  repository.write({"m/a.sql", "m/20-b.sql", "m/3-c.sql"});
  const FolderHistory history = repository.history("m/a.sql", "sql-migrate");
  CHECK(names(history) == Lines{"3-c.sql", "20-b.sql", "a.sql"});
  CHECK_FALSE(history.entries.back().repeatable);
}

TEST_CASE("order: Flyway compares the parts of versions, and repeatable files come last") {
  Repository repository;
  repository.write({"m/V1__a.sql", "m/V1_10__c.sql", "m/V1.2__b.sql", "m/U1.2__b.sql",
                    "m/R__b_view.sql", "m/R__a_view.sql", "m/beforeMigrate.sql", "m/V01.0__d.sql"});
  const FolderHistory history = repository.history("m/R__a_view.sql", "flyway");
  CHECK(shown(history) == Lines{"V01.0__d.sql [1]", "V1__a.sql [1]", "V1.2__b.sql [1.2]",
                                "  U1.2__b.sql", "V1_10__c.sql [1.10]", "R__a_view.sql",
                                "R__b_view.sql"});
  CHECK(history.from_beginning);
  CHECK(history.entries.back().repeatable);
  CHECK_FALSE(history.entries.front().repeatable);
}

TEST_CASE("order: Flyway's baseline stands for what is gone, and for nothing else") {
  Repository repository;
  repository.write({"m/B5__base.sql", "m/V5__x.sql", "m/V6__a.sql", "m/B3__older.sql"});
  FolderHistory history = repository.history("m/V6__a.sql", "flyway");
  CHECK(shown(history) ==
        Lines{"(B3__older.sql [3])", "B5__base.sql [5]", "(V5__x.sql [5])", "V6__a.sql [6]"});
  CHECK_FALSE(history.from_beginning);

  Repository whole;
  whole.write({"m/B2__base.sql", "m/V1__a.sql", "m/V2__b.sql"});
  history = whole.history("m/V1__a.sql", "flyway");
  CHECK(shown(history) == Lines{"V1__a.sql [1]", "(B2__base.sql [2])", "V2__b.sql [2]"});
  CHECK(history.from_beginning);
}

TEST_CASE("order: Flyway reads folders below, but not another database's") {
  Repository repository;
  repository.write({"db/migration/V1__a.sql", "db/migration/2024/V2__b.sql",
                    "db/migration/2025/q1/V3__c.sql", "db/migration/mysql/V4__d.sql"});
  for (std::string_view asked : {"db/migration/2024/V2__b.sql", "db/migration/2025/q1/V3__c.sql"}) {
    const FolderHistory history = repository.history(asked, "flyway");
    CHECK(names(history) == Lines{"V1__a.sql", "2024/V2__b.sql", "2025/q1/V3__c.sql"});
    CHECK(history.folder->in_repository("") == "db/migration/");
  }
  CHECK(names(repository.history("db/migration/mysql/V4__d.sql", "flyway")) == Lines{"V4__d.sql"});
}

TEST_CASE("order: Flyway's folders for one database and for all make one history") {
  Repository repository;
  repository.write({"db/migration/common/V2__b.sql", "db/migration/postgresql/V1__a.sql",
                    "db/migration/h2/V1__a.sql"});
  for (std::string_view asked :
       {"db/migration/common/V2__b.sql", "db/migration/postgresql/V1__a.sql"}) {
    CHECK(names(repository.history(asked, "flyway")) ==
          Lines{"postgresql/V1__a.sql", "common/V2__b.sql"});
  }
  CHECK(names(repository.history("db/migration/h2/V1__a.sql", "flyway")) == Lines{"V1__a.sql"});
}

TEST_CASE("order: folders with the same version are histories of their own") {
  Repository repository;
  repository.write({"db/migration/users/V1__a.sql", "db/migration/users/V2__b.sql",
                    "db/migration/orders/V1__a.sql"});
  CHECK(names(repository.history("db/migration/users/V2__b.sql", "flyway")) ==
        Lines{"users/V1__a.sql", "users/V2__b.sql"});
  CHECK(names(repository.history("db/migration/orders/V1__a.sql", "flyway")) ==
        Lines{"orders/V1__a.sql"});
}

TEST_CASE("order: migrations in another language make a history that is not all there") {
  Repository go;
  go.write({"m/00001_a.sql", "m/00002_b.go"});
  CHECK_FALSE(go.history("m/00001_a.sql", "goose").from_beginning);

  Repository java;
  java.write(
      {"src/main/resources/db/migration/V1__a.sql", "src/main/java/db/migration/V2__B.java"});
  CHECK_FALSE(java.history("src/main/resources/db/migration/V1__a.sql", "flyway").from_beginning);
}

TEST_CASE("order: a folder for each migration") {
  Repository repository;
  repository.write({"prisma/migrations/20240101000000_init/migration.sql",
                    "prisma/migrations/20240201000000_b/migration.sql",
                    "prisma/migrations/20240201000000_b/notes.sql",
                    "prisma/migrations/migration_lock.toml"});
  const FolderHistory history =
      repository.history("prisma/migrations/20240201000000_b/migration.sql", "prisma");
  CHECK(shown(history) == Lines{"20240101000000_init/migration.sql [20240101000000_init]",
                                "20240201000000_b/migration.sql [20240201000000_b]"});
  CHECK(history.from_beginning);
  CHECK(history.folder->in_repository("") == "prisma/migrations/");

  Repository diesel;
  diesel.write({"migrations/2024-01-02-000000_b/up.sql", "migrations/2024-01-02-000000_b/down.sql",
                "migrations/00000000000000_diesel_initial_setup/up.sql"});
  CHECK(shown(diesel.history("migrations/2024-01-02-000000_b/down.sql", "diesel")) ==
        Lines{"00000000000000_diesel_initial_setup/up.sql [00000000000000]",
              "2024-01-02-000000_b/up.sql [2024-01-02-000000]", "  2024-01-02-000000_b/down.sql"});
}

TEST_CASE("order: graphile-migrate's current migration comes after what is committed") {
  Repository repository;
  repository.write({"migrations/committed/000001.sql", "migrations/committed/000002-x.sql",
                    "migrations/current.sql"});
  for (std::string_view asked : {"migrations/current.sql", "migrations/committed/000001.sql"}) {
    CHECK(names(repository.history(asked, "graphile-migrate")) ==
          Lines{"committed/000001.sql", "committed/000002-x.sql", "current.sql"});
  }
}

TEST_CASE("order: Drizzle's journal decides, and what is wrong with it is said") {
  Repository repository;
  repository.write({"d/0000_a.sql", "d/0001_b.sql", "d/0002_c.sql", "d/0003_d.sql", "d/0009_x.sql"})
      .write("d/meta/_journal.json", R"({"entries": [
        {"idx": 0, "when": 1000, "tag": "0000_a"},
        {"idx": 1, "when": 3000, "tag": "0002_c"},
        {"idx": 2, "when": 2000, "tag": "0001_b"},
        {"idx": 2, "when": 4000, "tag": "0003_d"}]})");
  const FolderHistory history = repository.history("d/0001_b.sql", "drizzle");
  CHECK(
      shown(history) ==
      Lines{"0000_a.sql", "0002_c.sql",
            "0001_b.sql ! its 'when' in meta/_journal.json is not later than that of '0002_c', so "
            "Drizzle skips it on every database that has '0002_c'",
            "0003_d.sql ! its 'idx' in meta/_journal.json is not greater than that of the entry "
            "before it",
            "(0009_x.sql [0009]) ! meta/_journal.json does not list it, so it is never applied"});
  CHECK(history.from_beginning);
}

TEST_CASE("order: an entry of the journal without a file is said at the next one, or the last") {
  Repository repository;
  repository.write({"d/0001_b.sql", "d/0002_c.sql"}).write("d/meta/_journal.json", R"({"entries": [
      {"idx": 0, "when": 1, "tag": "0000_gone"}, {"idx": 1, "when": 2, "tag": "0001_b"},
      {"idx": 2, "when": 3, "tag": "0002_c"}, {"idx": 3, "when": 4, "tag": "0003_gone"}]})");
  const FolderHistory history = repository.history("d/0001_b.sql", "drizzle");
  CHECK(shown(history) ==
        Lines{"0001_b.sql ! the entry before it, '0000_gone.sql', has no file",
              "0002_c.sql ! meta/_journal.json names migrations after it that have no file"});
  CHECK_FALSE(history.from_beginning);
}

TEST_CASE("order: a journal that is none leaves the names") {
  for (std::string_view text : {"", "[]", "{", R"({"entries": 3})", R"({"entries": "a"})"}) {
    Repository repository;
    repository.write({"d/0000_a.sql", "d/0001_b.sql"}).write("d/meta/_journal.json", text);
    CHECK(names(repository.history("d/0001_b.sql", "drizzle")) ==
          Lines{"0000_a.sql", "0001_b.sql"});
  }
}

TEST_CASE("order: Sqitch's plan, with reworked changes") {
  Repository repository;
  repository
      .write({"s/deploy/schemas/main.sql", "s/deploy/f@v1.sql", "s/deploy/f.sql", "s/deploy/t.sql",
              "s/deploy/stray.sql", "s/revert/f.sql", "s/revert/f@v1.sql", "s/verify/f.sql"})
      .write("s/sqitch.plan",
             "%syntax-version=1.0.0\n%project=x\n\n"
             "schemas/main 2024-01-01T00:00:00Z A <a@b> # the schema\n"
             "f [schemas/main] 2024-01-02T00:00:00Z A <a@b> # a function\n"
             "@v1 2024-01-03T00:00:00Z A <a@b> # released\n"
             "f [f@v1] 2024-01-04T00:00:00Z A <a@b> # reworked\n"
             "+t 2024-01-05T00:00:00Z A <a@b>\r\n");
  const FolderHistory history = repository.history("s/deploy/f.sql", "sqitch");
  CHECK(shown(history) ==
        Lines{"deploy/schemas/main.sql [schemas/main]", "deploy/f@v1.sql [f@v1]",
              "  revert/f@v1.sql", "deploy/f.sql [f]", "  revert/f.sql", "  verify/f.sql",
              "deploy/t.sql [t]",
              "(deploy/stray.sql [stray]) ! sqitch.plan does not list it, so it is never applied"});
  CHECK(history.from_beginning);
  CHECK(shown(repository.history("s/verify/f.sql", "sqitch")) == shown(history));
}

TEST_CASE("order: Liquibase's changelogs, in XML, YAML and JSON") {
  const Lines files{"src/main/resources/db/changelog/sql/b.sql",
                    "src/main/resources/db/changelog/all/2.sql",
                    "src/main/resources/db/changelog/all/1.sql",
                    "src/main/resources/db/changelog/sql/a.sql",
                    "src/main/resources/db/changelog/sql/a-rollback.sql",
                    "src/main/resources/db/changelog/sql/h2.sql"};
  const std::string folder = "src/main/resources/db/changelog/";
  const Lines expected{folder + "sql/b.sql", folder + "all/1.sql", folder + "all/2.sql",
                       folder + "sql/a.sql", "  " + folder + "sql/a-rollback.sql"};
  SECTION("XML") {
    Repository repository;
    repository.write(files)
        .write(folder + "db.changelog-master.xml", R"(<databaseChangeLog>
  <!-- <include file="db/changelog/sql/a.sql"/> -->
  <include file="db/changelog/sql/b.sql"/>
  <includeAll path="all/" relativeToChangelogFile="true"/>
  <include file="classpath:db/changelog/more.xml"/>
</databaseChangeLog>)")
        .write(folder + "more.xml", R"(<databaseChangeLog>
  <changeSet id="1" author="a">
    <sqlFile path="sql/h2.sql" relativeToChangelogFile="true" dbms="h2"/>
    <sqlFile path="sql/a.sql" relativeToChangelogFile='true'/>
    <rollback><sqlFile path="sql/a-rollback.sql" relativeToChangelogFile="true"/></rollback>
  </changeSet>
  <include file="db/changelog/db.changelog-master.xml"/>
</databaseChangeLog>)");
    const FolderHistory history = repository.history(folder + "sql/a.sql", "liquibase");
    CHECK(shown(history) == expected);
    CHECK(history.from_beginning);
  }
  SECTION("YAML") {
    Repository repository;
    repository.write(files).write(folder + "db.changelog-master.yaml", R"(databaseChangeLog:
  - include:
      file: sql/b.sql
      relativeToChangelogFile: true
  # - include: {file: sql/a.sql}
  - includeAll: {path: db/changelog/all}
  - changeSet:
      id: 1
      changes:
        - sqlFile:
            path: "db/changelog/sql/a.sql"
      rollback:
        - sqlFile:
            path: db/changelog/sql/a-rollback.sql
  - changeSet:
      id: 2
      changes:
        - createTable:
            tableName: t
)");
    const FolderHistory history = repository.history(folder + "sql/a.sql", "liquibase");
    CHECK(shown(history) == expected);
    CHECK_FALSE(history.from_beginning);  // the table is in no file of SQL
  }
  SECTION("JSON") {
    Repository repository;
    repository.write(files).write(folder + "db.changelog-master.json", R"({"databaseChangeLog": [
      {"include": {"file": "sql/b.sql", "relativeToChangelogFile": true}},
      {"includeAll": {"path": "db/changelog/all"}},
      {"changeSet": {"id": "1", "changes": [{"sqlFile": {"path": "db/changelog/sql/a.sql"}}],
        "rollback": [{"sqlFile": {"path": "db/changelog/sql/a-rollback.sql"}}]}},
      {"include": {"file": "gone.sql"}}]})");
    const FolderHistory history = repository.history(folder + "sql/a.sql", "liquibase");
    CHECK(shown(history) == expected);
    CHECK_FALSE(history.from_beginning);
  }
}

TEST_CASE("order: what is nested without end in a changelog names no file") {
  const std::string deep(1'000'000, '[');
  Repository repository;
  repository.write({"db/changelog/a.sql"})
      .write("db/changelog/db.changelog-master.json",
             R"({"databaseChangeLog": [{"include": {"file": )" + deep +
                 std::string(deep.size(), ']') + "}}]}");
  CHECK(names(repository.history("db/changelog/a.sql", "liquibase")) == Lines{"a.sql"});
}

TEST_CASE("order: Liquibase without a changelog, by numbers if the files have them") {
  Repository repository;
  repository.write({"db/changelog/2-b.sql", "db/changelog/10-c.sql", "db/changelog/1-a.sql"});
  CHECK(names(repository.history("db/changelog/2-b.sql", "liquibase")) ==
        Lines{"1-a.sql", "2-b.sql", "10-c.sql"});
  Repository other;
  other.write({"db/changelog/users.sql", "db/changelog/orders.sql"});
  CHECK(names(other.history("db/changelog/users.sql", "liquibase")) == Lines{"users.sql"});
}

TEST_CASE("order: a changelog cannot lead out of the repository") {
  Repository repository;
  repository.write({"db/a.sql"})
      .write("db/changelog.xml", R"(<include file="../../../../../../../etc/passwd.sql"/>
<include file="/etc/hosts.sql"/><include file="a.sql" relativeToChangelogFile="true"/>)");
  CHECK(names(repository.history("db/a.sql", "liquibase")) == Lines{"db/a.sql"});
}

TEST_CASE("order: numbers say the order of scripts of an unknown runner, if nearly all have one") {
  Repository repository;
  repository.write(
      {"m/1_a.sql", "m/2_b.sql", "m/10_c.sql", "m/10_c.down.sql", "m/2_b_down.sql", "m/notes.txt"});
  CHECK(names(repository.history("m/10_c.sql", "psql")) ==
        Lines{"1_a.sql", "2_b.sql", "2_b_down.sql", "10_c.sql"});

  Repository pairs;
  pairs.write(
      {"m/1_a_up.sql", "m/1_a_down.sql", "m/2_scale_down.sql", "m/3-x-rollback.sql", "m/3-x.sql"});
  CHECK(shown(pairs.history("m/2_scale_down.sql", "")) ==
        Lines{"1_a_up.sql [1]", "  1_a_down.sql", "2_scale_down.sql [2]", "3-x.sql [3]",
              "  3-x-rollback.sql"});

  Repository words;
  words.write({"m/1_a.sql", "m/users.sql", "m/orders.sql"});
  CHECK(names(words.history("m/1_a.sql", "")) == Lines{"1_a.sql"});
}

TEST_CASE("order: an unknown runner's folders for each migration") {
  Repository repository;
  repository.write({"m/0-init/up.sql", "m/2-b/up.sql", "m/10-c/up.sql", "m/10-c/check.sql"});
  CHECK(names(repository.history("m/2-b/up.sql", "")) ==
        Lines{"0-init/up.sql", "2-b/up.sql", "10-c/up.sql"});
}

TEST_CASE("order: releases in the names of an unknown runner's files") {
  Repository repository;
  repository.write(
      {"m/04_01_0010_a.sql", "m/04_01_0009_b.sql", "m/04_10_0001_c.sql", "m/04_9_0001_2fa.sql"});
  CHECK(shown(repository.history("m/04_01_0010_a.sql", "")) ==
        Lines{"04_01_0009_b.sql [4.1.9]", "04_01_0010_a.sql [4.1.10]", "04_9_0001_2fa.sql [4.9.1]",
              "04_10_0001_c.sql [4.10.1]"});
}

TEST_CASE("order: runners without one leave each file alone") {
  Repository repository;
  repository.write({"p/1.sql", "p/2.sql"});
  CHECK(names(repository.history("p/2.sql", "pg-schema-diff")) == Lines{"2.sql"});
}

TEST_CASE("order: where a number is missing, Play ends and tern refuses") {
  Repository repository;
  repository.write({"conf/evolutions/default/1.sql", "conf/evolutions/default/2.sql",
                    "conf/evolutions/default/4.sql", "conf/evolutions/default/5.sql"});
  CHECK(shown(repository.history("conf/evolutions/default/1.sql", "play")) ==
        Lines{"1.sql [1]", "2.sql [2]",
              "(4.sql [4]) ! there is no migration 3, and the runner ends where one is missing",
              "(5.sql [5]) ! there is no migration 3, and the runner ends where one is missing"});
  Repository tern;
  tern.write({"m/001_a.sql", "m/003_b.sql", "m/004_c.sql"});
  CHECK(shown(tern.history("m/001_a.sql", "tern")) ==
        Lines{"001_a.sql [1]",
              "003_b.sql [3] ! there is no migration 2, and the runner refuses to leave one out",
              "004_c.sql [4]"});
}

TEST_CASE("order: what a history can begin with") {
  const auto begins = [](const std::string& first, std::string_view runner) {
    Repository repository;
    repository.write({first});
    return repository.history(first, runner).from_beginning;
  };
  for (const char* first :
       {"m/0_a.up.sql", "m/000001_a.up.sql", "m/20240102030405_a.up.sql", "m/1700000000_a.up.sql",
        "m/1700000000000_a.up.sql", "m/00000000000000_a.up.sql", "m/42_initial_schema.up.sql"}) {
    INFO(first);
    CHECK(begins(first, "golang-migrate"));
  }
  for (const char* first : {"m/0042_a.up.sql", "m/2_a.up.sql", "m/42_initials.up.sql"}) {
    INFO(first);
    CHECK_FALSE(begins(first, "golang-migrate"));
  }
  for (const char* first : {"m/V1__a.sql", "m/V1.1__a.sql", "m/V0_0_1__a.sql",
                            "m/V2019.01.12__a.sql", "m/V20240102_3__a.sql"}) {
    INFO(first);
    CHECK(begins(first, "flyway"));
  }
  for (const char* first : {"m/V1.7__a.sql", "m/V2__a.sql", "m/V2.0__a.sql"}) {
    INFO(first);
    CHECK_FALSE(begins(first, "flyway"));
  }
  CHECK(begins("m/0_init/migration.sql", "prisma"));
}

TEST_CASE("order: the dump that dbmate keeps") {
  Repository repository;
  repository.write({"db/migrations/1_a.sql"})
      .write("db/schema.sql", "--\n-- Dbmate schema migrations\n--\n");
  CHECK(repository.history("db/migrations/1_a.sql", "dbmate").schema_dump == "db/schema.sql");
  Repository other;
  other.write({"db/migrations/1_a.sql", "db/schema.sql"});
  CHECK(other.history("db/migrations/1_a.sql", "dbmate").schema_dump.empty());
}

TEST_CASE("order: files for other databases are no part of it") {
  Repository repository;
  const std::string number = "20240102030405000000";
  repository.write({"m/" + number + "_a.up.sql", "m/" + number + "_b.mysql.up.sql",
                    "m/" + number + "_b.postgres.up.sql", "m/" + number + "_b.down.sql"});
  CHECK(shown(repository.history("m/" + number + "_a.up.sql", "ory-popx")) ==
        Lines{number + "_a.up.sql [" + number + "]", number + "_b.postgres.up.sql [" + number + "]",
              "  " + number + "_b.down.sql"});
}

TEST_CASE("order: no link out of the repository is followed") {
  const TemporaryFolder outside;
  outside.write("x/V2__b.sql");
  const TemporaryFolder folder;
  folder.write(".git/HEAD");
  folder.write("flyway/V1__a.sql");
  folder.write("goose/1_a.sql");
  folder.write("shared/2_b.sql");
  folder.write("db/changelog.xml",
               R"(<includeAll path="x"/><sqlFile path="x/V2__b.sql"/><include file="a.sql"/>)");
  folder.write("db/a.sql");
  std::filesystem::create_directory_symlink(outside.path() / "x", folder.path() / "flyway/below");
  std::filesystem::create_directory_symlink(outside.path() / "x", folder.path() / "db/x");
  std::filesystem::create_symlink("../shared/2_b.sql", folder.path() / "goose/2_b.sql");
  std::filesystem::create_symlink(outside.path() / "x/V2__b.sql", folder.path() / "goose/3_c.sql");
  std::filesystem::create_symlink("/dev/zero", folder.path() / "goose/4_d.sql");
  Surroundings surroundings("/nowhere");
  const auto history = [&](const char* below, const char* name, const char* runner) {
    return names(
        history_of(surroundings.folder(folder.path() / below), name, *find_runner(runner)));
  };
  CHECK(history("flyway", "V1__a.sql", "flyway") == Lines{"V1__a.sql"});
  CHECK(history("goose", "1_a.sql", "goose") == Lines{"1_a.sql", "2_b.sql"});
  CHECK(history("db", "a.sql", "liquibase") == Lines{"db/a.sql"});
}

TEST_CASE("order: changelogs that include each other without end are left") {
  Repository repository;
  repository.write({"db/a.sql"});
  for (int i = 0; i < 200; ++i) {
    repository.write("db/" + std::to_string(i) + ".xml",
                     "<include file=\"" + std::to_string(i + 1) + ".xml\"/>");
  }
  repository.write("db/changelog.xml", R"(<include file="0.xml"/><include file="a.sql"/>)");
  const FolderHistory history = repository.history("db/a.sql", "liquibase");
  CHECK(names(history) == Lines{"db/a.sql"});
  CHECK_FALSE(history.from_beginning);
}

}  // namespace
}  // namespace unwedge::migration
