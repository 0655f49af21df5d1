// A prepared statement that returns a column keeps the type that the column had. After ALTER COLUMN
// TYPE the server refuses to run it, even where the change itself took no time.

#include "unwedge/rule.h"
#include "unwedge/subcommand.h"
#include "unwedge/type_change.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "type-change-breaks-plans",
    .summary = "prepared statements that return the column fail once",
    .category = Category::kCompatibility,
    .kind = Kind::kBreaks,
    .severity = Severity::kInfo,
    .since = "0.1.0",
};

/// The same type with the same modifiers, as far as it is known: no plan notices.
bool changes_nothing(const ColumnTypeChange& change, const Step& step) {
  if (change.column == nullptr) return false;
  const schema::DataType& now = change.column->type;
  const TypeReference& next = change.change->type;
  QualifiedName name = next.name;
  if (name.schema == "pg_catalog") name.schema = {};
  const auto id = step.schema().resolve_type(name, step.session().settings->search_path);
  return now.id == id && now.modifiers == next.modifiers &&
         (now.array_dimensions > 0) == (next.array_dimensions > 0);
}

void check(const AlterTable& alter, const Step& step, Findings& findings) {
  if (!step.existing(alter.table) || step.effects().refusal) return;
  for (const ColumnTypeChange& change : type_changes(alter, step)) {
    // Who waits for a rewrite has greater worries.
    if (work_for(step, *change.action, WorkKind::kRewrite) != nullptr) continue;
    if (changes_nothing(change, step)) continue;
    findings.report(change.action->span)
        .message(
            "After changing {}, a prepared statement that returns the column fails with \"cached "
            "plan must not change result type\" until it is prepared again.",
            in_words(change))
        .help(
            "Have the application prepare its statements again on that error, or restart its "
            "connections after the migration.");
  }
}

}  // namespace

extern constinit const Rule type_change_breaks_plans = on<AlterTable, check>(kInfo);

}  // namespace unwedge::rules
