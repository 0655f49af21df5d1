// SARIF 2.1.0, for GitHub code scanning, editors and whatever else reads static analysis results.

#pragma once

#include <string>

#include "report/report.h"

namespace unwedge::report {

std::string render_sarif(const lint::Result& result, const RenderOptions& options);

}  // namespace unwedge::report
