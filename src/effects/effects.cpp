// Effects by statement: one overload each. Facts and their versions are from Postgres's sources,
// named at each, and were measured on live servers of versions 11 to 18.

#include <algorithm>
#include <string_view>
#include <utility>

#include "effects/alter_facts.h"
#include "effects/effects_of.h"
#include "effects/refusals.h"
#include "effects/row_estimate.h"
#include "schema/apply.h"

namespace unwedge::effects {
namespace {

constexpr std::string_view kOldTypeUnknown = "the column's present type is not known";
constexpr std::string_view kKeyUnknown = "whether the compared column is a key is not known";
constexpr std::string_view kPresentStateUnknown = "whether it is so already is not known";

class Calculator {
 public:
  Calculator(const schema::Catalog& before, const Session& session, PgVersion version)
      : before_(before), session_(session), version_(version) {}

  template <typename Node>
  void operator()(const Node& /*node*/) {}  // the others touch no relation

  Effects take() { return std::move(effects_); }

  // commands/tablecmds.c, AlterTable: one lock for all subcommands, the strongest.
  void operator()(const AlterTable& alter) {
    LockMode mode = LockMode::kNone;
    for (const AlterAction& action : alter.actions) {
      mode = std::max(mode, alter_lock(action, version_));
    }
    const RelationId table = resolve(alter.table);
    add_lock(table, mode);
    for (const AlterAction& action : alter.actions) act(alter, action, table);
  }

  // commands/indexcmds.c, DefineIndex; on a temporary table CONCURRENTLY is ignored
  void operator()(const CreateIndex& index) {
    const RelationId table = resolve(index.table);
    add_lock(table, index.concurrently ? LockMode::kShareUpdateExclusive : LockMode::kShare);
    if (!index.only) add_work(WorkKind::kIndexBuild, table);
  }

  // commands/tablecmds.c, RemoveRelations: the index's table is locked like the index
  void operator()(const Drop& drop) {
    const LockMode mode =
        drop.concurrently ? LockMode::kShareUpdateExclusive : LockMode::kAccessExclusive;
    switch (drop.object_type) {
      case ObjectType::kTable:
      case ObjectType::kForeignTable:
      case ObjectType::kView:
      case ObjectType::kMaterializedView:
      case ObjectType::kSequence:
        for (const QualifiedName& object : drop.objects) lock(object, mode);
        break;
      case ObjectType::kIndex:
        for (const QualifiedName& object : drop.objects) drop_index(object, mode);
        break;
      case ObjectType::kTrigger:
      case ObjectType::kRule:
      case ObjectType::kPolicy: lock(drop.table, LockMode::kAccessExclusive); break;
      default: break;
    }
  }

  // commands/indexcmds.c, ReindexIndex and ReindexTable
  void operator()(const Reindex& reindex) {
    if (reindex.relation.empty()) return;
    const LockMode mode = reindex.concurrently ? LockMode::kShareUpdateExclusive : LockMode::kShare;
    if (reindex.target == Reindex::Target::kTable) {
      const RelationId table = resolve(reindex.relation);
      add_lock(table, mode);
      add_work(WorkKind::kIndexBuild, table);
      return;
    }
    const RelationId index = resolve(reindex.relation);
    const schema::Relation* known = before_.find(index);
    const bool table_known = known != nullptr && !known->index_of.name.empty();
    add_lock(index, reindex.concurrently ? mode : LockMode::kAccessExclusive);
    // The table's own lock is weaker, but nothing is planned on a table without its indexes.
    effects_.locks.back().is_index = !table_known;
    add_work(WorkKind::kIndexBuild, index);
    if (table_known) add_lock(known->index_of, mode);
  }

  // commands/tablecmds.c, RenameRelation and renameatt; an index under ALTER INDEX: since 12
  void operator()(const Rename& rename) {
    const bool index = rename.object_type == ObjectType::kIndex && version_.major >= 12;
    const LockMode mode = index ? LockMode::kShareUpdateExclusive : LockMode::kAccessExclusive;
    if (is_relation(rename.object_type) || is_part_of_table(rename.object_type)) {
      lock(rename.object, mode);
    }
  }

  void operator()(const SetSchema& set) {
    if (is_relation(set.object_type)) lock(set.object, LockMode::kAccessExclusive);
  }

  // commands/tablecmds.c, ExecuteTruncate
  void operator()(const Truncate& truncate) {
    for (const QualifiedName& table : truncate.tables) {
      lock(table, LockMode::kAccessExclusive);
      add_work(WorkKind::kTruncate, resolve(table));
    }
  }

