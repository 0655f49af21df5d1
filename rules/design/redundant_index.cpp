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

/// An index that a step of the change set has made.
struct Made {
  const CreateIndex* create = nullptr;
  const schema::Relation* index = nullptr;
};

bool is_made_of(const schema::Relation& index, const CreateIndex& create) {
  const auto same = [](const IndexColumn& written, const IndexPart& part) {
    return written.column == part.column &&
           written.expression.has_value() == part.expression.has_value();
  };
  return index.index && index.index->constraint.empty() && index.index->unique == create.unique &&
         index.index->method == create.method &&
         index.index->predicate.has_value() == create.predicate.has_value() &&
         std::equal(create.columns.begin(), create.columns.end(), index.index->parts.begin(),
                    index.index->parts.end(), same);
}

/// By its name, or, where it has none, the first that is made of the same and is nobody else's.
const schema::Relation* made_by(const CreateIndex& create, const RelationId& table,
                                const std::vector<Made>& others, const schema::Catalog& catalog) {
  if (!create.name.empty()) {
    const schema::Relation* index =
        catalog.find({.schema = table.schema, .name = std::string(create.name)});
    return index != nullptr && index->index && index->index_of == table ? index : nullptr;
  }
  for (const schema::Relation* index : catalog.indexes_of(table)) {
    const bool taken = std::any_of(others.begin(), others.end(),
                                   [index](const Made& each) { return each.index == index; });
    if (!taken && is_made_of(*index, create)) return index;
  }
  return nullptr;
}

void report(const Made& made, const schema::Relation& redundant, const schema::Relation& other,
            bool is_new, Findings& findings) {
  const Name schema = redundant.id.schema == "public" ? Name() : Name(redundant.id.schema);
  FindingBuilder finding = findings.report(made.create->keyword_span);
  finding.message("Index '{}' ({}) of '{}' is not needed beside '{}' ({}).", redundant.id.name,
                  columns(*redundant.index), made.create->table, other.id.name,
                  columns(*other.index));
  if (is_new) {
    finding.help("Leave '{}' out: the other one serves the same queries.", redundant.id.name);
  } else {
    finding.help("Drop it when the new one is built:\nDROP INDEX CONCURRENTLY {};",
                 quoted(QualifiedName{.schema = schema, .name = redundant.id.name}));
  }
}

/// Compares it with those that were there before, or that earlier statements have made.
void look_at(const Made& made, const std::vector<Made>& all, const schema::Catalog& catalog,
             Findings& findings) {
  const auto is_made = [](const Made* begin, const Made* end, const schema::Relation* index) {
    return std::any_of(begin, end, [index](const Made& each) { return each.index == index; });
  };
  const Made* const end = all.data() + all.size();
  for (const schema::Relation* other : catalog.indexes_of(made.index->index_of)) {
    if (!other->index || is_made(&made, end, other)) continue;
    const bool itself = is_redundant(*made.index->index, *other->index);
    if (!itself && !is_redundant(*other->index, *made.index->index)) continue;
    const schema::Relation& redundant = itself ? *made.index : *other;
    report(made, redundant, itself ? *other : *made.index, is_made(all.data(), end, &redundant),
           findings);
    return;
  }
}

void check(const History& history, Findings& findings) {
  std::vector<Made> all;
  for (const Migration& migration : history.migrations) {
    for (const Step& step : migration.steps) {
      const auto* create = step.statement().get<CreateIndex>();
      if (create == nullptr) continue;
      const RelationId table = history.resolve(create->table, step);
      const schema::Relation* index = made_by(*create, table, all, *history.schema);
      if (index != nullptr) all.push_back({.create = create, .index = index});
    }
  }
  for (const Made& made : all) look_at(made, all, *history.schema, findings);
}

}  // namespace

extern constinit const Rule redundant_index = on_history<check>(kInfo);

}  // namespace unwedge::rules
