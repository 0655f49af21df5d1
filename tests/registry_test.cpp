// Every rule's metadata, page and fixtures: what a new rule must have to be complete.

#include "lint/registry.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "linting.h"

namespace unwedge::lint {
namespace {

bool is_kebab_case(std::string_view id) {
  if (id.empty() || id.front() == '-' || id.back() == '-') return false;
  if (id.find("--") != id.npos) return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

/// "0.1.0"
bool is_version(std::string_view text) {
  int numbers = 0;
  while (!text.empty()) {
    const std::size_t dot = text.find('.');
    const std::string_view number = text.substr(0, dot);
    if (number.empty() || !std::all_of(number.begin(), number.end(),
                                       [](unsigned char c) { return std::isdigit(c) != 0; })) {
      return false;
    }
    ++numbers;
    if (dot == text.npos) break;
    text.remove_prefix(dot + 1);
  }
  return numbers == 3;
}

std::vector<std::string_view> aliases_of(const RuleInfo& info) {
  std::vector<std::string_view> aliases;
  for (const std::string_view alias : info.aliases) {
    if (!alias.empty()) aliases.push_back(alias);
  }
  return aliases;
}

std::string file_stem(std::string_view id) {
  std::string stem(id);
  std::replace(stem.begin(), stem.end(), '-', '_');
  return stem;
}

bool is_plausible(Category category, Kind kind) {
  switch (category) {
    case Category::kLocking: return kind == Kind::kBlocks;
    case Category::kTransaction: return kind != Kind::kLoses;
    case Category::kFailure: return kind == Kind::kFails;
    case Category::kCompatibility: return kind == Kind::kBreaks;
    case Category::kData: return kind != Kind::kPolicy;
    case Category::kHistory: return kind != Kind::kBlocks;
    case Category::kDesign: return true;
    case Category::kAcks: return kind == Kind::kPolicy;
  }
  return false;
}

/// What fails is at least a warning; what is a matter of taste is no error.
bool is_plausible(const RuleInfo& info) {
  const Severity severity = info.severity;
  if (info.kind == Kind::kPolicy && info.category != Category::kAcks) {
    return severity != Severity::kError;
  }
  switch (info.category) {
    case Category::kFailure:
    case Category::kAcks: return severity != Severity::kInfo;
    case Category::kLocking:
    case Category::kTransaction:
    case Category::kCompatibility:
    case Category::kData:
    case Category::kHistory: return true;
    case Category::kDesign: return severity != Severity::kError;
  }
  return false;
}

TEST_CASE("registry: rules are sorted by id, which are unique") {
  const std::span<const Rule* const> rules = builtin_rules();
  REQUIRE(!rules.empty());
  for (std::size_t i = 1; i < rules.size(); ++i) {
    INFO(rules[i]->info.id);
    CHECK(rules[i - 1]->info.id < rules[i]->info.id);
  }
}

TEST_CASE("registry: metadata") {
  std::set<std::string_view> names;
  for (const Rule* rule : builtin_rules()) {
    const RuleInfo& info = rule->info;
    INFO(info.id);
    CHECK(is_kebab_case(info.id));
    CHECK(names.insert(info.id).second);
    for (const std::string_view alias : aliases_of(info)) {
      INFO(alias);
      CHECK(is_kebab_case(alias));
      CHECK(names.insert(alias).second);
    }
    CHECK(!info.summary.empty());
    CHECK(info.summary.size() <= 72);
    CHECK(!info.summary.ends_with('.'));
    CHECK(is_version(info.since));
    CHECK(is_plausible(info.category, info.kind));
    CHECK(is_plausible(info));
  }
}

TEST_CASE("registry: a rule looks at something, unless it is about acknowledgements") {
  for (const Rule* rule : builtin_rules()) {
    INFO(rule->info.id);
    const bool looks = rule->check_step != nullptr || rule->check_transaction != nullptr ||
                       rule->check_migration != nullptr || rule->check_history != nullptr;
    CHECK(looks == (rule->info.category != Category::kAcks));
  }
}

TEST_CASE("registry: a rule's file is named like it and lies in its category's folder") {
  for (const Rule* rule : builtin_rules()) {
    INFO(rule->info.id);
    const std::filesystem::path folder =
        linting::in_repository("rules") / std::string(to_string(rule->info.category));
    CHECK(std::filesystem::exists(folder / (file_stem(rule->info.id) + ".cpp")));
    CHECK(std::filesystem::exists(folder / (file_stem(rule->info.id) + ".md")));
    CHECK(!rule_page(rule->info.id).empty());
  }
}

/// Files, and folders with the files of a history.
std::size_t fixtures_in(const std::filesystem::path& folder, std::string_view prefix) {
  const auto histories = linting::folders_in(folder);
  const auto count = std::count_if(histories.begin(), histories.end(), [prefix](const auto& each) {
    return each.filename().string().starts_with(prefix);
  });
  return linting::files_in(folder, prefix, ".sql").size() + static_cast<std::size_t>(count);
}

TEST_CASE("registry: fixtures") {
  for (const Rule* rule : builtin_rules()) {
    INFO(rule->info.id);
    const std::filesystem::path folder =
        linting::in_repository("fixtures/rules") / std::string(rule->info.id);
    REQUIRE(std::filesystem::exists(folder));
    const std::size_t wanted = rule->info.category == Category::kAcks ? 1 : 4;
    CHECK(fixtures_in(folder, "bad_") >= wanted);
    CHECK(fixtures_in(folder, "good_") >= wanted);
    // Nothing that no test would ever look at.
    for (const std::filesystem::path& file : linting::files_in(folder, "", "")) {
      const std::string name = file.filename().string();
      INFO(name);
      const bool known = name == "setup.sql" || name == "unwedge.yaml" ||
                         name.starts_with("bad_") || name.starts_with("good_");
      CHECK(known);
    }
  }
}

TEST_CASE("registry: rules are found by their ids and aliases") {
  for (const Rule* rule : builtin_rules()) {
    CHECK(find_rule(rule->info.id) == rule);
    for (const std::string_view alias : aliases_of(rule->info)) CHECK(find_rule(alias) == rule);
  }
  CHECK(find_rule("require-concurrent-index-creation") == find_rule("index-not-concurrent"));
  CHECK(find_rule("") == nullptr);
  CHECK(find_rule("index_not_concurrent") == nullptr);
  CHECK(find_rule("Index-Not-Concurrent") == nullptr);
  CHECK(rule_page("no-such-rule").empty());
}

TEST_CASE("registry: presets") {
  CHECK(!preset_text("recommended").empty());
  CHECK(!preset_text("strict").empty());
  CHECK(preset_text("lax").empty());
}

}  // namespace
}  // namespace unwedge::lint
