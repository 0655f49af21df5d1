// DELETE without a condition, or with one that is always true: every row of the table.

#include <algorithm>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "delete-without-where",
    .summary = "DELETE without WHERE deletes every row of a table",
    .category = Category::kData,
    .kind = Kind::kLoses,
    .severity = Severity::kError,
    .since = "0.1.0",
};

bool is_always_true(const Expression& condition) {
  using Kind = Expression::Kind;
  if (condition.kind == Kind::kConstant) return condition.text == "t" || condition.text == "true";
  if (condition.kind != Kind::kOperator || condition.name != "=") return false;
  if (condition.operands.size() != 2) return false;
  const Expression& left = condition.operands.front();
  const Expression& right = condition.operands.back();
  return left.kind == Kind::kConstant && right.kind == Kind::kConstant && left.text == right.text;
}

/// WITH moved AS (DELETE … RETURNING …) INSERT …: the rows go somewhere else.
bool moves_rows(const Dml& dml) {
  return std::any_of(dml.writes.begin(), dml.writes.end(),
                     [](const Write& write) { return write.kind == Write::Kind::kInsert; });
}

void check(const Dml& dml, const Step& step, Findings& findings) {
  if (step.effects().refusal || moves_rows(dml)) return;
  for (const Write& write : dml.writes) {
    const bool deletes_all = write.kind == Write::Kind::kDelete && !write.rows_from_query &&
                             (!write.where || is_always_true(*write.where));
    if (!deletes_all || !step.existing(write.target)) continue;
    if (step.session().known_empty(step.resolve(write.target))) continue;
    findings.report(write.span)
        .message("This deletes every row of '{}'.", write.target)
        .help("Say which rows are to go, or keep a copy of them.");
  }
}

}  // namespace

extern constinit const Rule delete_without_where = on<Dml, check>(kInfo);

}  // namespace unwedge::rules
