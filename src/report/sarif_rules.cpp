// GitHub shows help.markdown beside an alert, which is the rule's own page, and its validator wants
// every text to be there and to end with a period.

#include "report/sarif_rules.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "report/links.h"

namespace unwedge::report {
namespace {

constexpr std::size_t kMaxDescription = 1024;  // GitHub's limit, in characters

/// "index-not-concurrent" becomes "IndexNotConcurrent". Validators want the name to differ from the
/// id by more than case, so one word gets a second.
std::string sarif_name(std::string_view id) {
  std::string name;
  bool word_begins = true;
  for (const char c : id) {
    if (c == '-') {
      word_begins = true;
      continue;
    }
    name += word_begins && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    word_begins = false;
  }
  if (id.find('-') == std::string_view::npos) name += "Rule";
  return name;
}

std::string_view problem_severity(Severity severity) {
  return severity == Severity::kInfo ? "recommendation" : to_string(severity);
}

/// The first paragraph below the page's title, as one line; "" when there is none.
std::string first_paragraph(std::string_view page) {
  std::string paragraph;
  while (!page.empty()) {
    const std::size_t end = page.find('\n');
    const std::string_view line = page.substr(0, end);
    page.remove_prefix(end == std::string_view::npos ? page.size() : end + 1);
    const bool heading = line.starts_with('#');
    if (line.empty() || heading) {
      if (!paragraph.empty() || line.starts_with("## ")) break;
      continue;
    }
    if (!paragraph.empty()) paragraph += ' ';
    paragraph += line;
  }
  return paragraph;
}

Json message(std::string text) { return {{"text", std::move(text)}}; }

Json descriptor(const RuleInfo& rule, const RenderOptions& options) {
  const std::string_view page =
      options.page == nullptr ? std::string_view() : options.page(rule.id);
  const std::string summary = fmt::format("{}.", rule.summary);
  std::string description = first_paragraph(page);
  if (description.empty() || description.size() > kMaxDescription) description = summary;
  const std::string url = rule_url(rule);

  Json help = message(fmt::format("{} See {}.", description, url));
  if (!page.empty()) help["markdown"] = page;
  return {{"id", rule.id},
          {"name", sarif_name(rule.id)},
          {"shortDescription", message(summary)},
          {"fullDescription", message(std::move(description))},
          {"help", std::move(help)},
          {"helpUri", url},
          {"defaultConfiguration", {{"level", sarif_level(rule.severity)}}},
          {"properties",
           {{"tags", Json::array({"postgresql", "migration", to_string(rule.category),
                                  to_string(rule.kind)})},
            {"precision", "high"},
            {"problem.severity", problem_severity(rule.severity)}}}};
}

}  // namespace

std::string_view sarif_level(Severity severity) {
  return severity == Severity::kInfo ? "note" : to_string(severity);
}

SarifRules::SarifRules(const lint::Result& result) {
  for (const RuleInfo* rule : result.rules) rules_.try_emplace(rule->id, Entry{.rule = rule});
  for (const lint::FileResult& file : result.files) {
    for (const lint::ReportedFinding& finding : file.findings) {
      rules_.try_emplace(finding.rule->id, Entry{.rule = finding.rule});
    }
  }
  std::size_t index = 0;
  for (auto& [id, entry] : rules_) entry.index = index++;
}

std::size_t SarifRules::index(const RuleInfo& rule) const { return rules_.at(rule.id).index; }

Json SarifRules::descriptors(const RenderOptions& options) const {
  Json all = Json::array();
  for (const auto& [id, entry] : rules_) all.push_back(descriptor(*entry.rule, options));
  return all;
}

}  // namespace unwedge::report
