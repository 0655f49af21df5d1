// The report for people: each finding with the line it is about, what to do instead, and a count.

#pragma once

#include <string>

#include "report/report.h"

namespace unwedge::report {

std::string render_text(const lint::Result& result, const RenderOptions& options);

}  // namespace unwedge::report
