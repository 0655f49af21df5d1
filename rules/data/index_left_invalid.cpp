// A concurrent build that fails leaves an INVALID index behind, which is written to and never read.
// Few deployments look for one.

#include <algorithm>
#include <string_view>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "index-left-invalid",
    .summary = "nothing looks whether a concurrent build has failed",
    .category = Category::kData,
    .kind = Kind::kLoses,
    .severity = Severity::kInfo,
    .since = "0.1.0",
};

bool looks_at_validity(const Step& step) {
  return step.sql().find("indisvalid") != std::string_view::npos;
}

void check(const Migration& migration, Findings& findings) {
  const auto steps = migration.steps;
  if (std::any_of(steps.begin(), steps.end(), looks_at_validity)) return;
  for (const Step& step : steps) {
    const auto* index = step.statement().get<CreateIndex>();
    if (index == nullptr || !index->concurrently) continue;
    const auto& refusal = step.effects().refusal;
    if (refusal && refusal->certainty == Certainty::kCertain) continue;
    findings.report(index->concurrently_span)
        .message(
            "If this build fails, an INVALID index of '{}' stays behind, which costs every write "
            "and serves no query, and nothing here would tell.",
            index->table)
        .help(
            "Look for invalid indexes after the migration, drop them with DROP INDEX CONCURRENTLY "
            "and build them again:\n"
            "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid;");
    return;  // one is enough to know of
  }
}

}  // namespace

extern constinit const Rule index_left_invalid = on_migration<check>(kInfo);

}  // namespace unwedge::rules