  // commands/lockcmds.c
  void operator()(const LockTable& statement) {
    for (const QualifiedName& table : statement.tables) lock(table, statement.mode);
  }

  // commands/vacuum.c
  void operator()(const Vacuum& vacuum) {
    for (const QualifiedName& table : vacuum.tables) {
      lock(table, vacuum.full ? LockMode::kAccessExclusive : LockMode::kShareUpdateExclusive);
      add_work(vacuum.full ? WorkKind::kRewrite : WorkKind::kScan, resolve(table));
    }
  }

  // commands/cluster.c
  void operator()(const Cluster& cluster) {
    if (cluster.table.empty()) return;
    lock(cluster.table, LockMode::kAccessExclusive);
    add_work(WorkKind::kRewrite, resolve(cluster.table));
  }

  // commands/comment.c, commands/seclabel.c: on the object itself; on a part of a table ACCESS
  // SHARE
  void operator()(const CommentOn& comment) {
    if (is_relation(comment.object_type) || comment.object_type == ObjectType::kColumn) {
      lock(comment.object, LockMode::kShareUpdateExclusive);
    } else if (is_part_of_table(comment.object_type)) {
      lock(comment.object, LockMode::kAccessShare);
    }
  }

  // catalog/aclchk.c: no relation lock before 18
  void operator()(const Grant& grant) {
    if (version_.major < 18 || !is_relation(grant.object_type)) return;
    for (const QualifiedName& object : grant.objects) lock(object, LockMode::kAccessShare);
  }

  // commands/tablecmds.c, DefineRelation
  void operator()(const CreateTable& create) {
    const auto foreign_key = [this](const Constraint& constraint) {
      if (constraint.kind == Constraint::Kind::kForeignKey) {
        lock(constraint.references, LockMode::kShareRowExclusive);
      }
    };
    for (const ColumnDefinition& column : create.columns) {
      std::for_each(column.constraints.begin(), column.constraints.end(), foreign_key);
    }
    std::for_each(create.constraints.begin(), create.constraints.end(), foreign_key);
    if (!create.partition_of.empty()) lock(create.partition_of, LockMode::kAccessExclusive);
    for (const QualifiedName& parent : create.inherits) {
      lock(parent, LockMode::kShareUpdateExclusive);
    }
    for (const QualifiedName& source : create.like) lock(source, LockMode::kAccessShare);
  }

  // commands/createas.c
  void operator()(const CreateTableAs& create) {
    read(create.reads);
    if (create.with_no_data) return;
    for (const QualifiedName& source : create.reads) add_work(WorkKind::kScan, resolve(source));
  }

  // commands/view.c
  void operator()(const CreateView& create) {
    if (create.or_replace) {
      lock(create.view, LockMode::kAccessExclusive, Certainty::kPossible, kPresentStateUnknown);
    }
    read(create.reads);
  }

  // commands/matview.c, ExecRefreshMatView
  void operator()(const RefreshMaterializedView& refresh) {
    lock(refresh.view, refresh.concurrently ? LockMode::kExclusive : LockMode::kAccessExclusive);
    if (refresh.with_no_data) return;
    // CONCURRENTLY compares the new rows with the present ones instead.
    add_work(refresh.concurrently ? WorkKind::kScan : WorkKind::kRewrite, resolve(refresh.view));
  }

  // commands/trigger.c, CreateTriggerFiringOn
  void operator()(const CreateTrigger& create) { lock(create.table, LockMode::kShareRowExclusive); }

  // commands/policy.c; rewrite/rewriteDefine.c
  void operator()(const PolicyOrRule& create) { lock(create.table, LockMode::kAccessExclusive); }

  // commands/sequence.c, AlterSequence: nextval() waits for it
  void operator()(const AlterSequence& alter) {
    lock(alter.sequence, LockMode::kShareRowExclusive);
  }

  // commands/statscmds.c, CreateStatistics
  void operator()(const CreateStatistics& create) {
    for (const QualifiedName& table : create.tables) {
      lock(table, LockMode::kShareUpdateExclusive);
    }
  }

  // commands/publicationcmds.c, OpenTableList
  void operator()(const PublicationTables& publication) {
    for (const QualifiedName& table : publication.tables) {
      lock(table, LockMode::kShareUpdateExclusive);
    }
  }

