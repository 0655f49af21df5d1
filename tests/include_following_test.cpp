// What psql's \i and \ir include: run in place, in the session and the transaction of the command,
// and reported where it stands.

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "lint/engine.h"
#include "lint/explanation.h"
#include "lint/included_files.h"
#include "linting.h"
#include "migration/detection.h"
#include "migration/runner.h"
#include "migration/surroundings.h"
#include "temporary_folder.h"
#include "text/source_file.h"
#include "unwedge/schema.h"

namespace unwedge::lint {
namespace {

namespace fs = std::filesystem;
using Strings = std::vector<std::string>;

/// A repository of psql scripts.
class Scripts {
 public:
  Scripts() : surroundings_(folder_.path()) {
    folder_.write(".git");
    options.runner = "psql";
    options.rules["half-applied-file"].enabled = false;
    options.detector =
        std::make_shared<const migration::Detector>(migration::builtin_runners(), surroundings_);
  }

  fs::path write(std::string_view name, std::string_view text) const {
    return folder_.write(name, text);
  }

  [[nodiscard]] tl::expected<text::SourceFile, std::string> read(const std::string& name) const {
    const fs::path place = folder_.path() / name;
    auto file = text::read_source(place, name);
    if (file) file->place = place;
    return file;
  }

  /// Each by itself.
  [[nodiscard]] Result lint(const Strings& names) const {
    std::vector<InputHistory> histories;
    for (const std::string& name : names) {
      histories.emplace_back().files.push_back(input(name, histories.size() - 1));
    }
    return run(histories, 1);
  }

  /// One after the other, from the first on.
  [[nodiscard]] InputHistory history(const Strings& names) const {
    InputHistory history{.files = {}, .from_beginning = true};
    for (const std::string& name : names) {
      history.files.push_back(input(name, history.files.size()));
    }
    return history;
  }

  [[nodiscard]] const fs::path& path() const { return folder_.path(); }

  Options options = linting::default_options();

 private:
  [[nodiscard]] Input input(const std::string& name, std::size_t place) const {
    return {.path = name,
            .read = [this, name] { return read(name); },
            .options = &options,
            .place = place};
  }

