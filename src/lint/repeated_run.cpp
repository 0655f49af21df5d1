// Judged by names alone, without their schemas: what is doubtful can be repeated.

#include "unwedge/repeated_run.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace unwedge {
namespace {

using Names = std::set<Name>;
using MaybeRepetition = std::optional<Repetition>;

Repetition other(std::string outcome, std::string_view remedy = {}) {
  return {.outcome = std::move(outcome), .remedy = std::string(remedy), .drop = {}};
}

Repetition exists(Name name, std::string_view remedy = {}) {
  return other(fmt::format("fails: '{}' exists already", name), remedy);
}

Repetition is_gone(Name name, std::string_view remedy = {}) {
  return other(fmt::format("fails: there is no '{}' any more", name), remedy);
}

/// There is no form of the statement that could be repeated.
Repetition exists_unless_dropped(Name name, std::string drop) {
  Repetition repetition = exists(name);
  repetition.drop = std::move(drop);
  return repetition;
}

bool is_drop(const AlterAction& action) {
  return action.kind == AlterKind::kDropColumn || action.kind == AlterKind::kDropConstraint;
}

/// Each overload answers for one kind of statement; what can be repeated has none.
class SecondRun {
 public:
  SecondRun(const Names& dropped, const Names& created) : dropped_(dropped), created_(created) {}

  template <typename Node>
  MaybeRepetition operator()(const Node& /*node*/) const {
    return std::nullopt;
  }

