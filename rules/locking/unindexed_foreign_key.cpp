// A foreign key does not come with an index of its own columns. Without one, whoever deletes a row
// of the referenced table, or changes its key, reads the whole referencing table.

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unwedge/rule.h"
#include "unwedge/transaction_words.h"
#include "unwedge/words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "unindexed-foreign-key",
    .summary = "no index begins with the columns of a foreign key",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

using Action = Constraint::Action;
using Columns = std::vector<std::string>;
using NewColumns = std::set<std::pair<RelationId, std::string>>;

/// A foreign key that a step adds.
struct Added {
  const Constraint* key = nullptr;
  RelationId table;
};

bool acts_on_delete(Action action) {
  return action == Action::kCascade || action == Action::kSetNull || action == Action::kSetDefault;
}

/// Reports the foreign keys that no index serves when the change set, or the history, is done.
class Search {
 public:
  Search(const History& history, Findings& findings) : history_(history), findings_(findings) {}

  void look_at(const Step& step) {
    if (const auto* create = step.statement().get<CreateTable>()) {
      const RelationId table = history_.resolve(create->table, step);
      for (const ColumnDefinition& column : create->columns) {
        look_at(column.constraints, table, step);
      }
      look_at(create->constraints, table, step);
    } else if (const auto* alter = step.statement().get<AlterTable>()) {
      const RelationId table = history_.resolve(alter->table, step);
      for (const AlterAction& action : alter->actions) look_at(action, table, step);
    }
  }

 private:
  void look_at(const AlterAction& action, const RelationId& table, const Step& step) {
    if (const auto* add = action.get<AddConstraint>()) {
      look_at(add->constraint, table, step);
    } else if (const auto* add_column = action.get<AddColumn>()) {
      if (!add_column->if_not_exists) {
        new_columns_.emplace(table, std::string(add_column->column.name));
      }
      look_at(add_column->column.constraints, table, step);
    }
  }

  void look_at(const std::vector<Constraint>& constraints, const RelationId& table,
               const Step& step) {
    for (const Constraint& constraint : constraints) look_at(constraint, table, step);
  }

  void look_at(const Constraint& constraint, const RelationId& table, const Step& step) {
    if (constraint.kind != Constraint::Kind::kForeignKey || !constraint.enforced) return;
    const schema::Relation* relation = history_.schema->find(table);
    if (relation == nullptr || relation->temporary) return;
    if (history_.schema->sizes().small(table)) return;
    const Columns columns(constraint.columns.begin(), constraint.columns.end());
    if (!is_there(columns, *relation) || !indexes_are_known(columns, *relation)) return;
    if (!is_served(columns, *relation)) {
      report({.key = &constraint, .table = table}, *relation, step);
    }
  }

  /// A later statement may have dropped the foreign key, or its column.
  static bool is_there(const Columns& columns, const schema::Relation& relation) {
    return std::any_of(
        relation.foreign_keys.begin(), relation.foreign_keys.end(),
        [&columns](const schema::ForeignKey& key) { return key.columns == columns; });
  }

  /// Nothing is known of the indexes that a table from before has, except that none is on a column
  /// which is new.
  [[nodiscard]] bool indexes_are_known(const Columns& columns,
                                       const schema::Relation& relation) const {
    return relation.complete || history_.schema->complete() ||
           std::any_of(columns.begin(), columns.end(), [&](const std::string& column) {
             return new_columns_.contains({relation.id, column});
           });
  }

  /// An index that begins with one of the columns finds the rows, or few others: which of several
  /// columns is selective is not known.
  [[nodiscard]] bool is_served(const Columns& columns, const schema::Relation& relation) const {
    const auto indexes = history_.schema->indexes_of(relation.id);
    return std::any_of(indexes.begin(), indexes.end(), [&columns](const schema::Relation* each) {
      if (!each->index || each->index->parts.empty()) return true;  // not known
      const schema::Index& index = *each->index;
      const std::string& first = index.parts.front().column;
      const bool begins_so = std::find(columns.begin(), columns.end(), first) != columns.end();
      const bool finds_one = index.method == "btree" || index.method == "hash";
      return begins_so && finds_one && (!index.predicate || is_given(*index.predicate, columns));
    });
  }

  /// WHERE column IS NOT NULL holds for every row that references another.
  static bool is_given(const schema::StoredExpression& predicate, const Columns& columns) {
    const Expression& test = predicate.get();
    return test.kind == Expression::Kind::kIsNotNull && test.operands.size() == 1 &&
           test.operands.front().kind == Expression::Kind::kColumn &&
           std::find(columns.begin(), columns.end(), test.operands.front().name) != columns.end();
  }

  void report(const Added& added, const schema::Relation& relation, const Step& step) {
    const Constraint& key = *added.key;
    FindingBuilder finding = findings_.report(key.span);
    finding.message(
        "No index of '{}' begins with {}, so every DELETE from '{}'{} reads all of '{}' {}.",
        added.table, list_in_words(key.columns), key.references,
        key.on_update == Action::kNoAction && acts_on_delete(key.on_delete)
            ? ""
            : ", and every change of its key,",
        added.table, purpose(key.on_delete));
    finding.help("{}", help(added, relation, step));
    if (acts_on_delete(key.on_delete)) finding.severity(Severity::kError);
  }

  static std::string_view purpose(Action on_delete) {
    switch (on_delete) {
      case Action::kCascade: return "to delete the rows that reference it";
      case Action::kSetNull: return "to set null what references it";
      case Action::kSetDefault: return "to set to its default what references it";
      case Action::kNoAction:
      case Action::kRestrict: break;
    }
    return "to look for rows that reference it";
  }

  [[nodiscard]] std::string help(const Added& added, const schema::Relation& relation,
                                 const Step& step) const {
    std::string name = added.table.name;
    for (const Name column : added.key->columns) name.append("_").append(column);
    name += "_idx";
    const Name schema = added.table.schema == "public" ? Name() : Name(added.table.schema);
    const auto create = [&](std::string_view concurrently) {
      return fmt::format("CREATE INDEX {}{} ON {} ({});", concurrently, quoted(Name(name)),
                         quoted(QualifiedName{.schema = schema, .name = added.table.name}),
                         list_in_sql(added.key->columns));
    };
    if (relation.is_new) return "Add an index to the same migration:\n" + create("");
    if (relation.kind == schema::RelationKind::kPartitionedTable) {
      return fmt::format(
          "Build an index of {} for each partition of '{}' with CREATE INDEX CONCURRENTLY, and "
          "attach it to one that is created with ON ONLY.",
          list_in_words(added.key->columns), added.table);
    }
    return fmt::format("Build an index, in {}",
                       outside_transaction(step.runner(), create("CONCURRENTLY ")));
  }

  const History& history_;
  Findings& findings_;
  NewColumns new_columns_;
};

void check(const History& history, Findings& findings) {
  Search search(history, findings);
  for (const Migration& migration : history.migrations) {
    for (const Step& step : migration.steps) search.look_at(step);
  }
}

}  // namespace

extern constinit const Rule unindexed_foreign_key = on_history<check>(kInfo);

}  // namespace unwedge::rules
