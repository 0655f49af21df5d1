// 'now' as a string is read when the default is defined, not when a row is inserted: every row gets
// the time of the migration.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "frozen-time-default",
    .summary = "DEFAULT 'now' is the time of the migration, for ever",
    .category = Category::kData,
    .kind = Kind::kLoses,
    .severity = Severity::kError,
    .since = "0.1.0",
};

constexpr std::array<std::string_view, 4> kWords{"now", "today", "tomorrow", "yesterday"};
constexpr std::array<std::string_view, 5> kTypes{"date", "time", "timetz", "timestamp",
                                                 "timestamptz"};

bool is_time(std::string_view type) {
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

/// The input functions of these types ignore case and what is around it (ParseDateTime, utils/adt/
/// datetime.c).
bool is_moment(std::string_view text) {
  std::string word;
  for (const char c : text) {
    if (c == ' ' || c == '(' || c == ')') continue;
    word += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

/// The constant that is read at once; null: none. By way of text it is read again for each row.
const Expression* frozen(const Expression& value, std::string_view type) {
  if (value.kind == Expression::Kind::kConstant) {
    return is_time(type) && is_moment(value.text) ? &value : nullptr;
  }
  if (value.kind == Expression::Kind::kCast && value.operands.size() == 1) {
    return frozen(value.operands.front(), value.name);
  }
  for (const Expression& part : value.operands) {
    if (const Expression* found = frozen(part, {})) return found;
  }
  return nullptr;
}

void report(const Expression* constant, Name column, Findings& findings) {
  if (constant == nullptr) return;
  findings.report(constant->span)
      .message(
          "'{}' is read when the default of '{}' is defined: every row gets the time of the "
          "migration.",
          constant->text, column)
      .help("Use a function, which is called for each row: now() or CURRENT_DATE.");
}

void look_at(const ColumnDefinition& column, Findings& findings) {
  if (!column.default_value) return;
  const Name type = column.type.array_dimensions == 0 ? column.type.name.name : Name();
  report(frozen(*column.default_value, type), column.name, findings);
}

void look_at(const AlterTable& alter, const AlterAction& action, const Step& step,
             Findings& findings) {
  if (const auto* add = action.get<AddColumn>()) {
    look_at(add->column, findings);
  } else if (const auto* set = action.get<SetDefault>();
             set != nullptr && action.kind == AlterKind::kSetDefault) {
    const schema::Relation* table = step.schema().find(step.resolve(alter.table));
    const schema::Column* column = table == nullptr ? nullptr : table->column(action.name);
    const std::string type = column == nullptr ? std::string() : column->type.id.name;
    report(frozen(set->value, type), action.name, findings);
  }
}

void check(const Step& step, Findings& findings) {
  if (const auto* create = step.statement().get<CreateTable>()) {
    for (const ColumnDefinition& column : create->columns) look_at(column, findings);
  } else if (const auto* alter = step.statement().get<AlterTable>()) {
    for (const AlterAction& action : alter->actions) look_at(*alter, action, step, findings);
  }
}

}  // namespace

extern constinit const Rule frozen_time_default = on_step<check>(kInfo);

}  // namespace unwedge::rules