  MaybeRepetition operator()(const CreateTable& create) const {
    if (create.if_not_exists || is_temporary(create.persistence)) return std::nullopt;
    return unless_dropped(create.table, "write CREATE TABLE IF NOT EXISTS");
  }
  MaybeRepetition operator()(const CreateTableAs& create) const {
    if (create.if_not_exists || is_temporary(create.persistence)) return std::nullopt;
    return unless_dropped(create.table, create.materialized_view
                                            ? "write CREATE MATERIALIZED VIEW IF NOT EXISTS"
                                            : "write CREATE TABLE IF NOT EXISTS");
  }
  MaybeRepetition operator()(const CreateView& create) const {
    if (create.or_replace || is_temporary(create.persistence)) return std::nullopt;
    return unless_dropped(create.view, "write CREATE OR REPLACE VIEW");
  }
  MaybeRepetition operator()(const CreateIndex& index) const {
    const bool goes_with_column =
        std::any_of(index.columns.begin(), index.columns.end(),
                    [this](const IndexColumn& each) { return is_dropped(each.column); });
    if (index.if_not_exists || goes_with_column || is_dropped(index.name) ||
        is_dropped(index.table)) {
      return std::nullopt;
    }
    // A failed concurrent build leaves an index that is not valid, which IF NOT EXISTS would keep.
    if (index.concurrently) return again(index);
    if (index.name.empty()) return other("builds a second index like it", "name the index");
    return exists(index.name, "write CREATE INDEX IF NOT EXISTS");
  }
  MaybeRepetition operator()(const Drop& drop) const {
    const auto gone = std::find_if(
        drop.objects.begin(), drop.objects.end(),
        [this](const QualifiedName& object) { return !created_.contains(object.name); });
    if (drop.missing_ok || gone == drop.objects.end()) return std::nullopt;
    return is_gone(gone->name, "write IF EXISTS");
  }
  MaybeRepetition operator()(const Rename& rename) const {
    if (rename.missing_ok && rename.part.empty()) return std::nullopt;
    if (is_dropped(rename.object)) return std::nullopt;
    return is_gone(rename.part.empty() ? rename.object.name : rename.part);
  }
  MaybeRepetition operator()(const SetSchema& set) const {
    if (set.missing_ok || is_dropped(set.object)) return std::nullopt;
    return is_gone(set.object.name);
  }
  MaybeRepetition operator()(const CreateSequence& create) const {
    if (create.if_not_exists || is_temporary(create.persistence)) return std::nullopt;
    return unless_dropped(create.sequence, "write CREATE SEQUENCE IF NOT EXISTS");
  }
  MaybeRepetition operator()(const CreateType& create) const { return unless_dropped(create.type); }
  MaybeRepetition operator()(const CreateDomain& create) const {
    return unless_dropped(create.domain);
  }
  MaybeRepetition operator()(const AlterEnum& alter) const {
    if (is_dropped(alter.type)) return std::nullopt;
    if (!alter.old_value.empty()) return is_gone(alter.old_value);
    if (alter.if_not_exists) return std::nullopt;
    return exists(alter.new_value, "write ADD VALUE IF NOT EXISTS");
  }
  MaybeRepetition operator()(const CreateTrigger& create) const {
    if (create.or_replace || is_dropped(create.name) || is_dropped(create.table)) {
      return std::nullopt;
    }
    return exists_unless_dropped(
        create.name,
        fmt::format("DROP TRIGGER IF EXISTS {} ON {};", quoted(create.name), quoted(create.table)));
  }
  MaybeRepetition operator()(const PolicyOrRule& create) const {
    const bool is_policy = create.object_type == ObjectType::kPolicy;
    if (!is_policy || !create.is_new || is_dropped(create.name) || is_dropped(create.table)) {
      return std::nullopt;
    }
    return exists_unless_dropped(
        create.name,
        fmt::format("DROP POLICY IF EXISTS {} ON {};", quoted(create.name), quoted(create.table)));
  }
  MaybeRepetition operator()(const CreateFunction& create) const {
    if (create.or_replace) return std::nullopt;
    return unless_dropped(create.function, create.procedure ? "write CREATE OR REPLACE PROCEDURE"
                                                            : "write CREATE OR REPLACE FUNCTION");
  }
  MaybeRepetition operator()(const CreateSchema& create) const {
    if (create.if_not_exists || is_dropped(create.name)) return std::nullopt;
    return exists(create.name, "write CREATE SCHEMA IF NOT EXISTS");
  }
  MaybeRepetition operator()(const CreateExtension& create) const {
    if (create.if_not_exists || is_dropped(create.name)) return std::nullopt;
    return exists(create.name, "write CREATE EXTENSION IF NOT EXISTS");
  }
  MaybeRepetition operator()(const PublicationTables& create) const {
    if (!create.is_new || is_dropped(create.name)) return std::nullopt;
    return exists_unless_dropped(
        create.name, fmt::format("DROP PUBLICATION IF EXISTS {};", quoted(create.name)));
  }
  MaybeRepetition operator()(const Subscription& subscription) const {
    if (subscription.kind != Subscription::Kind::kCreate) return std::nullopt;
    return exists(subscription.name);
  }
  MaybeRepetition operator()(const AlterTable& alter) const {
    if (is_dropped(alter.table)) return std::nullopt;
    for (const AlterAction& action : alter.actions) {
      if (MaybeRepetition found = again(alter, action)) return found;
    }
    return std::nullopt;
  }
  /// Of a query that fills a table, it is not known what it finds the second time.
  MaybeRepetition operator()(const Dml& dml) const {
    for (const Write& write : dml.writes) {
      const bool inserts = write.kind == Write::Kind::kInsert && !write.rows_from_query;
      const bool copies = write.kind == Write::Kind::kCopy;
      if (!(inserts || copies) || write.conflict_clause || is_dropped(write.target)) continue;
      return other("adds the rows a second time, or fails on a key of theirs",
                   inserts ? "write ON CONFLICT DO NOTHING" : "");
    }
    return std::nullopt;
  }

 private:
  static bool is_temporary(Persistence persistence) {
    return persistence == Persistence::kTemporary;
  }

  [[nodiscard]] bool is_dropped(Name name) const { return dropped_.contains(name); }
  [[nodiscard]] bool is_dropped(const QualifiedName& name) const {
    return is_dropped(name.name) || (!name.schema.empty() && is_dropped(name.schema));
  }

  [[nodiscard]] MaybeRepetition unless_dropped(const QualifiedName& name,
                                               std::string_view remedy = {}) const {
    if (is_dropped(name)) return std::nullopt;
    return exists(name.name, remedy);
  }

  static Repetition again(const CreateIndex& index) {
    if (index.name.empty()) return other("builds a second index like it", "name the index");
    const QualifiedName name{.schema = index.table.schema, .name = index.name, .span = {}};
    return exists_unless_dropped(
        index.name, fmt::format("DROP INDEX CONCURRENTLY IF EXISTS {};", quoted(name)));
  }

  /// The statement itself drops it and adds it anew: afterwards it is there as before.
  static bool is_replaced(const AlterTable& alter, Name name) {
    bool drops = false;
    bool adds = false;
    for (const AlterAction& action : alter.actions) {
      const auto* column = action.get<AddColumn>();
      const auto* constraint = action.get<AddConstraint>();
      adds = adds || (column != nullptr && column->column.name == name) ||
             (constraint != nullptr && constraint->constraint.name == name);
      drops = drops || (is_drop(action) && action.name == name);
    }
    return drops && adds;
  }

