// --since: where a pull request goes, as the environments of CI systems say it.

#include "cli/since.h"

#include <map>
#include <string>

#include <catch2/catch_test_macros.hpp>

namespace unwedge::cli {
namespace {

std::string base(const std::map<std::string, std::string>& variables) {
  Environment environment;
  environment.variable = [&variables](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  };
  return base_of_pull_request(environment);
}

}  // namespace

TEST_CASE("where a pull request goes is read from the environment") {
  CHECK(base({}).empty());
  CHECK(base({{"GITHUB_BASE_REF", "main"}}) == "origin/main");
  CHECK(base({{"GITHUB_BASE_REF", ""}, {"GITHUB_REF_NAME", "main"}}).empty());
  CHECK(base({{"CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "release/2"}}) == "origin/release/2");
  CHECK(base({{"CI_MERGE_REQUEST_DIFF_BASE_SHA", "0123abc"},
              {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"}}) == "0123abc");
  CHECK(base({{"BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main"}}) == "origin/main");
  CHECK(base({{"BITBUCKET_PR_DESTINATION_BRANCH", "main"}}) == "origin/main");
  CHECK(base({{"SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"}}) == "origin/main");
  CHECK(base({{"CI_COMMIT_TARGET_BRANCH", "main"}}) == "origin/main");
  CHECK(base({{"CHANGE_TARGET", "main"}}) == "origin/main");
}

TEST_CASE("a branch that is pushed to is not where a pull request goes") {
  CHECK(base({{"DRONE_TARGET_BRANCH", "main"}}).empty());
  CHECK(base({{"DRONE_TARGET_BRANCH", "main"}, {"DRONE_PULL_REQUEST", "7"}}) == "origin/main");
  CHECK(base({{"TRAVIS_BRANCH", "main"}, {"TRAVIS_PULL_REQUEST", "false"}}).empty());
  CHECK(base({{"TRAVIS_BRANCH", "main"}, {"TRAVIS_PULL_REQUEST", "7"}}) == "origin/main");
}

}  // namespace unwedge::cli
