// Names have 63 bytes. What is longer is cut off with no more than a notice, and two names that differ
// only behind the cut are the same.

#include <set>
#include <string_view>

#include "unwedge/clauses.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "identifier-truncated",
    .summary = "an identifier over 63 bytes is cut off",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kWarning,
    .since = "0.1.0",
    .aliases = {"identifier-too-long"},  // squawk
};

/// Whether the statement gives names to things: where one is only used, it is cut as it was before.
bool gives_names(const Step& step) {
  const Statement& statement = step.statement();
  return statement.get<CreateTable>() != nullptr || statement.get<CreateTableAs>() != nullptr ||
         statement.get<CreateView>() != nullptr || statement.get<CreateIndex>() != nullptr ||
         statement.get<AlterTable>() != nullptr || statement.get<Rename>() != nullptr ||
         statement.get<CreateSequence>() != nullptr || statement.get<CreateType>() != nullptr ||
         statement.get<CreateDomain>() != nullptr || statement.get<CreateTrigger>() != nullptr ||
         statement.get<PolicyOrRule>() != nullptr || statement.get<CreateFunction>() != nullptr;
}

void check(const Migration& migration, Findings& findings) {
  std::set<std::string_view> reported;
  for (const Step& step : migration.steps) {
    if (!gives_names(step)) continue;
    for (const LongIdentifier& name : long_identifiers(step.sql())) {
      if (!reported.insert(slice(step.sql(), name.span)).second) continue;
      findings.report({name.span.begin + step.span().begin, name.span.end + step.span().begin})
          .message("This name has {} bytes, and Postgres cuts it off after 63: '{}'.", name.bytes,
                   name.kept)
          .help("Choose a shorter name. Another one that begins like this would be the same.");
    }
  }
}

}  // namespace

extern constinit const Rule identifier_truncated = on_migration<check>(kInfo);

}  // namespace unwedge::rules
