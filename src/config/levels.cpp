// The words for severities and back.

#include "config/levels.h"

namespace unwedge::config {

std::optional<lint::RuleSetting> parse_level(std::string_view word) {
  if (word == "off") return lint::RuleSetting{.enabled = false, .severity = std::nullopt};
  if (word == "error") return lint::RuleSetting{.enabled = true, .severity = Severity::kError};
  if (word == "warning") return lint::RuleSetting{.enabled = true, .severity = Severity::kWarning};
  if (word == "info") return lint::RuleSetting{.enabled = true, .severity = Severity::kInfo};
  return std::nullopt;
}

std::string_view to_string(const lint::RuleSetting& setting) {
  if (!setting.enabled) return "off";
  return setting.severity ? to_string(*setting.severity) : "default";
}

std::optional<FailOn> parse_fail_on(std::string_view word) {
  if (word == "error") return FailOn::kError;
  if (word == "warning") return FailOn::kWarning;
  if (word == "info") return FailOn::kInfo;
  if (word == "never") return FailOn::kNever;
  return std::nullopt;
}

std::string_view to_string(FailOn fail_on) {
  switch (fail_on) {
    case FailOn::kInfo: return "info";
    case FailOn::kWarning: return "warning";
    case FailOn::kError: return "error";
    case FailOn::kNever: return "never";
  }
  return "never";
}

bool fails(Severity severity, FailOn fail_on) {
  switch (fail_on) {
    case FailOn::kInfo: return true;
    case FailOn::kWarning: return severity >= Severity::kWarning;
    case FailOn::kError: return severity >= Severity::kError;
    case FailOn::kNever: return false;
  }
  return true;
}

}  // namespace unwedge::config
