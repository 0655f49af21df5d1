// Columns are UTF-16 units, which the document says of itself. GitHub opens an alert even for a
// suppressed result, so acknowledged findings are left out unless they were asked for; and it
// rejects a run of more than 25,000 results, so beyond those the less severe ones are dropped, and
// the document says so.

#include "report/sarif_report.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "report/json_text.h"
#include "report/links.h"
#include "report/sarif_rules.h"

namespace unwedge::report {
namespace {

constexpr std::size_t kMaxResults = 25'000;
constexpr std::string_view kRoot = "SRCROOT";

/// A finding and the place of its file, which all findings of the file share.
struct Located {
  const lint::ReportedFinding* finding;
  const Json* artifact;
};

Json message(std::string text) { return {{"text", std::move(text)}}; }

/// Text of a message that is not to be read as a link. Readers look for "[…](…)", and many show the
/// backslashes of brackets that needed none, such as those of `text[]`.
std::string without_links(std::string_view text, bool in_link) {
  if (!in_link && text.find("](") == std::string_view::npos) return std::string(text);
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

/// The message, a link to each related place, and the help.
std::string message_text(const lint::ReportedFinding& finding) {
  std::string text = without_links(finding.message, false);
  for (std::size_t i = 0; i < finding.related.size(); ++i) {
    std::string_view label = finding.related[i].message;
    if (label.ends_with('.')) label.remove_suffix(1);
    text += fmt::format(" [{}]({}).", without_links(label, true), i);
  }
  if (!finding.help.empty()) text += "\n" + without_links(finding.help, false);
  return text;
}

Json artifact(std::string_view path, const RenderOptions& options) {
  std::string uri = path_to_uri(path, options.working_directory);
  const bool below_root = is_below_root(uri);
  Json location = {{"uri", std::move(uri)}};
  if (below_root) location["uriBaseId"] = kRoot;
  return location;
}

Json physical(const Json& artifact_location, const text::Region& region) {
  return {{"artifactLocation", artifact_location},
          {"region",
           {{"startLine", region.start.line},
            {"startColumn", region.start.column_utf16},
            {"endLine", region.end.line},
            {"endColumn", region.end.column_utf16}}}};
}

Json suppression(const lint::Acknowledgement& ack) {
  return {{"kind", ack.in_source ? "inSource" : "external"},
          {"justification", ack.reason + acknowledgement_details(ack)}};
}

Json location(const Located& located) {
  Json location = {{"physicalLocation", physical(*located.artifact, located.finding->region)}};
  if (!located.finding->section.empty()) {
    location["logicalLocations"] = Json::array({Json{{"name", located.finding->section}}});
  }
  return location;
}

Json result_of(const Located& located, const SarifRules& rules, const RenderOptions& options) {
  const lint::ReportedFinding& finding = *located.finding;
  Json result = {{"ruleId", finding.rule->id},
                 {"ruleIndex", rules.index(*finding.rule)},
                 {"level", sarif_level(finding.severity)},
                 {"message", message(message_text(finding))},
                 {"locations", Json::array({location(located)})}};

  if (!finding.related.empty()) {
    Json related = Json::array();
    for (std::size_t i = 0; i < finding.related.size(); ++i) {
      const lint::ReportedRelated& other = finding.related[i];
      const Json file = other.path.empty() ? *located.artifact : artifact(other.path, options);
      related.push_back({{"id", i},
                         {"physicalLocation", physical(file, other.region)},
                         {"message", message(without_links(other.message, false))}});
    }
    result["relatedLocations"] = std::move(related);
  }

  Json fingerprints = Json::object();
  if (!finding.line_hash.empty()) fingerprints["primaryLocationLineHash"] = finding.line_hash;
  if (!finding.fingerprint.empty()) fingerprints["unwedge/v1"] = finding.fingerprint;
  if (!fingerprints.empty()) result["partialFingerprints"] = std::move(fingerprints);
  if (finding.ack) result["suppressions"] = Json::array({suppression(*finding.ack)});
  return result;
}

/// Leaves the most severe ones, in the order they had.
void keep_most_severe(std::vector<Located>& findings) {
  std::vector<std::size_t> order(findings.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return findings[a].finding->severity > findings[b].finding->severity;
  });
  order.resize(kMaxResults);
  std::sort(order.begin(), order.end());
  std::vector<Located> kept;
  kept.reserve(order.size());
  for (const std::size_t i : order) kept.push_back(findings[i]);
  findings = std::move(kept);
}

/// What happened to the run as a whole. The ids are not described among the driver's notifications:
/// GitHub's validator would hold the descriptions to what it wants of rules.
Json notification(std::string_view id, std::string_view level, std::string text) {
  return {{"descriptor", {{"id", id}}}, {"level", level}, {"message", message(std::move(text))}};
}

class SarifReport {
 public:
  SarifReport(const lint::Result& result, const RenderOptions& options)
      : options_(options), rules_(result) {
    artifacts_.reserve(result.files.size());  // findings_ points into it
    for (const lint::FileResult& file : result.files) add_file(file);
    if (findings_.size() > kMaxResults) {
      notifications_.push_back(
          notification("too-many-results", "warning",
                       fmt::format("Only the {} most severe of {} findings are in this report.",
                                   kMaxResults, findings_.size())));
      keep_most_severe(findings_);
    }
  }

  [[nodiscard]] Json document() const {
    Json results = Json::array();
    for (const Located& located : findings_)
      results.push_back(result_of(located, rules_, options_));
    Json invocation = {{"executionSuccessful", successful_}};
    if (!notifications_.empty()) invocation["toolExecutionNotifications"] = notifications_;

    Json run = {{"tool", {{"driver", driver()}}},
                {"invocations", Json::array({std::move(invocation)})},
                {"columnKind", "utf16CodeUnits"},
                {"originalUriBaseIds",
                 {{kRoot, {{"description", message("The root of the repository.")}}}}},
                {"results", std::move(results)}};
    return {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
            {"version", "2.1.0"},
            {"runs", Json::array({std::move(run)})}};
  }

 private:
  void add_file(const lint::FileResult& file) {
    artifacts_.push_back(artifact(file.path, options_));
    const Json& location = artifacts_.back();
    if (!file.error.empty()) {
      successful_ = false;
      Json unreadable = notification(
          "unreadable-file", "error",
          without_links(fmt::format("'{}' could not be read: {}.", file.path, file.error), false));
      unreadable["locations"] =
          Json::array({Json{{"physicalLocation", {{"artifactLocation", location}}}}});
      notifications_.push_back(std::move(unreadable));
    }
    for (const lint::ReportedFinding& finding : file.findings) {
      if (is_shown(finding, options_)) findings_.push_back({&finding, &location});
    }
  }

  [[nodiscard]] Json driver() const {
    return {{"name", "unwedge"},
            {"semanticVersion", options_.version},
            {"version", options_.version},
            {"informationUri", kHomePage},
            {"rules", rules_.descriptors(options_)}};
  }

  const RenderOptions& options_;
  SarifRules rules_;
  std::vector<Json> artifacts_;
  std::vector<Located> findings_;
  Json notifications_ = Json::array();
  bool successful_ = true;
};

}  // namespace

std::string render_sarif(const lint::Result& result, const RenderOptions& options) {
  return to_text(SarifReport(result, options).document());
}

}  // namespace unwedge::report