  testing::TemporaryFolder folder_;
  migration::Surroundings surroundings_;
};

/// "a.sql:1: rule-id", acknowledged ones in parentheses.
Strings found(const Result& result) {
  Strings all;
  for (const FileResult& file : result.files) {
    for (const ReportedFinding& finding : file.findings) {
      const std::string text = file.path + ':' + std::to_string(finding.region.start.line) + ": " +
                               std::string(finding.rule->id);
      all.push_back(finding.ack ? '(' + text + ')' : text);
    }
  }
  return all;
}

/// The message of the only finding.
std::string only_message(const Result& result) {
  REQUIRE(found(result).size() == 1);
  for (const FileResult& file : result.files) {
    if (!file.findings.empty()) return file.findings.front().message;
  }
  return {};
}

constexpr std::string_view kIndex = "CREATE INDEX ON orders (state);\n";

TEST_CASE("include following: what is found is reported in the file that has it") {
  Scripts scripts;
  scripts.write("deploy/all.sql", "\\ir ../parts/index.sql\nSELECT 1;\n");
  scripts.write("parts/index.sql", "\n-- ü\n" + std::string(kIndex));
  const Result result = scripts.lint({"deploy/all.sql"});
  CHECK(found(result) == Strings{"parts/index.sql:3: index-not-concurrent"});
  REQUIRE(result.files.size() == 2);
  CHECK(result.files[0].statements == 2);
  CHECK(result.files[1].included_by == "deploy/all.sql");
  CHECK(result.files[1].runner == "psql");
  CHECK(result.files[1].statements == 1);
  CHECK(result.files[1].findings.front().excerpt.line == "CREATE INDEX ON orders (state);");
  CHECK(result.summary.files == 2);
  CHECK(result.summary.errors == 1);
}

TEST_CASE("include following: where \\i and \\ir are seen from") {
  Scripts scripts;
  scripts.write("deploy/a.sql", "\\i parts/x.sql\n");
  scripts.write("deploy/b.sql", "\\include parts/x.sql;\n");
  scripts.write("deploy/c.sql", "\\ir 'parts/x.sql'\n");
  scripts.write("deploy/d.sql", "\\include_relative \"parts/x.sql\" \\echo done\n");
  scripts.write("parts/x.sql", kIndex);
  scripts.write("deploy/parts/x.sql", "-- here\n" + std::string(kIndex));
  const Strings root{"parts/x.sql:1: index-not-concurrent"};
  const Strings beside{"deploy/parts/x.sql:2: index-not-concurrent"};
  CHECK(found(scripts.lint({"deploy/a.sql"})) == root);
  CHECK(found(scripts.lint({"deploy/b.sql"})) == root);
  CHECK(found(scripts.lint({"deploy/c.sql"})) == beside);
  CHECK(found(scripts.lint({"deploy/d.sql"})) == beside);
  // The folder of the config comes first.
  scripts.options.config_folder = scripts.path() / "deploy";
  CHECK(found(scripts.lint({"deploy/a.sql"})) == beside);
  fs::remove(scripts.path() / "deploy/parts/x.sql");
  CHECK(found(scripts.lint({"deploy/a.sql"})) == root);
  // The folder of the file that psql is given comes last.
  scripts.options.config_folder.clear();
  fs::rename(scripts.path() / "parts/x.sql", scripts.path() / "deploy/parts/x.sql");
  CHECK(found(scripts.lint({"deploy/a.sql"})) ==
        Strings{"deploy/parts/x.sql:1: index-not-concurrent"});
}

TEST_CASE("include following: an included file's own \\ir is seen from there, its \\i is not") {
  Scripts scripts;
  scripts.write("all.sql", "\\ir a/one.sql\n");
  scripts.write("a/one.sql", "\\ir b/two.sql\n\\i a/b/three.sql\n");
  scripts.write("a/b/two.sql", kIndex);
  scripts.write("a/b/three.sql", "DROP INDEX orders_old_idx;\n");
  CHECK(found(scripts.lint({"all.sql"})) == Strings{"a/b/two.sql:1: index-not-concurrent",
                                                    "a/b/three.sql:1: drop-index-not-concurrent"});
}

TEST_CASE("include following: the schema, the transaction and the settings are the same") {
  Scripts scripts;
  scripts.write("new.sql", "\\ir table.sql\n\\ir index.sql\nINSERT INTO orders VALUES (1, 'a');\n");
  scripts.write("table.sql", "CREATE TABLE IF NOT EXISTS orders (id int, state text);\n");
  scripts.write("index.sql", "CREATE INDEX IF NOT EXISTS orders_state_idx ON orders (state);\n");
  CHECK(found(scripts.lint({"new.sql"})).empty());

  scripts.write("block.sql", "BEGIN;\n\\ir concurrent.sql\nCOMMIT;\n");
  scripts.write("concurrent.sql", "CREATE INDEX CONCURRENTLY i ON orders (state);\n");
  CHECK(found(scripts.lint({"block.sql"})) ==
        Strings{"concurrent.sql:1: concurrently-in-transaction"});

  // A transaction may begin in one file and end in another.
  scripts.write("begun.sql", "\\ir begin.sql\n\\ir concurrent.sql\nCOMMIT;\n");
  scripts.write("begin.sql", "BEGIN;\n");
  CHECK(found(scripts.lint({"begun.sql"})) ==
        Strings{"concurrent.sql:1: concurrently-in-transaction"});

  // \set AUTOCOMMIT, also in the included file.
  scripts.write("off.sql", "\\ir settings.sql\n\\ir concurrent.sql\n");
  scripts.write("settings.sql", "\\set AUTOCOMMIT off\nSET lock_timeout = '1s';\n");
  CHECK(found(scripts.lint({"off.sql"})) ==
        Strings{"settings.sql:2: unclosed-transaction",
                "concurrent.sql:1: concurrently-in-transaction"});

  // psql -1
  scripts.write("plain.sql", "\\ir concurrent.sql\n");
  CHECK(found(scripts.lint({"plain.sql"})).empty());
  scripts.options.mode = migration::Mode::kTransactionPerFile;
  CHECK(found(scripts.lint({"plain.sql"})) ==
        Strings{"concurrent.sql:1: concurrently-in-transaction"});
}

TEST_CASE("include following: related places are in the other file") {
  Scripts scripts;
  scripts.write("all.sql", "BEGIN;\n\\ir lock.sql\nUPDATE orders SET note = '';\nCOMMIT;\n");
  scripts.write("lock.sql", "ALTER TABLE orders ADD COLUMN note text;\n");
  const Result result = scripts.lint({"all.sql"});
  REQUIRE(found(result) == Strings{"all.sql:3: ddl-with-bulk-dml"});
  const std::vector<ReportedRelated>& related = result.files[0].findings[0].related;
  REQUIRE(related.size() == 1);
  CHECK(related[0].path == "lock.sql");
  CHECK(related[0].region.start.line == 1);
  CHECK(related[0].excerpt.line == "ALTER TABLE orders ADD COLUMN note text;");
}

TEST_CASE("include following: a finding is reported once") {
  Scripts scripts;
  scripts.write("a.sql", "\\ir x.sql\n\\ir x.sql\n");
  scripts.write("b.sql", "\\ir x.sql\n");
  scripts.write("x.sql", kIndex);
  const Strings once{"x.sql:1: index-not-concurrent"};
  CHECK(found(scripts.lint({"a.sql"})) == once);
  CHECK(found(scripts.lint({"a.sql", "b.sql"})) == once);
  const Result result = scripts.lint({"a.sql", "b.sql", "x.sql"});
  CHECK(found(result) == once);
  REQUIRE(result.files.size() == 3);
  CHECK(result.files[2].included_by.empty());
  CHECK(found(scripts.lint({"x.sql", "b.sql"})) == once);
}

TEST_CASE("include following: files of one change set that include each other run once") {
  Scripts scripts;
  scripts.write("all.sql", "\\ir table.sql\n");
  scripts.write("table.sql", "CREATE TABLE orders (id int);\n");
  InputHistory both = scripts.history({"all.sql", "table.sql"});
  both.one_change_set = true;
  CHECK(found(run({both}, 1)).empty());
}

TEST_CASE("include following: an earlier migration's includes are part of the schema") {
  Scripts scripts;
  scripts.write("1.sql", "\\ir parts/table.sql\n");
  scripts.write("parts/table.sql", "CREATE TABLE orders (id int, note text NOT NULL);\n");
  scripts.write("2.sql", "ALTER TABLE orders ADD COLUMN note text;\n");
  InputHistory history = scripts.history({"1.sql", "2.sql"});
  history.files[0].wanted = false;
  history.files[1].place = 0;
  const Result result = run({history}, 1);
  CHECK(found(result) == Strings{"2.sql:1: unknown-object"});
}

TEST_CASE("include following: what is not read, and why") {
  Scripts scripts;
  const auto why = [&scripts](std::string_view text) {
    scripts.write("db/all.sql", text);
    const Result result = scripts.lint({"db/all.sql"});
    CHECK(found(result).front().find("not-analysable") != std::string::npos);
    return only_message(result);
  };
  const testing::TemporaryFolder outside;
  const fs::path secret = outside.write("secret.sql", kIndex);
  fs::create_symlink(secret, scripts.write("link.sql", "").replace_filename("out.sql"));
  fs::create_directories(scripts.path() / "db/folder.sql");
  scripts.write("nul.sql", std::string("SELECT 1;\n\0", 11));
  const std::string end = ": what it locks and changes is not checked.";

  CHECK(why("\\ir none.sql\n") ==
        "This runs 'none.sql', which is not read because there is no such file" + end);
  CHECK(why("\\i none.sql\n") ==
        "This runs 'none.sql', which is not read because there is no such file here or at the root "
        "of the repository" +
            end);
  const std::string lies_outside = "', which is not read because it lies outside the repository";
  CHECK(why("\\i ../a.sql\n") == "This runs '../a.sql" + lies_outside + end);
  CHECK(why("\\ir ../../a.sql\n") == "This runs '../../a.sql" + lies_outside + end);
  CHECK(why("\\i " + secret.string() + "\n") ==
        "This runs '" + secret.string() + lies_outside + end);
  CHECK(why("\\i out.sql\n") == "This runs 'out.sql" + lies_outside + end);
  CHECK(why("\\ir folder.sql\n") ==
        "This runs 'folder.sql', which is not read because it is no regular file" + end);
  CHECK(why("\\i nul.sql\n") ==
        "This runs 'nul.sql', which is not read because it cannot be read (line 2 has a NUL byte "
        "(0x00))" +
            end);
  CHECK(why("\\i :file\n") ==
        "This runs a file, which is not read because its name is not known before it runs" + end);
  CHECK(why("\\i `ls`\n") ==
        "This runs a file, which is not read because its name is not known before it runs" + end);
  CHECK(why("\\cd parts\n\\i none.sql\n") ==
        "This runs 'none.sql', which is not read because it is not known to which folder \\cd has "
        "gone" +
            end);
  CHECK(why("\\ir all.sql\n") ==
        "This runs 'all.sql', which is not read because it would include itself" + end);
}

TEST_CASE("include following: cycles, depth and number have an end") {
  Scripts scripts;
  scripts.write("a.sql", "\\ir b.sql\n");
  scripts.write("b.sql", "\\ir ./c.sql\n");
  scripts.write("c.sql", "\\i a.sql\n");
  CHECK(found(scripts.lint({"a.sql"})) == Strings{"c.sql:1: not-analysable"});

  const auto name = [](std::size_t number) { return "d" + std::to_string(number) + ".sql"; };
  for (std::size_t i = 0; i <= IncludedFiles::kMostDepth; ++i) {
    scripts.write(name(i), "\\ir " + name(i + 1) + "\n");
  }
  scripts.write(name(IncludedFiles::kMostDepth + 1), kIndex);
  const Result deep = scripts.lint({name(0)});
  CHECK(found(deep) == Strings{name(IncludedFiles::kMostDepth) + ":1: not-analysable"});
  CHECK(only_message(deep) ==
        "This runs 'd17.sql', which is not read because files are included 16 levels deep "
        "already: what it locks and changes is not checked.");

  // Each includes the next one twice.
  for (std::size_t i = 0; i < 12; ++i) {
    const std::string next = "\\ir e" + std::to_string(i + 1) + ".sql\n";
    scripts.write("e" + std::to_string(i) + ".sql", next + next);
  }
  scripts.write("e12.sql", "SELECT 1;\n");
  CHECK(only_message(scripts.lint({"e0.sql"})).find("there is too much to read") !=
        std::string::npos);
}

TEST_CASE("include following: variables in names, and in what is included") {
  Scripts scripts;
  scripts.write("settings.sql", "\\set dir parts\n\\set app shop\n");
  scripts.write("parts/x.sql", "CREATE INDEX i ON :app.orders (state);\n");
  scripts.write("all.sql", "\\ir settings.sql\n\\ir :dir/x.sql\n");
  const Result result = scripts.lint({"all.sql"});
  CHECK(found(result) == Strings{"parts/x.sql:1: index-not-concurrent"});
  CHECK(only_message(result) ==
        "Building index 'i' blocks every write to 'shop.orders' until it is done.");

  // Set to one thing and then to another, or perhaps not at all.
  const Strings unknown{"all.sql:2: not-analysable"};
  scripts.write("all.sql", "\\ir settings.sql\n\\ir :dir/x.sql\n\\set dir other\n");
  CHECK(found(scripts.lint({"all.sql"})) == unknown);
  scripts.write("all.sql", "\\if :first \\ir settings.sql \\endif\n\\ir :dir/x.sql\n");
  CHECK(found(scripts.lint({"all.sql"})) == unknown);
  scripts.write("all.sql", "\\unset dir\n\\ir :dir/x.sql\n\\ir settings.sql\n");
  CHECK(found(scripts.lint({"all.sql"})) == unknown);

  // From the config.
  scripts.options.placeholders.values = {{":dir", "parts"}};
  scripts.write("all.sql", "\\set app shop\n\\ir :dir/x.sql\n");
  CHECK(found(scripts.lint({"all.sql"})) == Strings{"parts/x.sql:1: index-not-concurrent"});
}

TEST_CASE("include following: parts of which a run takes one") {
  Scripts scripts;
  // Each part begins with the schema that the first began with, also where it is another file.
  scripts.write("all.sql",
                "BEGIN;\n\\if :first\n\\ir a.sql\n\\else\n\\ir b.sql\n\\endif\n"
                "CREATE TABLE after (id int);\nCOMMIT;\n\\if false\n\\ir index.sql\n\\endif\n");
  scripts.write("a.sql", "CREATE TABLE t (id int);\nCREATE TABLE u (id int);\n");
  scripts.write("b.sql", "CREATE TABLE t (id int);\n\\ir a_index.sql\n");
  scripts.write("a_index.sql", "CREATE INDEX i ON t (id);\n");
  scripts.write("index.sql", kIndex);
  CHECK(found(scripts.lint({"all.sql"})).empty());

  // Parts in the included file, and after it.
  scripts.write("all.sql",
                "\\ir choice.sql\n\\ir choice.sql\nBEGIN;\nCREATE TABLE t (id int);\nCOMMIT;\n");
  scripts.write("choice.sql",
                "BEGIN;\n\\if :x\nCREATE TABLE v (a int);\n\\else\nCREATE TABLE v (b int);\n"
                "\\endif\nROLLBACK;\n");
  CHECK(found(scripts.lint({"all.sql"})).empty());
}

TEST_CASE("include following: acknowledgements of the included file") {
  Scripts scripts;
  scripts.write("all.sql", "\\ir head.sql\n\\ir above.sql\n\\ir none.sql\n");
  const std::string ack = "-- migration-unsafe-ack(index-not-concurrent): The table is small.\n";
  scripts.write("head.sql", ack + "\n" + std::string(kIndex));
  scripts.write("above.sql", "SELECT 1;\n" + ack + std::string(kIndex) + std::string(kIndex));
  scripts.write("none.sql", kIndex);
  CHECK(found(scripts.lint({"all.sql"})) ==
        Strings{"(head.sql:3: index-not-concurrent)", "(above.sql:3: index-not-concurrent)",
                "above.sql:4: index-not-concurrent", "none.sql:1: index-not-concurrent"});
  // Of the file that includes it: for all that the command runs.
  scripts.write("all.sql", "SELECT 1;\n" + ack + "\\ir head.sql\n" + ack + "\\ir none.sql\n");
  CHECK(found(scripts.lint({"all.sql"})) ==
        Strings{"(head.sql:3: index-not-concurrent)", "(none.sql:1: index-not-concurrent)"});
}

TEST_CASE("include following: an acknowledgement is unused where it is so everywhere") {
  Scripts scripts;
  scripts.write("all.sql", "BEGIN;\n\\ir x.sql\nCOMMIT;\n");
  scripts.write("x.sql",
                "-- migration-unsafe-ack(concurrently-in-transaction): Run by hand.\n"
                "CREATE INDEX CONCURRENTLY i ON orders (state);\n");
  const Strings acknowledged{"(x.sql:2: concurrently-in-transaction)"};
  CHECK(found(scripts.lint({"all.sql"})) == acknowledged);
  CHECK(found(scripts.lint({"x.sql"})) == Strings{"x.sql:1: ack-unused"});
  CHECK(found(scripts.lint({"all.sql", "x.sql"})) == acknowledged);
  scripts.write("all.sql", "\\ir x.sql\n");
  CHECK(found(scripts.lint({"all.sql"})) == Strings{"x.sql:1: ack-unused"});
  CHECK(found(scripts.lint({"all.sql", "x.sql"})) == Strings{"x.sql:1: ack-unused"});
}

TEST_CASE("include following: acknowledgements in the config are for the included file") {
  Scripts scripts;
  scripts.write("db/all.sql", "\\ir x.sql\n");
  scripts.write("db/x.sql", kIndex);
  const std::vector<ConfiguredAck> acks{
      {.path = "x.sql", .reason = "small", .declared_at = "unwedge.yaml:2"}};
  scripts.options.all_acks = &acks;
  scripts.options.config_folder = scripts.path() / "db";
  CHECK(found(scripts.lint({"db/all.sql"})) == Strings{"(db/x.sql:1: index-not-concurrent)"});
}

TEST_CASE("include following: what is broken in an included file stays there") {
  Scripts scripts;
  scripts.write("all.sql", "\\ir broken.sql\n\\ir endless.sql\n" + std::string(kIndex));
  scripts.write("broken.sql", "SELEC 1;\n");
  scripts.write("endless.sql", "SELECT 'a\n");
  CHECK(found(scripts.lint({"all.sql"})) == Strings{"all.sql:3: index-not-concurrent",
                                                    "broken.sql:1: syntax-error",
                                                    "endless.sql:1: syntax-error"});
  scripts.write("broken.sql", "");
  scripts.write("endless.sql", "\\q\nnot read\n");
  CHECK(found(scripts.lint({"all.sql"})) == Strings{"all.sql:3: index-not-concurrent"});
  scripts.write("broken.sql", "SELECT 'caf\xE9';\n");
  CHECK(found(scripts.lint({"all.sql"})) ==
        Strings{"all.sql:3: index-not-concurrent", "broken.sql:1: not-utf8"});
}

TEST_CASE("include following: tools that are not psql include nothing") {
  Scripts scripts;
  scripts.options.runner = "flyway";
  scripts.write("all.sql", "\\ir x.sql\n");
  scripts.write("x.sql", kIndex);
  CHECK(found(scripts.lint({"all.sql"})) == Strings{"all.sql:1: syntax-error"});
  CHECK(scripts.lint({"all.sql"}).files.size() == 1);
}

TEST_CASE("include following: explained at its place") {
  Scripts scripts;
  scripts.write("all.sql", "BEGIN;\n\\ir x.sql\nUPDATE orders SET note = '';\nCOMMIT;\n");
  scripts.write("x.sql", "\nALTER TABLE orders ADD COLUMN note text;\n");
  schema::Catalog catalog;
  const auto file = scripts.read("all.sql");
  REQUIRE(file);
  const Explanation explanation = explain_file(*file, scripts.options, catalog);
  const std::vector<ExplainedStep>& steps = explanation.sections.at(0).steps;
  REQUIRE(steps.size() == 5);
  CHECK(steps[1].path.empty());
  CHECK(steps[2].path == "x.sql");
  CHECK(steps[2].region.start.line == 2);
  CHECK(steps[3].path.empty());
  CHECK(steps[3].region.start.line == 3);
  REQUIRE(steps[3].held.size() == 1);
  CHECK(steps[3].held[0].path == "x.sql");
  CHECK(steps[3].held[0].taken_by.start.line == 2);
}

}  // namespace
}  // namespace unwedge::lint
