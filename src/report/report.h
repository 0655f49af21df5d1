// Reports: one renderer per format, each a pair of files. To add a format, write its pair, and give
// it an enumerator here and a row in the table of report.cpp.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "lint/result.h"

namespace unwedge::report {

enum class Format : std::uint8_t { kText, kJson, kSarif };

/// What a renderer needs besides the result. The views must outlive the call.
struct RenderOptions {
  std::string_view version{};  ///< unwedge's own, "0.1.0"
  std::string_view grammar{};  ///< the PostgreSQL release whose grammar it is, "18.0"
  bool show_acked = false;     ///< acknowledged findings too
  bool colour = false;         ///< text
  bool hyperlinks = false;     ///< text: the rule's id links to its page
  /// What relative paths start from, as seen from the repository's root: "db/app"; "" is the root.
  /// SARIF gives paths from the root.
  std::string_view working_directory{};
  /// A rule's Markdown page by its id, for SARIF; "" when it has none.
  std::string_view (*page)(std::string_view id) = nullptr;
};

struct FormatInfo {
  Format format = Format::kText;
  std::string_view name;     ///< as --format takes it
  std::string_view summary;  ///< for --help
  std::string (*render)(const lint::Result&, const RenderOptions&) = nullptr;
  bool needs_fingerprints = true;  ///< of the findings; lint::Options::fingerprints
};

/// All formats, in the order of the enumeration.
std::span<const FormatInfo> formats();

/// The format with this name; nothing when there is none.
std::optional<Format> parse_format(std::string_view name);

/// True when the format shows fingerprints.
bool needs_fingerprints(Format format);

/// The whole report, with a line feed at its end. Always valid UTF-8.
std::string render(Format format, const lint::Result& result, const RenderOptions& options);

/// True when the finding belongs in a report: acknowledged ones only on request.
inline bool is_shown(const lint::ReportedFinding& finding, const RenderOptions& options) {
  return options.show_acked || !finding.ack.has_value();
}

/// What is said of an acknowledgement after its reason: " (OPS-12, until 2027-03-31)".
std::string acknowledgement_details(const lint::Acknowledgement& ack);

}  // namespace unwedge::report
