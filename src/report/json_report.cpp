// Columns are code points. Fields may be added, never renamed: programs depend on them.

#include "report/json_report.h"

#include "report/json_text.h"

namespace unwedge::report {
namespace {

Json position(const text::Position& place) {
  return {{"line", place.line}, {"column", place.column}};
}

Json span(const text::Region& region) {
  return {{"start", position(region.start)}, {"end", position(region.end)}};
}

Json string_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json acknowledgement(const lint::Acknowledgement& ack) {
  return {{"reason", ack.reason},
          {"ticket", string_or_null(ack.ticket)},
          {"until", string_or_null(ack.until)},
          {"inSource", ack.in_source}};
}

Json finding(const std::string& path, const lint::ReportedFinding& reported) {
  Json related = Json::array();
  for (const lint::ReportedRelated& other : reported.related) {
    related.push_back({{"file", other.path.empty() ? path : other.path},
                       {"span", span(other.region)},
                       {"message", other.message}});
  }
  return {{"rule", reported.rule->id},
          {"severity", to_string(reported.severity)},
          {"kind", to_string(reported.rule->kind)},
          {"file", path},
          {"section", string_or_null(reported.section)},
          {"span", span(reported.region)},
          {"message", reported.message},
          {"help", reported.help},
          {"related", std::move(related)},
          {"fingerprint", reported.fingerprint},
          {"ack", reported.ack ? acknowledgement(*reported.ack) : Json(nullptr)}};
}

}  // namespace

std::string render_json(const lint::Result& result, const RenderOptions& options) {
  Json files = Json::array();
  Json findings = Json::array();
  for (const lint::FileResult& file : result.files) {
    files.push_back({{"path", file.path},
                     {"runner", file.runner},
                     {"statements", file.statements},
                     {"unanalysed", file.unanalysed},
                     {"error", string_or_null(file.error)}});
    for (const lint::ReportedFinding& reported : file.findings) {
      if (is_shown(reported, options)) findings.push_back(finding(file.path, reported));
    }
  }
  const lint::Summary& summary = result.summary;
  return to_text(
      {{"version", 1},
       {"tool", {{"name", "unwedge"}, {"version", options.version}, {"grammar", options.grammar}}},
       {"files", std::move(files)},
       {"findings", std::move(findings)},
       {"summary",
        {{"error", summary.errors},
         {"warning", summary.warnings},
         {"info", summary.infos},
         {"acked", summary.acked},
         {"files", summary.files}}}});
}

}  // namespace unwedge::report