  void operator()(const Dml& dml) {
    for (const QualifiedName& source : dml.reads) {
      lock(source, dml.row_locks ? LockMode::kRowShare : LockMode::kAccessShare);
    }
    for (const Write& write : dml.writes) {
      lock(write.target, LockMode::kRowExclusive);
      write_rows(write, dml);
    }
  }

 private:
  static bool is_relation(ObjectType type) {
    return type == ObjectType::kTable || type == ObjectType::kIndex ||
           type == ObjectType::kSequence || type == ObjectType::kView ||
           type == ObjectType::kMaterializedView || type == ObjectType::kForeignTable;
  }

  static bool is_part_of_table(ObjectType type) {
    return type == ObjectType::kColumn || type == ObjectType::kConstraint ||
           type == ObjectType::kTrigger || type == ObjectType::kRule || type == ObjectType::kPolicy;
  }

  [[nodiscard]] RelationId resolve(const QualifiedName& name) const {
    return before_.resolve(name, session_.settings->search_path);
  }

  void lock(const QualifiedName& name, LockMode mode, Certainty certainty = Certainty::kCertain,
            std::string_view reason = {}) {
    if (!name.empty()) add_lock(resolve(name), mode, certainty, reason);
  }

  /// A relation has one entry, with its strongest mode.
  void add_lock(const RelationId& relation, LockMode mode,
                Certainty certainty = Certainty::kCertain, std::string_view reason = {}) {
    const auto held =
        std::find_if(effects_.locks.begin(), effects_.locks.end(),
                     [&relation](const Lock& lock) { return lock.relation == relation; });
    if (held != effects_.locks.end()) {
      held->mode = std::max(held->mode, mode);
      return;
    }
    effects_.locks.push_back({.relation = relation,
                              .mode = mode,
                              .existing = before_.existing(relation),
                              .certainty = certainty,
                              .reason = reason});
  }

  void add_work(WorkKind kind, const RelationId& relation,
                Certainty certainty = Certainty::kCertain, std::string_view reason = {}) {
    effects_.work.push_back({.kind = kind,
                             .relation = relation,
                             .existing = before_.existing(relation),
                             .certainty = certainty,
                             .reason = reason,
                             .cause = cause_});
  }

  void read(const std::vector<QualifiedName>& relations) {
    for (const QualifiedName& relation : relations) lock(relation, LockMode::kAccessShare);
  }

  void drop_index(const QualifiedName& name, LockMode mode) {
    const RelationId index = resolve(name);
    const schema::Relation* known = before_.find(index);
    const bool table_known = known != nullptr && !known->index_of.name.empty();
    add_lock(index, mode);
    effects_.locks.back().is_index = !table_known;
    if (table_known) add_lock(known->index_of, mode);
  }

  void act(const AlterTable& alter, const AlterAction& action, const RelationId& table) {
    cause_ = action.span;
    switch (action.kind) {
      case AlterKind::kAddColumn:
        if (const auto* add = action.get<AddColumn>()) add_column(*add, table);
        break;
      case AlterKind::kAlterType:
        // Which pairs of types need it is decided by the present type.
        add_work(WorkKind::kRewrite, table, Certainty::kPossible, kOldTypeUnknown);
        break;
      case AlterKind::kSetNotNull: set_not_null(alter, action, table); break;
      case AlterKind::kAddConstraint:
        if (const auto* add = action.get<AddConstraint>()) add_constraint(add->constraint, table);
        break;
      case AlterKind::kValidateConstraint: add_work(WorkKind::kScan, table); break;
      case AlterKind::kSetLogged:
      case AlterKind::kSetUnlogged:
      case AlterKind::kSetTablespace:
      case AlterKind::kSetAccessMethod:
        add_work(WorkKind::kRewrite, table, Certainty::kPossible, kPresentStateUnknown);
        break;
      case AlterKind::kSetExpression: add_work(WorkKind::kRewrite, table); break;
      case AlterKind::kInherit:
      case AlterKind::kNoInherit:
      case AlterKind::kAttachPartition:
      case AlterKind::kDetachPartition: other_table(alter, action); break;
      default: break;
    }
  }

  // ATExecAddColumn: a STORED column is computed for every row; a foreign key or CHECK written
  // with the column is added with it.
  void add_column(const AddColumn& add, const RelationId& table) {
    const ColumnDefinition& column = add.column;
    if (column.generated && column.generated->storage == GeneratedColumn::Storage::kStored) {
      add_work(WorkKind::kRewrite, table);
    }
    for (const Constraint& constraint : column.constraints) {
      // Without a default all rows are null, and Postgres does not look at them.
      const bool checks_rows =
          constraint.kind != Constraint::Kind::kForeignKey || column.default_value.has_value();
      if (checks_rows) {
        add_constraint(constraint, table);
      } else {
        add_foreign_key_lock(constraint);
      }
    }
  }

