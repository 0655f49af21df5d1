// See git.h. What a program prints for others is asked for (--raw, -z), never what it prints for
// people, and every revision that is passed on has been resolved to a commit's number before.

#include "cli/git.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "cli/subprocess.h"
#include "config/discovery.h"
#include "config/suggest.h"

namespace unwedge::cli {
namespace {

namespace fs = std::filesystem;
using config::in_quotes;

constexpr std::string_view kFetchAll =
    "Fetch the whole history: `fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` for GitLab, or "
    "`git fetch --unshallow`.";

tl::unexpected<UsageError> problem(std::string message, std::string_view help) {
  return tl::unexpected(UsageError{.message = std::move(message), .help = std::string(help)});
}

/// What a hook or a caller's shell sets to point git at some other repository or state.
const std::vector<std::string> kForeignVariables{
    "GIT_DIR",    "GIT_WORK_TREE", "GIT_INDEX_FILE",   "GIT_COMMON_DIR",
    "GIT_PREFIX", "GIT_NAMESPACE", "GIT_EXTERNAL_DIFF"};

/// Takes the text up to the next NUL, or the rest, off the front.
std::string_view next_field(std::string_view& text) {
  const std::size_t end = text.find('\0');
  const std::string_view field = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return field;
}

/// Takes the next word off the front.
std::string_view next_word(std::string_view& text) {
  const std::size_t end = text.find(' ');
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return word;
}

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

/// git's own words, without "fatal: ".
std::string complaint(std::string_view err) {
  std::string_view line = first_line(err);
  for (const std::string_view prefix : {"fatal: ", "error: "}) {
    if (line.starts_with(prefix)) line.remove_prefix(prefix.size());
  }
  return std::string(line);
}

}  // namespace

tl::expected<Since, UsageError> Since::revision(const fs::path& folder, std::string_view revision) {
  if (revision.empty() || revision.front() == '-') {
    return problem(fmt::format("{} is no revision.", in_quotes(revision)),
                   "Give a branch, a tag or a commit, such as --since origin/main.");
  }
  fs::path root = config::repository_root(folder);
  if (root.empty()) {
    return problem(fmt::format("--since needs a git repository, and {} is in none.",
                               in_quotes(folder.generic_string())),
                   "Leave --since out, or run unwedge in the repository.");
  }
  Since since(std::move(root));
  tl::expected<std::string, UsageError> commit = since.parting_of(revision);
  if (!commit) return tl::unexpected(std::move(commit.error()));
  since.commit_ = std::move(*commit);

  // Only exact renames: others would need texts, which a partial clone may not have.
  const auto raw = since.git({"diff", "--raw", "-z", "--no-abbrev", "--find-renames=100%",
                              "--no-relative", "--no-ext-diff", "--no-textconv", "--no-color",
                              "--ignore-submodules=all", since.commit_, "--"});
  if (!raw) return tl::unexpected(raw.error());
  since.read_changes(*raw);
  const auto untracked = since.git({"ls-files", "--others", "-z", "--exclude-standard"});
  if (!untracked) return tl::unexpected(untracked.error());
  since.read_untracked(*untracked);
  const auto tracked = since.git({"ls-files", "-z", "--", "*.sql"});
  if (!tracked) return tl::unexpected(tracked.error());
  since.read_tracked(*tracked);
  return since;
}

FileSince Since::file(const fs::path& place) const {
  if (config::repository_root(place.parent_path()) != root_)
    return {.change = FileChange::kUnknown};
  const std::string path = place.lexically_relative(root_).generic_string();
  const auto found = changed_.find(path);
  if (found != changed_.end()) return found->second;
  return {.change = tracked_.contains(path) ? FileChange::kMerged : FileChange::kIgnored};
}

tl::expected<std::string, std::string> Since::text_then(const FileSince& file) const {
  auto text = git({"cat-file", "blob", file.blob});
  if (!text) return tl::unexpected(std::move(text.error().message));
  return std::move(*text);
}

tl::expected<std::string, UsageError> Since::git(const std::vector<std::string>& arguments) const {
  Program program{.arguments = {"git", "-C", root_.string(), "--no-pager", "--no-optional-locks",
                                "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
                                "-c", "safe.bareRepository=explicit"},
                  .set = {"LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1"},
                  .unset = kForeignVariables};
  program.arguments.insert(program.arguments.end(), arguments.begin(), arguments.end());
  tl::expected<ProgramResult, std::string> result = run_program(program);
  if (!result) {
    return problem(fmt::format("--since needs git, which cannot be run: {}.", result.error()),
                   "Install git, or leave --since out.");
  }
  if (result->status == 0) return std::move(result->out);
  const std::string said = complaint(result->err);
  return problem(fmt::format("`git {}` failed{}{}.", arguments.front(), said.empty() ? "" : ": ",
                             said.empty() ? fmt::format(" with status {}", result->status) : said),
                 said.find("dubious ownership") == std::string::npos
                     ? ""
                     : "The repository belongs to another user. If it is yours all the same, run "
                       "`git config --global --add safe.directory` with its path.");
}

bool Since::is_shallow() const {
  const auto answer = git({"rev-parse", "--is-shallow-repository"});
  return answer && first_line(*answer) == "true";
}

/// The commit where HEAD and the revision part.
tl::expected<std::string, UsageError> Since::parting_of(std::string_view revision) const {
  // Also finds out whether git can work here at all, so that its own words are not lost.
  const auto works = git({"rev-parse", "--git-dir"});
  if (!works) return tl::unexpected(works.error());
  const auto head = git({"rev-parse", "--verify", "--quiet", "HEAD^{commit}"});
  if (!head) return problem("--since has nothing to compare: there is no commit yet.", "");
  const auto commit =
      git({"rev-parse", "--verify", "--quiet", fmt::format("{}^{{commit}}", revision)});
  if (!commit) {
    if (is_shallow()) {
      return problem(fmt::format("The revision {} is not in this clone, which is shallow.",
                                 in_quotes(revision)),
                     kFetchAll);
    }
    return problem(fmt::format("git knows no revision {} here.", in_quotes(revision)),
                   "Fetch it with `git fetch`, or give another branch, tag or commit.");
  }
  const auto parting =
      git({"merge-base", std::string(first_line(*commit)), std::string(first_line(*head))});
  if (parting) return std::string(first_line(*parting));
  if (is_shallow()) {
    return problem(fmt::format("This clone is shallow and lacks the commit where HEAD and {} part.",
                               in_quotes(revision)),
                   kFetchAll);
  }
  return problem(fmt::format("HEAD and {} have no commit in common.", in_quotes(revision)),
                 "Give a branch, tag or commit that HEAD comes from.");
}

/// Entries as ":100644 100644 <blob> <blob> M", their paths each behind a NUL.
void Since::read_changes(std::string_view raw) {
  while (!raw.empty()) {
    std::string_view entry = next_field(raw);
    next_word(entry);
    next_word(entry);
    const std::string_view blob = next_word(entry);
    next_word(entry);
    const char status = entry.empty() ? 'X' : entry.front();
    std::string path(next_field(raw));
    FileSince file{.change = FileChange::kEdited, .was = {}, .blob = std::string(blob)};
    if (status == 'A') file = {.change = FileChange::kAdded, .was = {}, .blob = {}};
    if (status == 'D') file.change = FileChange::kRemoved;
    if (status == 'R') {
      file.change = FileChange::kRenamed;
      file.was = std::exchange(path, std::string(next_field(raw)));
    }
    changed_.insert_or_assign(std::move(path), std::move(file));
  }
}

void Since::read_tracked(std::string_view names) {
  while (!names.empty()) tracked_.emplace(next_field(names));
}

void Since::read_untracked(std::string_view names) {
  while (!names.empty()) {
    const std::string_view name = next_field(names);
    // With a slash at its end it is a repository of its own.
    if (name.empty() || name.back() == '/') continue;
    FileSince& file = changed_[std::string(name)];
    // What was only taken out of the index was there.
    file.change = file.blob.empty() ? FileChange::kAdded : FileChange::kEdited;
  }
}

}  // namespace unwedge::cli
