// Everything said of a rule comes from its RuleInfo and its page; nothing is typed twice.

#include "cli/rule_pages.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "config/rule_names.h"
#include "lint/registry.h"

namespace unwedge::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::vector<std::string_view> aliases_of(const RuleInfo& rule) {
  std::vector<std::string_view> aliases;
  std::copy_if(rule.aliases.begin(), rule.aliases.end(), std::back_inserter(aliases),
               [](std::string_view alias) { return !alias.empty(); });
  return aliases;
}

/// Calls for each category that has rules, with these.
void for_each_category(
    const std::function<void(Category, const std::vector<const RuleInfo*>&)>& visit) {
  for (Category category : config::categories()) {
    std::vector<const RuleInfo*> rules;
    for (const Rule* rule : lint::builtin_rules()) {
      if (rule->info.category == category) rules.push_back(&rule->info);
    }
    if (!rules.empty()) visit(category, rules);
  }
}

Json facts(const RuleInfo& rule) {
  return {{"id", rule.id},
          {"summary", rule.summary},
          {"category", to_string(rule.category)},
          {"kind", to_string(rule.kind)},
          {"severity", to_string(rule.severity)},
          {"since", rule.since},
          {"aliases", aliases_of(rule)}};
}

std::string facts_line(const RuleInfo& rule) {
  std::string line = fmt::format("{} · {} · {} · since {}", to_string(rule.severity),
                                 to_string(rule.category), to_string(rule.kind), rule.since);
  const std::vector<std::string_view> aliases = aliases_of(rule);
  if (!aliases.empty()) {
    line += fmt::format(" · also called {}", fmt::join(aliases, ", "));
  }
  return line;
}

}  // namespace

std::string rules_as_text() {
  std::size_t widest = 0;
  for (const Rule* rule : lint::builtin_rules()) widest = std::max(widest, rule->info.id.size());
  std::string out;
  for_each_category([&](Category category, const std::vector<const RuleInfo*>& rules) {
    out += fmt::format("{}{}\n", out.empty() ? "" : "\n", to_string(category));
    for (const RuleInfo* rule : rules) {
      out += fmt::format("  {:<{}}  {:<7}  {:<6}  {}\n", rule->id, widest,
                         to_string(rule->severity), to_string(rule->kind), rule->summary);
    }
  });
  out += "\n`unwedge rule ID` shows a rule's page.\n";
  return out;
}

std::string rules_as_json() {
  Json rules = Json::array();
  for (const Rule* rule : lint::builtin_rules()) rules.push_back(facts(rule->info));
  return dump(rules);
}

std::string rules_as_markdown_table() {
  std::string out;
  for_each_category([&](Category category, const std::vector<const RuleInfo*>& rules) {
    out += fmt::format(
        "{}**{}**\n\n| rule | severity | kind | what it reports |\n"
        "| --- | --- | --- | --- |\n",
        out.empty() ? "" : "\n", to_string(category));
    for (const RuleInfo* rule : rules) {
      std::string file(rule->id);
      std::replace(file.begin(), file.end(), '-', '_');
      std::string summary;
      for (char letter : rule->summary) {
        if (letter == '|') summary += '\\';
        summary += letter;
      }
      out += fmt::format("| [{0}](rules/{1}/{2}.md) | {3} | {4} | {5} |\n", rule->id,
                         to_string(category), file, to_string(rule->severity),
                         to_string(rule->kind), summary);
    }
  });
  return out;
}

std::string rule_as_text(const RuleInfo& rule) {
  std::string_view page = lint::rule_page(rule.id);
  std::string title = fmt::format("# {}", rule.id);
  if (page.starts_with("# ")) {
    const std::size_t end = page.find('\n');
    title = page.substr(0, end);
    page.remove_prefix(end == std::string_view::npos ? page.size() : end + 1);
  } else {
    page = {};
  }
  std::string out = fmt::format("{}\n\n{}\n", title, facts_line(rule));
  if (page.empty()) {
    out += fmt::format("\n{}.\n", rule.summary);
  } else {
    out += page.front() == '\n' ? "" : "\n";
    out += page;
    if (!out.ends_with('\n')) out += '\n';
  }
  return out;
}

std::string rule_as_json(const RuleInfo& rule) {
  Json json = facts(rule);
  json["page"] = lint::rule_page(rule.id);
  return dump(json);
}

}  // namespace unwedge::cli