  // ATAddCheckNNConstraint, ATAddForeignKeyConstraint, ATExecAddIndex
  void add_constraint(const Constraint& constraint, const RelationId& table) {
    const bool verifies = !constraint.not_valid && constraint.enforced;
    switch (constraint.kind) {
      case Constraint::Kind::kCheck:
      case Constraint::Kind::kNotNull:
        if (verifies) add_work(WorkKind::kScan, table);
        break;
      case Constraint::Kind::kForeignKey:
        add_foreign_key_lock(constraint);
        if (verifies) {
          add_work(WorkKind::kScan, table);
          add_work(WorkKind::kScan, resolve(constraint.references));
        }
        break;
      case Constraint::Kind::kPrimaryKey:
      case Constraint::Kind::kUnique:
        if (constraint.using_index.empty()) {
          add_work(WorkKind::kIndexBuild, table);
        } else if (constraint.kind == Constraint::Kind::kPrimaryKey) {
          // Its columns are set NOT NULL (index_check_primary_key, catalog/index.c).
          add_work(WorkKind::kScan, table, Certainty::kPossible, kPresentStateUnknown);
        }
        break;
      case Constraint::Kind::kExclusion:
        add_work(WorkKind::kIndexBuild, table);
        add_work(WorkKind::kScan, table);
        break;
    }
  }

  void add_foreign_key_lock(const Constraint& constraint) {
    lock(constraint.references, LockMode::kShareRowExclusive);
  }

  // NotNullImpliedByRelConstraints: a valid CHECK proves it since 12, unless the same ALTER TABLE
  // drops it.
  void set_not_null(const AlterTable& alter, const AlterAction& action, const RelationId& table) {
    if (const schema::Relation* known = before_.find(table)) {
      const schema::Relation relation = schema::after_drops(*known, alter);
      const schema::Column* column = relation.column(action.name);
      if (column != nullptr && column->not_null) return;
      if (version_.major >= 12 && relation.proves_not_null(action.name)) return;
    }
    add_work(WorkKind::kScan, table);
  }

  // ATExecAttachPartition, ATExecDetachPartition, ATExecAddInherit
  void other_table(const AlterTable& alter, const AlterAction& action) {
    const auto* other = action.get<OtherTable>();
    if (other == nullptr) return;
    switch (action.kind) {
      case AlterKind::kInherit: lock(other->table, LockMode::kShareUpdateExclusive); break;
      case AlterKind::kNoInherit: lock(other->table, LockMode::kAccessShare); break;
      case AlterKind::kAttachPartition:
        lock(other->table, LockMode::kAccessExclusive);
        if (alter.object_type == ObjectType::kIndex) break;
        add_work(WorkKind::kScan, resolve(other->table), Certainty::kPossible,
                 "whether a valid CHECK implies the partition bound is not known");
        break;
      default:
        lock(other->table,
             version_.major >= 14 ? LockMode::kAccessExclusive : LockMode::kShareUpdateExclusive);
        break;
    }
  }

  void write_rows(const Write& write, const Dml& dml) {
    cause_ = write.span;
    const RelationId target = resolve(write.target);
    switch (estimate_rows(write, before_.find(target))) {
      case RowCount::kFew: return;
      case RowCount::kPossible:
        add_work(WorkKind::kRows, target, Certainty::kPossible, kKeyUnknown);
        break;
      case RowCount::kMany: add_work(WorkKind::kRows, target); break;
    }
    // A copy into a new table takes as long as reading the old one does.
    if (write.rows_from_query) {
      for (const QualifiedName& source : dml.reads) add_work(WorkKind::kScan, resolve(source));
    }
  }

  const schema::Catalog& before_;
  const Session& session_;
  PgVersion version_;
  Effects effects_;
  Span cause_;
};

}  // namespace

Effects effects_of(const Statement& statement, const schema::Catalog& before,
                   const Session& session, PgVersion version) {
  Calculator calculator(before, session, version);
  std::visit(calculator, statement.node);
  Effects effects = calculator.take();
  effects.refusal =
      transaction_refusal(statement, session.transaction, version,
                          {.catalog = &before, .search_path = session.settings->search_path});
  return effects;
}

}  // namespace unwedge::effects
