// An index whose columns are the first ones of another: the longer one serves every query that the
// shorter one does, and each of them costs every write.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "redundant-index",
    .summary = "an index begins with all columns of another one",
    .category = Category::kDesign,
    .kind = Kind::kPolicy,
    .severity = Severity::kInfo,
    .since = "0.1.0",
};

using schema::Index;
using schema::IndexPart;

bool is_same(const IndexPart& one, const IndexPart& other) {
  return one.column == other.column && one.expression == other.expression &&
         one.collation == other.collation && one.operator_class == other.operator_class &&
         one.descending == other.descending && one.nulls_first == other.nulls_first;
}

bool begins_with(const Index& longer, const Index& shorter) {
  return longer.parts.size() >= shorter.parts.size() &&
         std::equal(shorter.parts.begin(), shorter.parts.end(), longer.parts.begin(), is_same);
}

/// Whether the other index does all that this one does.
bool is_redundant(const Index& index, const Index& other) {
  if (index.parts.empty() || index.method != other.method || !index.constraint.empty()) {
    return false;
  }
  const bool same_rows = index.predicate == other.predicate && index.valid == other.valid;
  if (!same_rows || !begins_with(other, index)) return false;
  const bool same_parts = index.parts.size() == other.parts.size();
  // Others than btree serve a part of their columns badly or not at all.
  if (index.method != "btree" && !same_parts) return false;
  if (index.unique && !(same_parts && other.unique)) return false;
  return std::all_of(index.including.begin(), index.including.end(), [&other](const auto& column) {
    return std::find(other.including.begin(), other.including.end(), column) !=
           other.including.end();
  });
}

std::string columns(const Index& index) {
  std::string text;
  for (const IndexPart& part : index.parts) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ",
                        part.column.empty() ? std::string_view("…") : part.column);
  }
  return text;
}

/// The index that the statement made: by its name, or, where it has none, by what it is made of.
const schema::Relation* made_by(const CreateIndex& create, const RelationId& table,
                                const schema::Catalog& catalog) {
  if (!create.name.empty()) {
    return catalog.find({.schema = table.schema, .name = std::string(create.name)});
  }
  const auto indexes = catalog.indexes_of(table);
  const auto found = std::find_if(indexes.rbegin(), indexes.rend(), [&](const auto* each) {
    if (!each->index || each->index->parts.size() != create.columns.size()) return false;
    return std::equal(create.columns.begin(), create.columns.end(), each->index->parts.begin(),
                      [](const IndexColumn& written, const IndexPart& part) {
                        return written.column == part.column && !written.expression;
                      });
  });
  return found == indexes.rend() ? nullptr : *found;
}

void report(const CreateIndex& create, const schema::Relation& redundant,
            const schema::Relation& other, bool is_new, Findings& findings) {
  const Name schema = redundant.id.schema == "public" ? Name() : Name(redundant.id.schema);
  FindingBuilder finding = findings.report(create.keyword_span);
  finding.message("Index '{}' ({}) of '{}' is not needed beside '{}' ({}).", redundant.id.name,
                  columns(*redundant.index), create.table, other.id.name, columns(*other.index));
  if (is_new) {
    finding.help("Leave it out: the other one serves the same queries.");
  } else {
    finding.help(
        "Drop it when the new one is built:\n"
        "DROP INDEX CONCURRENTLY {};",
        quoted(QualifiedName{.schema = schema, .name = redundant.id.name}));
  }
}

void look_at(const CreateIndex& create, const RelationId& table, const schema::Catalog& catalog,
             std::vector<RelationId>& reported, Findings& findings) {
  const schema::Relation* made = made_by(create, table, catalog);
  if (made == nullptr || !made->index || made->index_of != table) return;
  for (const schema::Relation* other : catalog.indexes_of(table)) {
    if (other->id == made->id || !other->index) continue;
    const bool is_new = is_redundant(*made->index, *other->index);
    if (!is_new && !is_redundant(*other->index, *made->index)) continue;
    const schema::Relation& redundant = is_new ? *made : *other;
    if (std::find(reported.begin(), reported.end(), redundant.id) != reported.end()) continue;
    reported.push_back(redundant.id);
    report(create, redundant, is_new ? *other : *made, is_new, findings);
    return;
  }
}

void check(const History& history, Findings& findings) {
  std::vector<RelationId> reported;
  for (const Migration& migration : history.migrations) {
    for (const Step& step : migration.steps) {
      const auto* create = step.statement().get<CreateIndex>();
      if (create == nullptr) continue;
      look_at(*create, history.resolve(create->table, step), *history.schema, reported, findings);
    }
  }
}

}  // namespace

extern constinit const Rule redundant_index = on_history<check>(kInfo);

}  // namespace unwedge::rules
