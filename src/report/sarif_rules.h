// The part of a SARIF document that describes the rules: texts, levels, tags and links.

#pragma once

#include <cstddef>
#include <map>
#include <string_view>

#include "lint/result.h"
#include "report/json_text.h"
#include "report/report.h"
#include "unwedge/rule.h"

namespace unwedge::report {

/// "error", "warning" or "note".
std::string_view sarif_level(Severity severity);

/// The rules of a run in the order of their ids, with the places that results refer to.
class SarifRules {
 public:
  /// All rules that ran, and those that only a finding names (a syntax error, say).
  explicit SarifRules(const lint::Result& result);

  [[nodiscard]] std::size_t index(const RuleInfo& rule) const;
  [[nodiscard]] Json descriptors(const RenderOptions& options) const;

 private:
  struct Entry {
    const RuleInfo* rule = nullptr;
    std::size_t index = 0;
  };
  std::map<std::string_view, Entry> rules_;
};

}  // namespace unwedge::report
