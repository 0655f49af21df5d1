// The table of formats, and what several of them share.

#include "report/report.h"

#include <array>
#include <cstddef>

#include "report/json_report.h"
#include "report/sarif_report.h"
#include "report/text_report.h"

namespace unwedge::report {
namespace {

constexpr std::array kFormats = {
    FormatInfo{Format::kText, "text", "for people, with the lines in question", render_text,
               /*needs_fingerprints=*/false},
    FormatInfo{Format::kJson, "json", "for programs; schema/report.schema.json", render_json},
    FormatInfo{Format::kSarif, "sarif", "for code scanning and editors (SARIF 2.1.0)",
               render_sarif},
};

constexpr bool in_order_of_enumeration() {
  for (std::size_t i = 0; i < kFormats.size(); ++i) {
    if (static_cast<std::size_t>(kFormats[i].format) != i) return false;
  }
  return true;
}
static_assert(in_order_of_enumeration());

}  // namespace

std::span<const FormatInfo> formats() { return kFormats; }

std::optional<Format> parse_format(std::string_view name) {
  for (const FormatInfo& info : kFormats) {
    if (info.name == name) return info.format;
  }
  return std::nullopt;
}

bool needs_fingerprints(Format format) {
  return kFormats.at(static_cast<std::size_t>(format)).needs_fingerprints;
}

std::string render(Format format, const lint::Result& result, const RenderOptions& options) {
  return kFormats.at(static_cast<std::size_t>(format)).render(result, options);
}

std::string acknowledgement_details(const lint::Acknowledgement& ack) {
  std::string details = ack.ticket;
  const auto add = [&](std::string_view text) {
    if (!details.empty()) details += ", ";
    details += text;
  };
  if (!ack.until.empty()) add("until " + ack.until);
  if (!ack.in_source) add("in the config");
  return details.empty() ? details : " (" + details + ")";
}

}  // namespace unwedge::report
