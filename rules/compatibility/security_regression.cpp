// What opens a door that was shut, or shuts one for all: a function that runs with its owner's
// rights and looks names up where its caller says, privileges for PUBLIC, row-level security taken
// off, or put on without a policy, which lets nobody see a row.

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "security-regression",
    .summary = "rights are given to all, or taken from all",
    .category = Category::kCompatibility,
    .kind = Kind::kBreaks,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

void check_function(const CreateFunction& function, const Step& step, Findings& findings) {
  // A body that the server has parsed is bound to the objects themselves.
  if (!function.security_definer || function.body_parsed) return;
  const bool sets_path =
      std::any_of(function.settings.begin(), function.settings.end(),
                  [](const Option& setting) { return setting.name == "search_path"; });
  if (sets_path) return;
  findings.report(step.statement().keyword_span)
      .message(
          "'{}' runs with its owner's rights and looks names up in the caller's search_path, so "
          "that a caller can put objects of his own in their place.",
          function.function)
      .help("Add to it:\nSET search_path = pg_catalog, {}, pg_temp",
            function.function.schema.empty() ? "public" : quoted(function.function.schema));
}

void check_grant(const Grant& grant, const Step& step, Findings& findings) {
  const bool of_rows = grant.object_type == ObjectType::kTable ||
                       grant.object_type == ObjectType::kSequence ||
                       grant.object_type == ObjectType::kForeignTable;
  if (!grant.is_grant || !grant.to_public || !of_rows || grant.objects.empty()) return;
  findings.report(step.statement().keyword_span)
      .message("Every role, those that are yet to come included, gets rights on '{}'.",
               grant.objects.front())
      .help("Grant them to the roles that need them.");
}

/// The tables that get a policy somewhere in the migration, or have one.
bool has_policy(const Migration& migration, const RelationId& table) {
  return std::any_of(migration.steps.begin(), migration.steps.end(), [&table](const Step& step) {
    const auto* policy = step.statement().get<PolicyOrRule>();
    return policy != nullptr && policy->object_type == ObjectType::kPolicy &&
           step.resolve(policy->table) == table;
  });
}

bool had_policy(const Step& step, const RelationId& table) {
  const schema::Relation* known = step.schema().find(table);
  return known != nullptr && !known->policies.empty();
}

void check_row_security(const AlterTable& alter, const Step& step, const Migration& migration,
                        Findings& findings) {
  const RelationId table = step.resolve(alter.table);
  for (const AlterAction& action : alter.actions) {
    if (action.kind == AlterKind::kDisableRowSecurity && step.existing(alter.table)) {
      findings.report(action.span)
          .message(
              "Without row-level security every role with rights on '{}' sees all of its rows.",
              table)
          .help("Change the policies instead, or take the rights of the roles away first.");
    }
    const bool shuts = action.kind == AlterKind::kEnableRowSecurity && step.existing(alter.table);
    if (!shuts || has_policy(migration, table) || had_policy(step, table)) continue;
    findings.report(action.span)
        .message(
            "'{}' has row-level security from here on, and no policy in this migration: all but "
            "its "
            "owner see no rows and can write none.",
            table)
        .help("Create its policies in the same migration, with CREATE POLICY.");
  }
}

void check(const Migration& migration, Findings& findings) {
  for (const Step& step : migration.steps) {
    if (const auto* function = step.statement().get<CreateFunction>()) {
      check_function(*function, step, findings);
    } else if (const auto* grant = step.statement().get<Grant>()) {
      check_grant(*grant, step, findings);
    } else if (const auto* alter = step.statement().get<AlterTable>()) {
      check_row_security(*alter, step, migration, findings);
    }
  }
}

}  // namespace

extern constinit const Rule security_regression = on_migration<check>(kInfo);

}  // namespace unwedge::rules
