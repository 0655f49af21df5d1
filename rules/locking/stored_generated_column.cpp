// A STORED generated column is computed for every row when it is added: the whole table is written
// anew under ACCESS EXCLUSIVE.

#include <string>
#include <vector>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "stored-generated-column",
    .summary = "adding a STORED generated column rewrites the whole table",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kError,
    .since = "0.1.0",
};

constexpr int kVirtualSince = 18;

using Columns = std::vector<const ColumnDefinition*>;

std::string help(const AlterTable& alter, const Columns& columns, PgVersion postgres) {
  const bool one = columns.size() == 1;
  std::string text;
  if (postgres.major >= kVirtualSince) {
    text =
        fmt::format("Make {} VIRTUAL if {} need not be indexed: that writes nothing. Otherwise add",
                    one ? "it" : "them", one ? "it" : "they");
  } else {
    text = "Add";
  }
  text += fmt::format(
      " {}, keep {} current with a trigger, and fill the old rows in batches, each in a "
      "transaction of its own:\nALTER TABLE {}",
      one ? "a plain column" : "plain columns", one ? "it" : "them", quoted(alter.table));
  for (const ColumnDefinition* column : columns) {
    text += fmt::format("{} ADD COLUMN {} {}", column == columns.front() ? "" : ",",
                        quoted(column->name), quoted(column->type));
  }
  return text + ";";
}

/// The column that the subcommand adds, if it is a STORED one.
const ColumnDefinition* stored_column(const AlterAction& action) {
  const auto* add = action.get<AddColumn>();
  if (add == nullptr || !add->column.generated) return nullptr;
  const bool stored = add->column.generated->storage == GeneratedColumn::Storage::kStored;
  return stored ? &add->column : nullptr;
}

void check(const AlterTable& alter, const Step& step, Findings& findings) {
  if (!step.existing(alter.table)) return;
  Columns columns;
  for (const AlterAction& action : alter.actions) {
    if (const ColumnDefinition* column = stored_column(action)) columns.push_back(column);
  }
  // One ALTER TABLE rewrites once, whatever the number of columns.
  if (columns.empty()) return;
  const std::string others =
      columns.size() == 1 ? "" : fmt::format(" and {} more", columns.size() - 1);
  findings.report(columns.front()->generated->span)
      .message(
          "Adding the STORED column '{}'{} writes all of '{}' anew and blocks every read and write "
          "of it until that is done.",
          columns.front()->name, others, alter.table)
      .help("{}", help(alter, columns, step.postgres()));
}

}  // namespace

extern constinit const Rule stored_generated_column = on<AlterTable, check>(kInfo);

}  // namespace unwedge::rules
