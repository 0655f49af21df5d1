// Which config a file is linted by.

#include "config/discovery.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>

namespace unwedge::config {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for one test, gone afterwards.
class Tree {
 public:
  Tree() {
    std::string name = (fs::temp_directory_path() / "unwedge-discovery-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    root_ = fs::canonical(name);
    fs::create_directories(root_ / "repository" / ".git");
  }
  ~Tree() { fs::remove_all(root_); }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  void write(const fs::path& file) const {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << "rules: {}\n";
  }
  [[nodiscard]] fs::path operator/(const fs::path& path) const { return root_ / path; }

 private:
  fs::path root_;
};

TEST_CASE("the closest config upwards is taken, and only that") {
  const Tree tree;
  tree.write("repository/unwedge.yaml");
  tree.write("repository/app/.unwedge.yaml");
  fs::create_directories(tree / "repository/app/db/migrations");
  fs::create_directories(tree / "repository/other/db");

  Discovery discovery;
  CHECK(*discovery.config_for(tree / "repository/app/db/migrations") ==
        tree / "repository/app/.unwedge.yaml");
  CHECK(*discovery.config_for(tree / "repository/app") == tree / "repository/app/.unwedge.yaml");
  CHECK(*discovery.config_for(tree / "repository/other/db") == tree / "repository/unwedge.yaml");
  CHECK(*discovery.config_for(tree / "repository/other/../app/") ==
        tree / "repository/app/.unwedge.yaml");
}

TEST_CASE("the search ends at the root of the repository") {
  const Tree tree;
  tree.write("unwedge.yaml");
  fs::create_directories(tree / "repository/db");
  Discovery discovery;
  CHECK(discovery.config_for(tree / "repository/db")->empty());

  SECTION("which has a file .git in a worktree or submodule") {
    tree.write("worktree/.git");
    CHECK(discovery.config_for(tree / "worktree")->empty());
  }
  SECTION("or at the file system's") {
    fs::create_directories(tree / "elsewhere/db");
    CHECK(*discovery.config_for(tree / "elsewhere/db") == tree / "unwedge.yaml");
    CHECK_NOTHROW(discovery.config_for("/"));
  }
}

TEST_CASE("two configs in one folder are an error") {
  const Tree tree;
  tree.write("repository/unwedge.yaml");
  tree.write("repository/.unwedge.yaml");
  fs::create_directories(tree / "repository/db");
  Discovery discovery;
  const Discovery::Answer& answer = discovery.config_for(tree / "repository/db");
  REQUIRE_FALSE(answer);
  CHECK(answer.error().file == (tree / "repository/unwedge.yaml").string());
  CHECK_FALSE(answer.error().help.empty());
}

TEST_CASE("answers are remembered") {
  const Tree tree;
  tree.write("repository/unwedge.yaml");
  fs::create_directories(tree / "repository/a/b");
  Discovery discovery;
  CHECK_FALSE(discovery.config_for(tree / "repository/a/b")->empty());
  fs::remove(tree / "repository/unwedge.yaml");
  CHECK_FALSE(discovery.config_for(tree / "repository/a")->empty());
}

TEST_CASE("a folder that does not exist is looked up by its parents") {
  const Tree tree;
  tree.write("repository/unwedge.yaml");
  Discovery discovery;
  CHECK(*discovery.config_for(tree / "repository/not/there") == tree / "repository/unwedge.yaml");
}

TEST_CASE("the repository's root") {
  const Tree tree;
  fs::create_directories(tree / "repository/a/b");
  CHECK(repository_root(tree / "repository/a/b") == tree / "repository");
  CHECK(repository_root(tree / "repository") == tree / "repository");
}

}  // namespace
}  // namespace unwedge::config
