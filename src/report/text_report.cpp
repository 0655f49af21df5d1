// One block per finding, separated by empty lines:
//
//   db/0042_users.sql:3:1: error: Building index 'a' blocks every write to 'users'.
//   [index-not-concurrent]
//     3 | CREATE INDEX a ON users (email);
//       | ^^^^^^^^^^^^
//     help: Use CREATE INDEX CONCURRENTLY, outside a transaction.
//
// The first line is what editors and problem matchers know from compilers. Whatever comes from a
// file passes through the escaper.

#include "report/text_report.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "report/links.h"
#include "report/snippet.h"
#include "report/style.h"
#include "text/escape.h"

namespace unwedge::report {
namespace {

using text::append_escaped;
using text::escaped;

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// The cells that the line numbers of one finding take.
std::size_t gutter_width(const lint::ReportedFinding& finding) {
  std::uint32_t last = finding.region.start.line;
  for (const lint::ReportedRelated& related : finding.related) {
    last = std::max(last, related.region.start.line);
  }
  return fmt::formatted_size("{}", last);
}

class TextReport {
 public:
  explicit TextReport(const RenderOptions& options)
      : options_(options), style_(options.colour, options.hyperlinks) {}

  std::string render(const lint::Result& result) {
    for (const lint::FileResult& file : result.files) add_file(file);
    add_summary(result.summary);
    return std::move(out_);
  }

 private:
  void add_file(const lint::FileResult& file) {
    if (!file.error.empty()) add_unreadable(file);
    bool reported = false;
    for (const lint::ReportedFinding& finding : file.findings) {
      reported = reported || !finding.ack.has_value();
      if (is_shown(finding, options_)) add_finding(file.path, finding);
    }
    if (reported) ++files_with_findings_;
  }

  void add_unreadable(const lint::FileResult& file) {
    style_.paint(out_, Role::kPlace, escaped(file.path) + ":");
    out_ += ' ';
    style_.paint(out_, Role::kError, "error:");
    out_ += ' ';
    style_.paint(out_, Role::kMessage, "could not be read: " + escaped(file.error));
    out_ += "\n\n";
  }

  void add_finding(std::string_view path, const lint::ReportedFinding& finding) {
    const bool acked = finding.ack.has_value();
    const Role severity_role = acked ? Role::kFaint : role_of(finding.severity);
    style_.paint(out_, Role::kPlace,
                 fmt::format("{}:{}:{}:", escaped(path), finding.region.start.line,
                             finding.region.start.column));
    out_ += ' ';
    style_.paint(out_, severity_role,
                 fmt::format("{}{}:", acked ? "acknowledged " : "", to_string(finding.severity)));
    out_ += ' ';
    style_.paint(out_, Role::kMessage, escaped(finding.message));
    out_ += ' ';
    style_.paint_link(out_, Role::kFaint, fmt::format("[{}]", finding.rule->id),
                      options_.hyperlinks ? rule_url(*finding.rule) : std::string());
    out_ += '\n';

    const std::size_t gutter = gutter_width(finding);
    add_excerpt(finding.excerpt, finding.region, gutter, severity_role);
    if (!finding.section.empty()) add_labelled(Role::kNote, "section", finding.section);
    for (const lint::ReportedRelated& related : finding.related) {
      add_labelled(Role::kNote, "note",
                   related.path.empty() ? related.message
                                        : fmt::format("{} ({})", related.message, related.path));
      add_excerpt(related.excerpt, related.region, gutter, Role::kNote);
    }
    if (acked) {
      add_labelled(Role::kHelp, "acknowledged",
                   finding.ack->reason + acknowledgement_details(*finding.ack));
    } else if (!finding.help.empty()) {
      add_labelled(Role::kHelp, "help", finding.help);
    }
    out_ += '\n';
  }

  void add_excerpt(const lint::Excerpt& excerpt, const text::Region& region, std::size_t gutter,
                   Role underline) {
    const Snippet snippet = make_snippet(excerpt, region);
    style_.paint(out_, Role::kGutter, fmt::format("  {:>{}} |", region.start.line, gutter));
    if (!snippet.line.empty()) out_ += ' ';
    out_ += snippet.line;
    out_ += '\n';
    style_.paint(out_, Role::kGutter, fmt::format("  {:{}} |", "", gutter));
    out_.append(snippet.begin + 1, ' ');
    style_.paint(out_, underline, std::string(snippet.end - snippet.begin, '^'));
    out_ += '\n';
  }

  /// "  help: the text", further lines of it below the first.
  void add_labelled(Role role, std::string_view label, std::string_view text) {
    out_ += "  ";
    style_.paint(out_, role, fmt::format("{}:", label));
    const std::size_t indent = label.size() + 4;
    bool first = true;
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      if (!line.empty()) out_.append(first ? 1 : indent, ' ');
      append_escaped(out_, line);
      out_ += '\n';
      first = false;
    }
    if (first) out_ += '\n';
  }

  void add_summary(const lint::Summary& summary) {
    const std::size_t total = summary.errors + summary.warnings + summary.infos;
    std::string counts;
    const auto add = [&](std::size_t count, std::string_view noun, Role role) {
      if (count == 0) return;
      if (!counts.empty()) counts += ", ";
      style_.paint(counts, role, counted(count, noun));
    };
    add(summary.errors, "error", Role::kError);
    add(summary.warnings, "warning", Role::kWarning);
    add(summary.infos, "info", Role::kInfo);

    if (total == 0) {
      style_.paint(out_, summary.unreadable == 0 ? Role::kHelp : Role::kMessage, "No findings");
    } else {
      out_ += counts;
    }
    out_ += " in ";
    if (total > 0 && summary.files > 1) {
      fmt::format_to(std::back_inserter(out_), "{} of ", files_with_findings_);
    }
    out_ += counted(summary.files, "file");
    if (summary.unreadable > 0) {
      fmt::format_to(std::back_inserter(out_), ", {} could not be read", summary.unreadable);
    }
    if (summary.acked > 0) {
      fmt::format_to(std::back_inserter(out_), " ({} acknowledged)", summary.acked);
    }
    out_ += total == 0 ? ".\n" : "\n";
  }

  const RenderOptions& options_;
  Style style_;
  std::string out_;
  std::size_t files_with_findings_ = 0;
};

}  // namespace

std::string render_text(const lint::Result& result, const RenderOptions& options) {
  return TextReport(options).render(result);
}

}  // namespace unwedge::report
