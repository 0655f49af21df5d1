// The report for programs, as docs and schema/report.schema.json describe it.

#pragma once

#include <string>

#include "report/report.h"

namespace unwedge::report {

std::string render_json(const lint::Result& result, const RenderOptions& options);

}  // namespace unwedge::report
