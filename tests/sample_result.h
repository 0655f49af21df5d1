// A result made by hand that has a bit of everything: for the tests of the reports, which need no
// engine, and for the external validators.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lint/result.h"
#include "report/report.h"

namespace unwedge::sample {

inline constexpr RuleInfo kIndexRule{
    .id = "index-not-concurrent",
    .summary = "CREATE INDEX without CONCURRENTLY blocks writes for the whole build",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kError,
    .since = "0.1.0",
};
inline constexpr RuleInfo kDropRule{
    .id = "drop-column",
    .summary = "Dropping a column breaks the application that still reads it",
    .category = Category::kCompatibility,
    .kind = Kind::kBreaks,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};
inline constexpr RuleInfo kOneWordRule{
    .id = "deadlock",
    .summary = "Two tables are locked in the opposite order elsewhere",
    .category = Category::kDesign,
    .kind = Kind::kPolicy,
    .severity = Severity::kInfo,
    .since = "0.1.0",
};

/// The region of `part` in `text`, where it occurs first.
text::Region region_of(std::string_view text, std::string_view part);

/// A finding on `part` of `text`, with the excerpt of its line; no message yet.
lint::ReportedFinding finding_on(std::string_view text, std::string_view part,
                                 const RuleInfo& rule);

/// Three files with findings (related places, long help, an acknowledgement in the file and one in
/// the config, an emoji in front of the span), names that need encoding, a clean and an unreadable
/// file.
lint::Result everything();

/// Counts the findings into the summary.
void summarise(lint::Result& result);

/// Plain, with every field that must be set.
report::RenderOptions plain_options();

}  // namespace unwedge::sample
