// What opens a door that was shut, or shuts one for all: a function that runs with its owner's
// rights and looks names up where its caller says, privileges for PUBLIC, row-level security taken
// off, or put on without a policy, which lets nobody see a row.

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

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

bool sets_path(const std::vector<Option>& settings) {
  return std::any_of(settings.begin(), settings.end(),
                     [](const Option& setting) { return setting.name == "search_path"; });
}

bool is_of(const AlterFunction& alter, const CreateFunction& function) {
  const bool same_name = alter.function.name == function.function.name &&
                         (alter.function.schema.empty() || function.function.schema.empty() ||
                          alter.function.schema == function.function.schema);
  return same_name &&
         (!alter.arguments ||
          std::equal(alter.arguments->begin(), alter.arguments->end(), function.arguments.begin(),
                     function.arguments.end(), [](const auto& one, const auto& other) {
                       return quoted(one) == quoted(other);
                     }));
}

/// Whether a later statement of the migration gives the function a search_path.
bool gets_path(const CreateFunction& function, const Step& step, const Migration& migration) {
  return std::any_of(migration.steps.begin(), migration.steps.end(), [&](const Step& later) {
    const auto* alter = later.statement().get<AlterFunction>();
    return alter != nullptr && step.span().begin < later.span().begin &&
           sets_path(alter->settings) && is_of(*alter, function);
  });
}

void check_function(const CreateFunction& function, const Step& step, const Migration& migration,
                    Findings& findings) {
  // A body that the server has parsed is bound to the objects themselves.
  if (!function.security_definer || function.body_parsed) return;
  if (sets_path(function.settings) || gets_path(function, step, migration)) return;
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
  if (!grant.is_grant || !grant.to_public || !of_rows) return;
  const auto object =
      std::find_if(grant.objects.begin(), grant.objects.end(),
                   [&step](const QualifiedName& each) { return step.existing(each); });
  if (object == grant.objects.end()) return;
  findings.report(step.statement().keyword_span)
      .message("Every role, those that are yet to come included, gets rights on '{}'.", *object)
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

/// Whether nothing has put row-level security on the table: there is none to be taken off.
bool never_had_row_security(const Step& step, const RelationId& table) {
  const schema::Relation* known = step.schema().find(table);
  return step.schema().complete() && known != nullptr && known->complete &&
         !known->had_row_security;
}

void check_row_security(const AlterTable& alter, const Step& step, const Migration& migration,
                        Findings& findings) {
  const RelationId table = step.resolve(alter.table);
  for (const AlterAction& action : alter.actions) {
    if (action.kind == AlterKind::kDisableRowSecurity && step.existing(alter.table) &&
        !never_had_row_security(step, table)) {
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
      check_function(*function, step, migration, findings);
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
