// Linting with a history: what is replayed before a change set, and what is said at its end.

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "lint/engine.h"
#include "linting.h"
#include "text/source_file.h"

namespace unwedge::lint {
namespace {

struct Migration {
  std::string path;
  std::string text;
  bool wanted = true;
  bool is_migration = true;
};

using Read = std::function<tl::expected<text::SourceFile, std::string>()>;

Read reader(const std::string& path, const std::string& text) {
  return [path, text] { return text::source_from_bytes(path, text); };
}

class Linted {
 public:
  explicit Linted(const std::vector<Migration>& migrations, bool one_change_set = false,
                  const std::string& base = {}) {
    options_.runner = "diesel";
    InputHistory history{.files = {}, .one_change_set = one_change_set, .from_beginning = true};
    std::size_t place = 0;
    for (const Migration& each : migrations) {
      history.files.push_back({.path = each.path,
                               .read = reader(each.path, each.text),
                               .options = &options_,
                               .wanted = each.wanted,
                               .place = each.wanted ? place++ : 0,
                               .is_migration = each.is_migration,
                               .version = each.path.substr(0, each.path.find('.'))});
    }
    if (!base.empty()) {
      history.base = Input{.path = "schema.sql",
                           .read = reader("schema.sql", base),
                           .options = &options_,
                           .wanted = false};
    }
    files_ = run({std::move(history)}, 1).files;
  }

  [[nodiscard]] std::size_t count() const { return files_.size(); }
  [[nodiscard]] std::vector<std::string_view> rules(std::size_t file) const {
    return linting::rule_ids(files_.at(file));
  }

 private:
  Options options_ = linting::default_options();
  std::vector<FileResult> files_;
};

using Ids = std::vector<std::string_view>;

const std::string kTable = "CREATE TABLE t (id bigint PRIMARY KEY, a int NOT NULL, b int);";
const std::string kSetNotNull = "ALTER TABLE t ALTER COLUMN a SET NOT NULL;";

TEST_CASE("history: earlier migrations are replayed, and nothing is said of them") {
  CHECK(Linted({{"2.sql", kSetNotNull}}).rules(0) == Ids{"set-not-null-without-check"});
  const Linted linted({{"1.sql", kTable, false}, {"2.sql", kSetNotNull}});
  REQUIRE(linted.count() == 1);
  CHECK(linted.rules(0).empty());
}

TEST_CASE("history: what an earlier change set created is there for others") {
  const std::string index = "CREATE INDEX i ON t (a);";
  CHECK(Linted({{"1.sql", kTable}, {"2.sql", index}}).rules(1) == Ids{"index-not-concurrent"});
  CHECK(Linted({{"1.sql", kTable}, {"2.sql", index}}, true).rules(1).empty());
}

TEST_CASE("history: the files of one change set come after those that are there already") {
  const Linted linted({{"1.sql", kSetNotNull}, {"2.sql", kTable, false}, {"3.sql", "SELECT 1;"}},
                      true);
  CHECK(linted.rules(0).empty());
}

TEST_CASE("history: what a migration rolls back is not there") {
  const Linted linted({{"1.sql", kTable, false},
                       {"2.sql", "ALTER TABLE t ALTER a DROP NOT NULL;", false},
                       {"3.sql", kSetNotNull}});
  CHECK(linted.rules(0) == Ids{"set-not-null-without-check"});
}

TEST_CASE("history: down sections are judged by the schema after their migration, and undone") {
  const Linted linted({{"1/up.sql", kTable},
                       {"1/down.sql", "ALTER TABLE t DROP COLUMN b;\nVACUUM t;\n", true, false},
                       {"2/up.sql", "ALTER TABLE t ALTER b SET NOT NULL;"}});
  CHECK(linted.rules(1) == Ids{"not-in-transaction"});
  CHECK(linted.rules(2) == Ids{"set-not-null-without-check"});
}

TEST_CASE("history: a file that is no migration of its own leaves nothing behind") {
  // Its text does not say that it undoes something, the history does.
  const Linted linted({{"1/up.sql", kTable},
                       {"1/undo.sql", "DROP TABLE t;", true, false},
                       {"2/up.sql", "ALTER TABLE t ALTER b SET NOT NULL;"}});
  CHECK(linted.rules(2) == Ids{"set-not-null-without-check"});
}

TEST_CASE("history: a dump of the schema may be the base") {
  CHECK(Linted({{"2.sql", kSetNotNull}}, false, kTable).rules(0).empty());
  // What it lists is in it, and is not applied a second time.
  const std::string versions =
      kTable + "\nINSERT INTO schema_migrations (version) VALUES ('1'), ('20');";
  const Migration relaxed{"1.sql", "ALTER TABLE t ALTER a DROP NOT NULL;", false};
  CHECK(Linted({relaxed, {"2.sql", kSetNotNull}}, false, versions).rules(0).empty());
  CHECK(Linted({relaxed, {"2.sql", kSetNotNull}}, false, kTable).rules(0) ==
        Ids{"set-not-null-without-check"});
}

TEST_CASE("history: a dump that a wanted file is in already is of a later schema") {
  const std::string versions =
      kTable + "\nINSERT INTO schema_migrations (version) VALUES ('1'), ('2');";
  CHECK(Linted({{"2.sql", kSetNotNull}}, false, versions).rules(0) ==
        Ids{"set-not-null-without-check"});
}

}  // namespace
}  // namespace unwedge::lint