  [[nodiscard]] MaybeRepetition again(const AlterTable& alter, const AlterAction& action) const {
    if (const auto* add = action.get<AddColumn>()) {
      if (add->if_not_exists || is_dropped(add->column.name) ||
          is_replaced(alter, add->column.name)) {
        return std::nullopt;
      }
      return exists(add->column.name, "write ADD COLUMN IF NOT EXISTS");
    }
    if (const auto* add = action.get<AddConstraint>()) return again(alter, add->constraint);
    switch (action.kind) {
      case AlterKind::kDropColumn:
      case AlterKind::kDropConstraint:
        if (action.missing_ok || created_.contains(action.name)) return std::nullopt;
        if (is_replaced(alter, action.name)) return std::nullopt;
        return is_gone(action.name, "write IF EXISTS");
      case AlterKind::kAttachPartition:
        return other(
            fmt::format("fails: '{}' is a partition already", action.get<OtherTable>()->table));
      case AlterKind::kDetachPartition:
        return other(
            fmt::format("fails: '{}' is no partition any more", action.get<OtherTable>()->table));
      default: return std::nullopt;
    }
  }

  [[nodiscard]] MaybeRepetition again(const AlterTable& alter, const Constraint& added) const {
    if (added.kind == Constraint::Kind::kNotNull || is_of_dropped_column(added) ||
        is_dropped(added.name) || is_replaced(alter, added.name)) {
      return std::nullopt;
    }
    if (added.kind == Constraint::Kind::kPrimaryKey) {
      return other(fmt::format("fails: '{}' has a primary key already", alter.table));
    }
    if (added.name.empty()) return other("adds a second constraint like it", "name it");
    return exists_unless_dropped(
        added.name, fmt::format("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {};", quoted(alter.table),
                                quoted(added.name)));
  }

  [[nodiscard]] bool is_of_dropped_column(const Constraint& added) const {
    const auto dropped = [this](Name column) { return is_dropped(column); };
    const auto is_dropped_column = [&dropped](const Expression& part) {
      return part.kind == Expression::Kind::kColumn && dropped(part.name);
    };
    return std::any_of(added.columns.begin(), added.columns.end(), dropped) ||
           (added.expression && any_part(*added.expression, is_dropped_column));
  }

  const Names& dropped_;
  const Names& created_;
};

/// The object that a statement creates, if it is one that another may drop again.
Name created_by(const Statement& statement) {
  if (const auto* table = statement.get<CreateTable>()) return table->table.name;
  if (const auto* table = statement.get<CreateTableAs>()) return table->table.name;
  if (const auto* view = statement.get<CreateView>()) return view->view.name;
  if (const auto* index = statement.get<CreateIndex>()) return index->name;
  if (const auto* function = statement.get<CreateFunction>()) return function->function.name;
  if (const auto* trigger = statement.get<CreateTrigger>()) return trigger->name;
  if (const auto* type = statement.get<CreateType>()) return type->type.name;
  if (const auto* sequence = statement.get<CreateSequence>()) return sequence->sequence.name;
  return {};
}

void remember_dropped(const Statement& statement, Names& dropped) {
  if (const auto* drop = statement.get<Drop>(); drop != nullptr && drop->missing_ok) {
    for (const QualifiedName& object : drop->objects) dropped.insert(object.name);
  }
  const auto* alter = statement.get<AlterTable>();
  if (alter == nullptr) return;
  for (const AlterAction& action : alter->actions) {
    if (is_drop(action) && action.missing_ok) dropped.insert(action.name);
  }
}

void remember_created(const Statement& statement, Names& created) {
  if (const Name name = created_by(statement); !name.empty()) created.insert(name);
  const auto* alter = statement.get<AlterTable>();
  if (alter == nullptr) return;
  for (const AlterAction& action : alter->actions) {
    if (const auto* add = action.get<AddColumn>()) created.insert(add->column.name);
    if (const auto* add = action.get<AddConstraint>()) created.insert(add->constraint.name);
  }
}

}  // namespace

std::optional<Repetition> RepeatedRun::next(const Statement& statement) {
  remember_dropped(statement, dropped_);
  MaybeRepetition repetition = std::visit(SecondRun(dropped_, created_), statement.node);
  remember_created(statement, created_);
  return repetition;
}

}  // namespace unwedge
