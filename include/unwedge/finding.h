// What a rule reports, and how it reports it: findings.report(span).message(…).help(…).related(…).

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "unwedge/effects.h"
#include "unwedge/span.h"

namespace unwedge {

enum class Severity : std::uint8_t { kInfo, kWarning, kError };

/// What goes wrong.
enum class Kind : std::uint8_t {
  kFails,   ///< the server rejects it
  kBlocks,  ///< others wait
  kBreaks,  ///< running application versions
  kLoses,   ///< data
  kPolicy,
};

std::string_view to_string(Severity severity);  ///< "error", "warning", "info"
std::string_view to_string(Kind kind);          ///< "fails", "blocks", …

/// Another place that belongs to a finding: the statement that took the lock, say.
struct Related {
  Span span;
  std::string message;
};

/// A finding as the rule made it, with places in bytes.
struct Finding {
  Span span;
  Severity severity = Severity::kWarning;
  std::string message;  ///< one sentence, with a period
  std::string help;     ///< imperative; may hold SQL on lines of its own
  std::vector<Related> related;
};

/// Adds to the finding that was just reported. Valid until the next report().
class FindingBuilder {
 public:
  explicit FindingBuilder(Finding& finding) : finding_(&finding) {}

  template <typename... Arguments>
  FindingBuilder& message(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    finding_->message = fmt::format(format, std::forward<Arguments>(arguments)...);
    return *this;
  }

  template <typename... Arguments>
  FindingBuilder& help(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    finding_->help = fmt::format(format, std::forward<Arguments>(arguments)...);
    return *this;
  }

  template <typename... Arguments>
  FindingBuilder& related(Span span, fmt::format_string<Arguments...> format,
                          Arguments&&... arguments) {
    finding_->related.push_back(
        {.span = span, .message = fmt::format(format, std::forward<Arguments>(arguments)...)});
    return *this;
  }

  /// Another severity than the rule's own.
  FindingBuilder& severity(Severity severity) {
    finding_->severity = severity;
    return *this;
  }

  /// Lowers an error to a warning when its cause is only possible.
  FindingBuilder& certainty(Certainty certainty) {
    if (certainty == Certainty::kPossible && finding_->severity == Severity::kError) {
      finding_->severity = Severity::kWarning;
    }
    return *this;
  }

 private:
  Finding* finding_;
};

/// The findings of one rule on one file.
class Findings {
 public:
  explicit Findings(Severity default_severity) : default_severity_(default_severity) {}

  FindingBuilder report(Span span) {
    Finding& finding = findings_.emplace_back();
    finding.span = span;
    finding.severity = default_severity_;
    return FindingBuilder(finding);
  }

  [[nodiscard]] const std::vector<Finding>& all() const { return findings_; }
  [[nodiscard]] std::vector<Finding> take() { return std::move(findings_); }

 private:
  Severity default_severity_;
  std::vector<Finding> findings_;
};

}  // namespace unwedge
