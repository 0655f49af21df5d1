// DROP COLUMN takes every index with it that mentions the column, without a word, also when the
// index was there for other columns, or kept them unique.

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "unwedge/rule.h"
#include "unwedge/words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "drop-column-drops-index",
    .summary = "DROP COLUMN drops an index or key of other columns, too",
    .category = Category::kData,
    .kind = Kind::kLoses,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

using Names = std::vector<std::string>;
using Indexes = std::vector<const schema::Relation*>;
using schema::Index;
using schema::IndexPart;

bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_gone(const IndexPart& part, const Names& dropped) {
  if (!part.expression) return contains(dropped, part.column);
  return std::any_of(dropped.begin(), dropped.end(),
                     [&part](const auto& column) { return part.expression->mentions(column); });
}

bool is_same(const IndexPart& one, const IndexPart& other) {
  return one.column == other.column && one.expression == other.expression;
}

/// Whether an index that there is at the end begins with the same parts, which are left.
bool serves_the_same(const Index& other, const Index& lost, std::size_t parts) {
  return other.method == lost.method && !other.predicate && other.parts.size() >= parts &&
         std::equal(lost.parts.begin(), lost.parts.begin() + static_cast<std::ptrdiff_t>(parts),
                    other.parts.begin(), is_same);
}

/// Whether a unique index that there is at the end has one of the parts that are left.
bool keeps_unique(const Index& other, const Index& lost, const Names& dropped) {
  return other.unique &&
         std::any_of(other.parts.begin(), other.parts.end(), [&](const IndexPart& part) {
           return std::any_of(lost.parts.begin(), lost.parts.end(), [&](const IndexPart& old) {
             return !is_gone(old, dropped) && is_same(part, old);
           });
         });
}

/// An index on the dropped column alone, or that begins with it, is of no use without it. What was
/// unique about several columns is lost in any case.
bool is_missed(const Index& lost, const Names& dropped, const Indexes& now) {
  const auto first_gone =
      std::find_if(lost.parts.begin(), lost.parts.end(),
                   [&dropped](const IndexPart& part) { return is_gone(part, dropped); });
  const auto left = static_cast<std::size_t>(first_gone - lost.parts.begin());
  const bool all_gone =
      std::all_of(lost.parts.begin(), lost.parts.end(),
                  [&dropped](const IndexPart& part) { return is_gone(part, dropped); });
  if (all_gone || (!lost.unique && left == 0)) return false;
  return std::none_of(now.begin(), now.end(), [&](const schema::Relation* other) {
    if (!other->index) return true;  // not known
    return lost.unique ? keeps_unique(*other->index, lost, dropped)
                       : serves_the_same(*other->index, lost, left);
  });
}

/// "index 'i' (a, b) WHERE …"
std::string in_words(const DroppedIndex& lost) {
  std::string parts;
  for (const IndexPart& part : lost.definition->parts) {
    parts += fmt::format("{}{}", parts.empty() ? "" : ", ",
                         part.column.empty() ? std::string_view("…") : part.column);
  }
  return fmt::format("{} '{}' ({}){}", lost.definition->constraint.empty() ? "index" : "constraint",
                     lost.index.name, parts, lost.definition->predicate ? " WHERE …" : "");
}

bool drops_by_name(const AlterTable& alter, const std::string& constraint) {
  return std::any_of(alter.actions.begin(), alter.actions.end(), [&](const AlterAction& action) {
    return action.kind == AlterKind::kDropConstraint && action.name == constraint;
  });
}

void look_at(const AlterTable& alter, const Step& step, const RelationId& table,
             const Names& all_dropped, const Indexes& now, Findings& findings) {
  Names columns;
  Span place;
  for (const AlterAction& action : alter.actions) {
    if (action.kind != AlterKind::kDropColumn) continue;
    if (columns.empty()) place = action.span;
    columns.emplace_back(action.name);
  }
  Names lost;
  for (const DroppedIndex& dropped : step.effects().dropped_indexes) {
    if (!dropped.existing || dropped.definition == nullptr || dropped.table != table) continue;
    if (drops_by_name(alter, dropped.definition->constraint)) continue;
    if (!is_missed(*dropped.definition, all_dropped, now)) continue;
    const std::string words = in_words(dropped);
    if (!contains(lost, words)) lost.push_back(words);
  }
  if (lost.empty()) return;
  findings.report(place)
      .message("Dropping {} from '{}' also drops {}, which {} there for other columns, too.",
               list_in_words(columns), alter.table, some_of(lost), lost.size() == 1 ? "is" : "are")
      .help(
          "Decide whether the other columns still need {}, and if so build what takes {} place "
          "first, with CREATE INDEX CONCURRENTLY.",
          lost.size() == 1 ? "it" : "them", lost.size() == 1 ? "its" : "their");
}

void check(const History& history, Findings& findings) {
  std::map<RelationId, Names> dropped;
  const auto for_each = [&history](const auto& visit) {
    for (const Migration& migration : history.migrations) {
      for (const Step& step : migration.steps) {
        const auto* alter = step.statement().get<AlterTable>();
        if (alter == nullptr || step.effects().refusal) continue;
        visit(*alter, step, history.resolve(alter->table, step));
      }
    }
  };
  for_each([&](const AlterTable& alter, const Step& /*step*/, const RelationId& table) {
    for (const AlterAction& action : alter.actions) {
      if (action.kind == AlterKind::kDropColumn) dropped[table].emplace_back(action.name);
    }
  });
  for_each([&](const AlterTable& alter, const Step& step, const RelationId& table) {
    if (step.effects().dropped_indexes.empty()) return;
    look_at(alter, step, table, dropped[table], history.schema->indexes_of(table), findings);
  });
}

}  // namespace

extern constinit const Rule drop_column_drops_index = on_history<check>(kInfo);

}  // namespace unwedge::rules
