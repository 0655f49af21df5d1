// An index that is dropped before the one that takes its place is built: in between, queries read
// the whole table, or, in one transaction, everybody waits for the build behind DROP INDEX's lock.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "unwedge/history.h"
#include "unwedge/rule.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "index-replaced-with-gap",
    .summary = "an index is dropped before the one that replaces it is built",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

struct Replacement {
  const DroppedIndex* dropped = nullptr;
  const Step* drop = nullptr;
  const CreateIndex* index = nullptr;
  const Step* create = nullptr;
};

/// That it begins with; empty: an expression, or not known.
std::string_view first_column(const DroppedIndex& dropped) {
  const bool known = dropped.definition != nullptr && !dropped.definition->parts.empty();
  return known ? std::string_view(dropped.definition->parts.front().column) : std::string_view();
}

/// The same name, or the same first column of the same table.
bool replaces(const CreateIndex& index, const RelationId& table, const DroppedIndex& dropped) {
  if (!dropped.table.name.empty() && dropped.table != table) return false;
  if (index.name == dropped.index.name && table.schema == dropped.index.schema) return true;
  const std::string_view first = first_column(dropped);
  return !first.empty() && !index.columns.empty() && index.columns.front().column == first;
}

bool contains(const std::vector<RelationId>& list, const RelationId& id) {
  return std::find(list.begin(), list.end(), id) != list.end();
}

class Search {
 public:
  Search(const History& history, Findings& findings) : history_(history), findings_(findings) {}

  void look_at(const Step& step) {
    if (const auto* drop = step.statement().get<Drop>()) {
      for (const DroppedIndex& dropped : step.effects().dropped_indexes) {
        // IF EXISTS of one that is not known mostly clears away what a failed build has left.
        const bool is_known = !dropped.table.name.empty() || !drop->missing_ok;
        if (is_known && dropped.existing) dropped_.push_back({.dropped = &dropped, .drop = &step});
      }
    } else if (const auto* index = step.statement().get<CreateIndex>()) {
      look_at(*index, step);
    }
  }

 private:
  void look_at(const CreateIndex& index, const Step& step) {
    const RelationId table = history_.resolve(index.table, step);
    const RelationId id{.schema = table.schema, .name = std::string(index.name)};
    const auto gap = std::find_if(dropped_.begin(), dropped_.end(), [&](const Replacement& each) {
      return replaces(index, table, *each.dropped);
    });
    if (gap == dropped_.end()) {
      built_.push_back(id);
      return;
    }
    gap->index = &index;
    gap->create = &step;
    if (!is_covered(*gap, table, id)) report(*gap);
    late_.push_back(id);
    dropped_.erase(gap);
  }

  /// Another index begins with the same column all the time.
  [[nodiscard]] bool is_covered(const Replacement& gap, const RelationId& table,
                                const RelationId& index) const {
    const std::string_view first = first_column(*gap.dropped);
    if (first.empty()) return false;
    const auto others = history_.schema->indexes_of(table);
    return std::any_of(others.begin(), others.end(), [&](const schema::Relation* other) {
      if (other->id == index || contains(late_, other->id)) return false;
      if (!other->index || other->index->parts.empty() || other->index->predicate) return false;
      const bool before = !other->is_new || contains(built_, other->id);
      return before && other->index->parts.front().column == first;
    });
  }

  void report(const Replacement& gap) {
    const bool same_transaction =
        gap.drop->transaction().number == gap.create->transaction().number;
    FindingBuilder finding = findings_.report(gap.drop->statement().keyword_span);
    if (same_transaction && !gap.index->only) {
      finding.message(
          "Every read and write of '{}' waits from this DROP INDEX until the index that takes the "
          "place of '{}' is built.",
          gap.index->table, gap.dropped->index);
    } else {
      finding.message(
          "Queries of '{}' do without '{}' until the index that takes its place is built.",
          gap.index->table, gap.dropped->index);
    }
    finding.help("{}", help(gap))
        .related(gap.create->statement().keyword_span, "Here the new index is built.");
  }

  [[nodiscard]] std::string help(const Replacement& gap) const {
    const schema::Relation* table =
        history_.schema->find(history_.resolve(gap.index->table, *gap.create));
    if (table != nullptr && table->kind == schema::RelationKind::kPartitionedTable) {
      return "Build the new index first, partition by partition, and drop the old one when it is "
             "valid.";
    }
    const CreateIndex& index = *gap.index;
    const bool same_name = index.name == gap.dropped->index.name || index.name.empty();
    const std::string name = same_name ? gap.dropped->index.name + "_new" : std::string(index.name);
    const Name schema =
        gap.dropped->index.schema == "public" ? Name() : Name(gap.dropped->index.schema);
    const auto qualified = [schema](Name each) {
      return quoted(QualifiedName{.schema = schema, .name = each});
    };
    std::string sql =
        fmt::format("CREATE {}INDEX CONCURRENTLY {} ON {};\nDROP INDEX CONCURRENTLY {};",
                    index.unique ? "UNIQUE " : "", quoted(Name(name)),
                    gap.create->sql().substr(index.table.span.begin - gap.create->span().begin),
                    qualified(gap.dropped->index.name));
    if (same_name) {
      sql += fmt::format("\nALTER INDEX {} RENAME TO {};", qualified(name),
                         quoted(Name(gap.dropped->index.name)));
    }
    return fmt::format("Build the new index first and drop the old one afterwards, in {}",
                       outside_transaction(gap.create->runner(), sql));
  }

  const History& history_;
  Findings& findings_;
  std::vector<Replacement> dropped_;
  std::vector<RelationId> built_;  ///< by this change set, in nobody's place
  std::vector<RelationId> late_;   ///< when the one before was gone
};

void check(const History& history, Findings& findings) {
  Search search(history, findings);
  for (const Migration& migration : history.migrations) {
    for (const Step& step : migration.steps) search.look_at(step);
  }
}

}  // namespace

extern constinit const Rule index_replaced_with_gap = on_history<check>(kInfo);

}  // namespace unwedge::rules
