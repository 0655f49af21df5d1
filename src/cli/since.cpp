// See since.h. CircleCI has no variable for it. Some systems name a branch for pushes, too, and
// tell a pull request by another variable.

#include "cli/since.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "config/discovery.h"
#include "sql/tokens.h"

namespace unwedge::cli {
namespace {

struct Variable {
  const char* name;
  bool commit = false;  ///< it holds a commit's number rather than a branch
  /// One that must be set, and not to "false", for the other to mean a pull request.
  const char* only_with = nullptr;
};

// docs.github.com "Default environment variables" (Gitea and Forgejo have it, too);
// docs.gitlab.com "Predefined CI/CD variables"; buildkite.com/docs "Environment variables";
// support.atlassian.com "Variables and secrets"; learn.microsoft.com "Use predefined variables";
// woodpecker-ci.org "Environment variables"; docs.drone.io "Variable reference"; jenkins.io
// "Multibranch Pipelines"; docs.travis-ci.com "Environment variables".
constexpr std::array kVariables{
    Variable{"GITHUB_BASE_REF"},
    Variable{"CI_MERGE_REQUEST_DIFF_BASE_SHA", true},
    Variable{"CI_MERGE_REQUEST_TARGET_BRANCH_NAME"},
    Variable{"BUILDKITE_PULL_REQUEST_BASE_BRANCH"},
    Variable{"BITBUCKET_PR_DESTINATION_BRANCH"},
    Variable{"SYSTEM_PULLREQUEST_TARGETBRANCH"},
    Variable{"CI_COMMIT_TARGET_BRANCH"},
    Variable{"DRONE_TARGET_BRANCH", false, "DRONE_PULL_REQUEST"},
    Variable{"CHANGE_TARGET"},
    Variable{"TRAVIS_BRANCH", false, "TRAVIS_PULL_REQUEST"},
};

/// Languages that services are written in; not those of pages, settings or descriptions.
constexpr std::array<std::string_view, 36> kCode{
    ".c",   ".cc",  ".clj", ".cljs",  ".cpp",    ".cr",    ".cs",  ".dart", ".erl",
    ".ex",  ".exs", ".fs",  ".go",    ".groovy", ".h",     ".hs",  ".java", ".js",
    ".jsx", ".kt",  ".kts", ".lua",   ".mjs",    ".ml",    ".nim", ".php",  ".pl",
    ".py",  ".rb",  ".rs",  ".scala", ".svelte", ".swift", ".ts",  ".tsx",  ".vue"};

bool is_code(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot != std::string_view::npos &&
         std::find(kCode.begin(), kCode.end(), path.substr(dot)) != kCode.end();
}

}  // namespace

tl::expected<Since, UsageError> since(std::string_view text, const Environment& environment) {
  const auto folder = config::normal_path(".");
  if (text != "auto") return Since::revision(folder, text);
  const std::string base = base_of_pull_request(environment);
  if (!base.empty()) return Since::revision(folder, base);
  // A clone that fetches by explicit refspecs, as actions/checkout does, has no origin/HEAD.
  auto found = Since::revision(folder, "origin/HEAD");
  for (const std::string_view branch : {"origin/main", "origin/master"}) {
    if (found) break;
    if (auto other = Since::revision(folder, branch)) found = std::move(other);
  }
  if (!found) {
    found.error().help =
        "`--since auto` sees no pull request in the environment, so it took the default branch of "
        "'origin'. Name a revision instead, such as --since origin/main.";
  }
  return found;
}

bool same_tokens(std::string_view left, std::string_view right) {
  sql::Scanner left_tokens(left, {0, static_cast<std::uint32_t>(left.size())});
  sql::Scanner right_tokens(right, {0, static_cast<std::uint32_t>(right.size())});
  const auto next = [](sql::Scanner& tokens) {
    sql::Token token = tokens.next();
    while (token.kind == sql::TokenKind::kComment) token = tokens.next();
    return token;
  };
  while (true) {
    const sql::Token one = next(left_tokens);
    const sql::Token other = next(right_tokens);
    if (one.kind != other.kind || one.kind == sql::TokenKind::kError) return false;
    if (one.kind == sql::TokenKind::kEnd) return true;
    if (slice(left, one.span) != slice(right, other.span)) return false;
  }
}

std::string changed_code(const Since& since) {
  for (const auto& [path, file] : since.changed()) {
    if (is_code(path)) return path;
  }
  return {};
}

std::string base_of_pull_request(const Environment& environment) {
  constexpr std::string_view kHeads = "refs/heads/";
  for (const Variable& variable : kVariables) {
    std::string value = environment.variable(variable.name);
    if (value.empty()) continue;
    if (variable.only_with != nullptr) {
      const std::string number = environment.variable(variable.only_with);
      if (number.empty() || number == "false") continue;
    }
    if (variable.commit) return value;
    if (value.starts_with(kHeads)) value.erase(0, kHeads.size());
    return "origin/" + value;
  }
  return {};
}

}  // namespace unwedge::cli
