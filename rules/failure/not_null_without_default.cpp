// A new NOT NULL column without a default would be null in every row that there is, so the server
// refuses it once there is one. To a table that the migration itself has emptied it may be added.

#include <algorithm>
#include <string>
#include <vector>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "not-null-without-default",
    .summary = "a new NOT NULL column without a default fails if the table has a row",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
    .aliases = {"adding-required-field"},  // squawk
};

std::string help(const AlterTable& alter, const std::vector<const AddColumn*>& columns) {
  std::string adds;
  for (const AddColumn* add : columns) {
    adds += fmt::format("{}ADD COLUMN {} {}", adds.empty() ? "" : ", ", quoted(add->column.name),
                        quoted(add->column.type));
  }
  return fmt::format(
      "Give it a default, or add it as nullable, fill it in batches, and make it NOT NULL in later "
      "migrations, proven first by a CHECK (see set-not-null-without-check):\n"
      "ALTER TABLE {} {};",
      quoted(alter.table), adds);
}

/// 'a'; 'a' and 3 more.
std::string in_words(const std::vector<const AddColumn*>& columns) {
  const Name first = columns.front()->column.name;
  if (columns.size() == 1) return fmt::format("column '{}'", first);
  return fmt::format("columns '{}' and {} more", first, columns.size() - 1);
}

/// One finding for the statement, which is refused once.
void check(const AlterTable& alter, const Step& step, Findings& findings) {
  if (step.effects().refusal) return;
  std::vector<const AddColumn*> columns;
  Span place;
  Certainty certainty = Certainty::kPossible;
  for (const AlterAction& action : alter.actions) {
    const auto* add = action.get<AddColumn>();
    for (const RejectedByRows& rejected : step.effects().rejected_by_rows) {
      if (add == nullptr || !rejected.existing || rejected.cause != action.span) continue;
      if (columns.empty()) place = action.span;
      columns.push_back(add);
      certainty = std::min(certainty, rejected.certainty);
    }
  }
  if (columns.empty()) return;
  findings.report(place)
      .message("Adding the NOT NULL {} without a default {} if '{}' has a row.", in_words(columns),
               certainty == Certainty::kCertain ? "fails" : "may fail", alter.table)
      .help("{}", help(alter, columns))
      .certainty(certainty);
}

}  // namespace

extern constinit const Rule not_null_without_default = on<AlterTable, check>(kInfo);

}  // namespace unwedge::rules
