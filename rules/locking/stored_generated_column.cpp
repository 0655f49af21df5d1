// A STORED generated column is computed for every row when it is added: the whole table is written
// anew under ACCESS EXCLUSIVE.

#include <string>

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

std::string help(const AlterTable& alter, const ColumnDefinition& column, PgVersion postgres) {
  std::string text;
  if (postgres.major >= kVirtualSince) {
    text = "Make it VIRTUAL if it need not be indexed: that writes nothing. Otherwise add";
  } else {
    text = "Add";
  }
  text += fmt::format(
      " a plain column, keep it current with a trigger, and fill the old rows in batches, each in "
      "a "
      "transaction of its own:\nALTER TABLE {} ADD COLUMN {} {};",
      quoted(alter.table), quoted(column.name), column.type.name);
  return text;
}

void check(const AlterTable& alter, const Step& step, Findings& findings) {
  if (!step.existing(alter.table)) return;
  for (const AlterAction& action : alter.actions) {
    const auto* add = action.get<AddColumn>();
    if (add == nullptr || !add->column.generated) continue;
    const GeneratedColumn& generated = *add->column.generated;
    if (generated.storage != GeneratedColumn::Storage::kStored) continue;
    findings.report(generated.span)
        .message(
            "Adding the STORED column '{}' writes all of '{}' anew and blocks every read and write "
            "of it until that is done.",
            add->column.name, alter.table)
        .help("{}", help(alter, add->column, step.postgres()));
  }
}

}  // namespace

extern constinit const Rule stored_generated_column = on<AlterTable, check>(kInfo);

}  // namespace unwedge::rules
