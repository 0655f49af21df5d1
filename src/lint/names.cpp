// Severities, kinds and categories by name.

#include "unwedge/finding.h"
#include "unwedge/rule.h"

namespace unwedge {

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kInfo: return "info";
    case Severity::kWarning: return "warning";
    case Severity::kError: return "error";
  }
  return "";
}

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::kFails: return "fails";
    case Kind::kBlocks: return "blocks";
    case Kind::kBreaks: return "breaks";
    case Kind::kLoses: return "loses";
    case Kind::kPolicy: return "policy";
  }
  return "";
}

std::string_view to_string(Category category) {
  switch (category) {
    case Category::kLocking: return "locking";
    case Category::kTransaction: return "transaction";
    case Category::kFailure: return "failure";
    case Category::kCompatibility: return "compatibility";
    case Category::kData: return "data";
    case Category::kHistory: return "history";
    case Category::kDesign: return "design";
    case Category::kAcks: return "acks";
  }
  return "";
}

}  // namespace unwedge
