// The rules' pages: their form, and that every example does what its heading says.

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <re2/re2.h>

#include "lint/engine.h"
#include "lint/registry.h"
#include "linting.h"
#include "migration/detection.h"
#include "migration/runner.h"
#include "migration/surroundings.h"
#include "text/source_file.h"
#include "text/utf8.h"

namespace unwedge {
namespace {

/// A fence of SQL; after the word there may be the file's path, where that gives its runner away,
/// or its encoding, or "history": several files, each behind a line with its name.
struct Example {
  std::string path;
  std::string sql;
};

struct Chapter {
  std::string heading;  ///< "# index-not-concurrent", "## Why"
  std::string text;     ///< all that is not code
  std::vector<Example> examples;
};

constexpr std::string_view kSqlFence = "```sql";

/// A page's chapters, by its headings; a fence that is not SQL counts as text.
std::vector<Chapter> chapters_of(std::string_view page) {
  std::vector<Chapter> chapters;
  bool in_fence = false;
  bool in_sql = false;
  while (!page.empty()) {
    const std::size_t end = page.find('\n');
    const std::string_view line = page.substr(0, end);
    page.remove_prefix(end == page.npos ? page.size() : end + 1);
    if (line.starts_with("```")) {
      in_fence = !in_fence;
      in_sql = in_fence && line.starts_with(kSqlFence);
      if (in_sql && !chapters.empty()) {
        const std::string_view path = line.substr(std::min(line.size(), kSqlFence.size() + 1));
        chapters.back().examples.push_back({.path = std::string(path), .sql = {}});
      }
    } else if (!in_fence && line.starts_with('#')) {
      chapters.push_back({.heading = std::string(line), .text = {}, .examples = {}});
    } else if (!chapters.empty()) {
      std::string& into = in_sql ? chapters.back().examples.back().sql : chapters.back().text;
      into.append(line).append("\n");
    }
  }
  return chapters;
}

const Chapter* find_chapter(const std::vector<Chapter>& chapters, std::string_view heading) {
  const auto found = std::find_if(chapters.begin(), chapters.end(), [&](const Chapter& chapter) {
    return chapter.heading == heading;
  });
  return found == chapters.end() ? nullptr : &*found;
}

std::vector<std::string> headings_of(const std::vector<Chapter>& chapters) {
  std::vector<std::string> headings;
  for (const Chapter& chapter : chapters) headings.push_back(chapter.heading);
  return headings;
}

/// The text as it would be in a file in Latin-1.
std::string latin1(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size();) {
    const text::Character character = text::character_at(text, i);
    REQUIRE(character.code_point <= 0xFF);
    bytes += static_cast<char>(character.code_point);
    i += character.size;
  }
  return bytes;
}

/// The files of a history, each a change set of its own; their findings together. Behind a file's
/// name may stand in parentheses what became of it, and a file of code that has changed with it:
/// then those that are not merged are one change set.
lint::FileResult lint_history(std::string_view text, const lint::Options& options) {
  lint::InputHistory history{.files = {}, .from_beginning = true};
  std::vector<FileChange> changes;
  std::vector<std::string> texts;
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    static const RE2 head(R"(-- ([^ ]+\.sql)(?: \((merged|edited|added)(?:, with ([^ ]+))?\))?)");
    std::string name;
    std::string change;
    std::string code;
    if (RE2::FullMatch(line, head, &name, &change, &code)) {
      names.push_back(name);
      texts.emplace_back();
      changes.push_back(change == "merged"   ? FileChange::kMerged
                        : change == "edited" ? FileChange::kEdited
                        : change == "added"  ? FileChange::kAdded
                                             : FileChange::kUnknown);
      if (!change.empty()) history.one_change_set = true;
      if (!code.empty()) history.changed_code = code;
    } else {
      REQUIRE(!texts.empty());
      texts.back().append(line).append("\n");
    }
  }
  std::size_t place = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    history.files.push_back(
        {.path = names[i],
         .read = [&texts, &names, i] { return text::source_from_bytes(names[i], texts[i]); },
         .options = &options,
         .wanted = changes[i] != FileChange::kMerged,
         .place = place,
         .version = names[i].substr(0, names[i].find('_')),
         .change = changes[i]});
    if (history.files.back().wanted) ++place;
  }
  lint::FileResult all;
  for (lint::FileResult& file : lint::run({history}, 1).files) {
    all.findings.insert(all.findings.end(), file.findings.begin(), file.findings.end());
  }
  return all;
}

