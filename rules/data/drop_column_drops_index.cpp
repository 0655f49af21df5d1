// DROP COLUMN takes every index and constraint with it that mentions the column, without a word,
// also when they were there for other columns.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "unwedge/rule.h"
#include "unwedge/words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "drop-column-drops-index",
    .summary = "DROP COLUMN drops an index or constraint of other columns, too",
    .category = Category::kData,
    .kind = Kind::kLoses,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

using Names = std::vector<std::string>;

bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// What one ALTER TABLE drops by name.
struct Dropped {
  Names columns;
  Names constraints;
};

Dropped dropped_by(const AlterTable& alter) {
  Dropped dropped;
  for (const AlterAction& action : alter.actions) {
    if (action.kind == AlterKind::kDropColumn) dropped.columns.emplace_back(action.name);
    if (action.kind == AlterKind::kDropConstraint) dropped.constraints.emplace_back(action.name);
  }
  return dropped;
}

bool mentions_any(const schema::Index& index, const Names& columns) {
  return std::any_of(columns.begin(), columns.end(),
                     [&index](const std::string& column) { return index.mentions(column); });
}

/// How many parts the index has in front of the first that has a dropped column.
std::size_t parts_left(const schema::Index& index, const Names& dropped) {
  const auto is_gone = [&dropped](const schema::IndexPart& part) {
    if (part.expression) {
      return std::any_of(dropped.begin(), dropped.end(),
                         [&part](const auto& column) { return part.expression->mentions(column); });
    }
    return contains(dropped, part.column);
  };
  const auto gone = std::find_if(index.parts.begin(), index.parts.end(), is_gone);
  return static_cast<std::size_t>(gone - index.parts.begin());
}

bool begins_alike(const schema::Index& one, const schema::Index& other, std::size_t parts) {
  if (one.method != other.method || one.parts.size() < parts) return false;
  for (std::size_t i = 0; i < parts; ++i) {
    const schema::IndexPart& left = one.parts[i];
    const schema::IndexPart& right = other.parts[i];
    if (left.column != right.column || left.expression != right.expression) return false;
  }
  return true;
}

/// Whether an index that stays serves what the first parts of this one served.
bool is_replaced(const schema::Relation& index, std::size_t parts, const RelationId& table,
                 const Names& dropped, const schema::Catalog& catalog) {
  const auto others = catalog.indexes_of(table);
  return std::any_of(others.begin(), others.end(), [&](const schema::Relation* other) {
    return other->id != index.id && other->index && !other->index->predicate &&
           !mentions_any(*other->index, dropped) &&
           begins_alike(*other->index, *index.index, parts);
  });
}

/// An index on the dropped column alone, or that begins with it, is of no use without it. What is
/// unique about several columns is lost in any case.
bool serves_others(const schema::Relation& index, const RelationId& table, const Names& dropped,
                   const schema::Catalog& catalog) {
  if (index.index->unique) {
    const auto& parts = index.index->parts;
    return std::any_of(parts.begin(), parts.end(), [&dropped](const schema::IndexPart& part) {
      return part.expression || !contains(dropped, part.column);
    });
  }
  const std::size_t left = parts_left(*index.index, dropped);
  return left > 0 && !is_replaced(index, left, table, dropped, catalog);
}

std::string parts_in_words(const schema::Index& index) {
  std::string text;
  for (const schema::IndexPart& part : index.parts) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ",
                        part.column.empty() ? std::string_view("…") : part.column);
  }
  return text;
}

/// "index 'i' (a, b)", each: what is lost.
Names lost(const RelationId& table, const Dropped& dropped, const schema::Catalog& catalog) {
  Names lost;
  for (const schema::Relation* index : catalog.indexes_of(table)) {
    if (!index->index || !mentions_any(*index->index, dropped.columns)) continue;
    const std::string& constraint = index->index->constraint;
    if (contains(dropped.constraints, constraint)) continue;
    if (!serves_others(*index, table, dropped.columns, catalog)) continue;
    lost.push_back(fmt::format("{} '{}' ({}){}", constraint.empty() ? "index" : "constraint",
                               index->id.name, parts_in_words(*index->index),
                               index->index->predicate ? " WHERE …" : ""));
  }
  const schema::Relation* relation = catalog.find(table);
  if (relation == nullptr) return lost;
  for (const schema::ForeignKey& key : relation->foreign_keys) {
    const auto is_dropped = [&dropped](const std::string& column) {
      return contains(dropped.columns, column);
    };
    const bool any = std::any_of(key.columns.begin(), key.columns.end(), is_dropped);
    const bool all = std::all_of(key.columns.begin(), key.columns.end(), is_dropped);
    if (!any || all || contains(dropped.constraints, key.name)) continue;
    lost.push_back(fmt::format("foreign key '{}' ({})", key.name, list_in_sql(key.columns)));
  }
  for (const schema::Check& check : relation->checks) {
    Names columns = check.not_null_columns;
    columns.insert(columns.end(), check.other_columns.begin(), check.other_columns.end());
    const auto gone = std::count_if(columns.begin(), columns.end(), [&](const auto& column) {
      return contains(dropped.columns, column);
    });
    const bool some = gone > 0 && static_cast<std::size_t>(gone) < columns.size();
    if (!some || contains(dropped.constraints, check.name)) continue;
    lost.push_back(fmt::format("CHECK '{}'", check.name));
  }
  return lost;
}

/// "a", "a and b", "a, b and 3 more"
std::string joined(const Names& names) {
  constexpr std::size_t kMost = 3;
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < kMost; ++i) {
    const bool last = i > 0 && i + 1 == names.size();
    text += fmt::format("{}{}", i == 0 ? "" : last ? " and " : ", ", names[i]);
  }
  if (names.size() > kMost) text += fmt::format(" and {} more", names.size() - kMost);
  return text;
}

void check(const AlterTable& alter, const Step& step, Findings& findings) {
  const RelationId table = step.resolve(alter.table);
  if (!step.schema().existing(table) || step.effects().refusal) return;
  const Dropped dropped = dropped_by(alter);
  if (dropped.columns.empty()) return;
  const Names gone = lost(table, dropped, step.schema());
  if (gone.empty()) return;
  const auto first =
      std::find_if(alter.actions.begin(), alter.actions.end(), [](const AlterAction& action) {
        return action.kind == AlterKind::kDropColumn;
      });
  findings.report(first->span)
      .message("Dropping {} from '{}' also drops {}, which {} for other columns, too.",
               list_in_words(dropped.columns), alter.table, joined(gone),
               gone.size() == 1 ? "is there" : "are there")
      .help(
          "Decide for each of them whether the other columns still need it, and make what takes "
          "its place first: an index with CREATE INDEX CONCURRENTLY, a constraint with NOT VALID.");
}

}  // namespace

extern constinit const Rule drop_column_drops_index = on<AlterTable, check>(kInfo);

}  // namespace unwedge::rules
