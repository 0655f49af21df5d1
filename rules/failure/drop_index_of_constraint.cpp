// The index of a UNIQUE or PRIMARY KEY constraint goes with the constraint, and only with it.

#include <string>

#include "unwedge/refusal.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "drop-index-of-constraint",
    .summary = "DROP INDEX of a constraint's own index is refused",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
};

std::string help(const Drop& drop, const Step& step) {
  for (const QualifiedName& name : drop.objects) {
    const schema::Relation* index = step.schema().find(step.resolve(name));
    if (index == nullptr || !index->index || index->index->constraint.empty()) continue;
    const QualifiedName table{.schema = name.schema, .name = index->index_of.name};
    return fmt::format(
        "Drop the constraint, and the index goes with it:\n"
        "ALTER TABLE {} DROP CONSTRAINT {};",
        quoted(table), quoted(Name(index->index->constraint)));
  }
  return "Drop the constraint, and the index goes with it.";
}

void check(const Drop& drop, const Step& step, Findings& findings) {
  const Refusal* refusal = refused_for(step, RefusalCause::kIndexOfConstraint);
  if (refusal == nullptr) return;
  findings.report(place_of(*refusal, step))
      .message("Postgres refuses to drop {}: it belongs to {}.", refusal->subject,
               refusal->obstacle)
      .help("{}", help(drop, step));
}

}  // namespace

extern constinit const Rule drop_index_of_constraint = on<Drop, check>(kInfo);

}  // namespace unwedge::rules
