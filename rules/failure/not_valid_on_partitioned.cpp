// Before Postgres 18 a foreign key of a partitioned table is verified as it is added: its
// partitions would have to remember that theirs is not.

#include <string>
#include <vector>

#include "unwedge/refusal.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "not-valid-on-partitioned",
    .summary = "NOT VALID foreign key of a partitioned table is refused before 18",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
};

std::string columns_of(const std::vector<Name>& names) {
  std::string text;
  for (const Name name : names) text += (text.empty() ? "" : ", ") + quoted(name);
  return text;
}

std::string help(const AlterTable& alter, const Constraint& key) {
  const std::string referenced =
      key.referenced_columns.empty()
          ? quoted(key.references)
          : fmt::format("{} ({})", quoted(key.references), columns_of(key.referenced_columns));
  const std::string name = key.name.empty() ? "name_of_the_key" : std::string(key.name);
  const auto add_to = [&](const std::string& table) {
    return fmt::format("ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {}", table,
                       quoted(Name(name)), columns_of(key.columns), referenced);
  };
  return fmt::format(
      "Add it to each partition first, where it can be verified without a lock that others wait "
      "for, and then to the parent, which takes those over:\n"
      "-- for each partition:\n"
      "{0} NOT VALID;\n"
      "-- in a later transaction:\n"
      "ALTER TABLE partition VALIDATE CONSTRAINT {1};\n"
      "-- when every partition has it:\n"
      "{2};",
      add_to("partition"), quoted(Name(name)), add_to(quoted(alter.table)));
}

void check(const AlterTable& alter, const Step& step, Findings& findings) {
  const Refusal* refusal = refused_for(step, RefusalCause::kNotValidOnParent);
  if (refusal == nullptr) return;
  for (const AlterAction& action : alter.actions) {
    const auto* add = action.get<AddConstraint>();
    if (add == nullptr || !action.span.contains(refusal->at)) continue;
    findings.report(action.span)
        .message("Postgres {} refuses a NOT VALID foreign key of {}, which is partitioned.",
                 step.postgres().major, refusal->subject)
        .help("{}", help(alter, add->constraint));
  }
}

}  // namespace

extern constinit const Rule not_valid_on_partitioned = on<AlterTable, check>(kInfo);

}  // namespace unwedge::rules