/// With the rule on, which a preset may have turned off.
lint::FileResult lint_example(const Example& example, const Rule& rule) {
  static migration::Surroundings nothing_around(std::filesystem::path("/"));
  static const auto detector =
      std::make_shared<const migration::Detector>(migration::builtin_runners(), nothing_around);
  lint::Options options = linting::default_options();
  options.rules[std::string(rule.info.id)].enabled = true;
  constexpr std::string_view kVersion = "postgres ";
  if (example.path.starts_with(kVersion)) {
    options.postgres.major = std::stoi(example.path.substr(kVersion.size()));
    return linting::lint_text(example.sql, options);
  }
  if (example.path.empty()) return linting::lint_text(example.sql, options);
  if (example.path == "history") return lint_history(example.sql, options);
  if (example.path == "latin1") return linting::lint_text(latin1(example.sql), options);
  options.detector = detector;
  return linting::lint_text(example.sql, options, example.path);
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \n") == text.npos; }

TEST_CASE("docs: chapters") {
  for (const Rule* rule : lint::builtin_rules()) {
    INFO(rule->info.id);
    const std::vector<Chapter> chapters = chapters_of(lint::rule_page(rule->info.id));
    CHECK(headings_of(chapters) ==
          std::vector<std::string>{"# " + std::string(rule->info.id), "## Why", "## Bad", "## Good",
                                   "## When to ignore it", "## References"});
    for (const Chapter& chapter : chapters) {
      INFO(chapter.heading);
      const bool says_something = !is_blank(chapter.text) || !chapter.examples.empty();
      CHECK(says_something);
    }
  }
}

TEST_CASE("docs: the first paragraph is a sentence") {
  for (const Rule* rule : lint::builtin_rules()) {
    INFO(rule->info.id);
    const std::vector<Chapter> chapters = chapters_of(lint::rule_page(rule->info.id));
    REQUIRE(!chapters.empty());
    const std::string& summary = chapters.front().text;
    const std::size_t last = summary.find_last_not_of('\n');
    REQUIRE(last != summary.npos);
    CHECK(summary[last] == '.');
  }
}

TEST_CASE("docs: what is bad is reported, by this rule alone") {
  for (const Rule* rule : lint::builtin_rules()) {
    const std::vector<Chapter> chapters = chapters_of(lint::rule_page(rule->info.id));
    const Chapter* bad = find_chapter(chapters, "## Bad");
    INFO(rule->info.id);
    REQUIRE(bad != nullptr);
    CHECK(!bad->examples.empty());
    for (const Example& example : bad->examples) {
      INFO(example.sql);
      const std::vector<std::string_view> ids = linting::rule_ids(lint_example(example, *rule));
      CHECK(std::count(ids.begin(), ids.end(), rule->info.id) > 0);
      // What an acknowledgement was meant for is there as long as the acknowledgement is faulty,
      // and what another rule found is what this one is about.
      const bool has_company =
          rule->info.category == Category::kAcks || rule->info.id == "mixed-with-code";
      if (has_company) continue;
      CHECK(std::set(ids.begin(), ids.end()) == std::set{rule->info.id});
    }
  }
}

TEST_CASE("docs: what is good is clean") {
  for (const Rule* rule : lint::builtin_rules()) {
    const std::vector<Chapter> chapters = chapters_of(lint::rule_page(rule->info.id));
    const Chapter* good = find_chapter(chapters, "## Good");
    INFO(rule->info.id);
    REQUIRE(good != nullptr);
    CHECK(!good->examples.empty());
    for (const Example& example : good->examples) {
      INFO(example.sql);
      const lint::FileResult result = lint_example(example, *rule);
      INFO(linting::text_report(result));
      CHECK(linting::rule_ids(result).empty());
    }
  }
}

TEST_CASE("docs: what may be ignored is acknowledged") {
  for (const Rule* rule : lint::builtin_rules()) {
    const std::vector<Chapter> chapters = chapters_of(lint::rule_page(rule->info.id));
    const Chapter* ignored = find_chapter(chapters, "## When to ignore it");
    INFO(rule->info.id);
    REQUIRE(ignored != nullptr);
    for (const Example& example : ignored->examples) {
      INFO(example.sql);
      const lint::FileResult result = lint_example(example, *rule);
      INFO(linting::text_report(result));
      CHECK(linting::rule_ids(result).empty());
      CHECK(!result.findings.empty());
    }
  }
}

TEST_CASE("docs: references are links") {
  for (const Rule* rule : lint::builtin_rules()) {
    const std::vector<Chapter> chapters = chapters_of(lint::rule_page(rule->info.id));
    const Chapter* references = find_chapter(chapters, "## References");
    INFO(rule->info.id);
    REQUIRE(references != nullptr);
    std::string_view rest = references->text;
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      const std::string_view line = rest.substr(0, end);
      INFO(line);
      const bool expected = line.empty() || line.starts_with("- https://");
      CHECK(expected);
      rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    }
  }
}

}  // namespace
}  // namespace unwedge
