// ALTER TABLE, INDEX, VIEW, SEQUENCE and TYPE with subcommands. All are in commands/tablecmds.c:
// AlterTable takes one lock for all subcommands, the strongest, on the table and on those below it
// that a subcommand goes on to; then each is carried out. Places name the function for each.

#include <algorithm>
#include <string_view>
#include <vector>

#include "effects/alter_facts.h"
#include "effects/column_type.h"
#include "effects/constraints.h"
#include "effects/partitions.h"
#include "effects/predict.h"
#include "effects/volatility.h"
#include "schema/apply.h"
#include "unwedge/serial.h"

namespace unwedge::effects {
namespace {

constexpr Doubt kPresentStateUnknown = "whether it is so already is not known";
constexpr Doubt kOwnerUnknown = "whether the owner changes is not known";

constexpr int kLooksAtNotNullFirst = 18;
constexpr int kLooksAtPartitionedFirst = 12;
/// ADD CONSTRAINT locks all tables below, whatever the constraint.
constexpr int kConstraintsLockChildren = 18;
/// ADD PRIMARY KEY goes to inheriting tables even if its columns are NOT NULL already.
constexpr int kPrimaryKeysGoToChildren = 12;

bool contains(const std::vector<std::string>& names, Name name) {
  return std::ranges::find(names, name) != names.end();
}

class AlterPrediction {
 public:
  AlterPrediction(const AlterTable& alter, Prediction& prediction)
      : alter_(alter),
        prediction_(prediction),
        table_(prediction.resolve(alter.table)),
        known_(prediction.find(table_)) {}

  void run() {
    LockMode mode = LockMode::kNone;
    bool descends = false;
    for (const AlterAction& action : alter_.actions) {
      mode = std::max(mode, alter_lock(action, prediction_.version()));
      descends = descends || goes_down(action);
    }
    prediction_.lock(table_, mode);
    if (descends && !alter_.only) prediction_.lock_descendants(table_, mode);
    for (const AlterAction& action : alter_.actions) {
      prediction_.set_cause(action.span);
      if (alter_.object_type == ObjectType::kIndex) {
        act_on_index(action);
      } else if (alter_.object_type == ObjectType::kType) {
        act_on_type(action);
      } else {
        act(action);
      }
    }
  }

 private:
  using Kind = AlterKind;

  /// Whether the action goes on to the tables below, as far as it finds something to do.
  [[nodiscard]] bool goes_down(const AlterAction& action) const {
    const bool partitioned = is_partitioned(known_);
    if (const auto* add = action.get<AddConstraint>()) {
      if (prediction_.since(kConstraintsLockChildren)) return true;
      if (sets_not_null_below(add->constraint)) return true;
    }
    if (!goes_to_children(action, prediction_.version(), partitioned)) return false;
    if (known_ == nullptr) return true;
    const schema::Column* column = known_->column(action.name);
    switch (action.kind) {
      case Kind::kSetNotNull: {
        // ATPrepSetNotNull; ATExecSetNotNull of 18
        const int looks_first = partitioned ? kLooksAtPartitionedFirst : kLooksAtNotNullFirst;
        return column == nullptr || !column->not_null || !prediction_.since(looks_first);
      }
      case Kind::kDropNotNull:
        // dropconstraint_internal of 18
        return column == nullptr || column->not_null || !prediction_.since(kLooksAtNotNullFirst);
      case Kind::kValidateConstraint: {
        // Inheriting tables have none of the parent's foreign keys.
        if (!partitioned && known_->foreign_key(action.name) != nullptr) return false;
        const schema::Check* check = known_->check(action.name);
        return check == nullptr || !check->valid;
      }
      case Kind::kDropConstraint:
        // Inheriting tables have none of the parent's keys.
        return partitioned ||
               (known_->key(action.name) == nullptr && known_->foreign_key(action.name) == nullptr);
      case Kind::kEnableTrigger:
      case Kind::kDisableTrigger:
        return std::ranges::any_of(known_->triggers, &schema::Trigger::row_level);
      default: return true;
    }
  }

  /// A primary key sets its columns NOT NULL first (transformIndexConstraint, parser/
  /// parse_utilcmd.c; ATPrepSetNotNull).
  [[nodiscard]] bool sets_not_null_below(const Constraint& constraint) const {
    if (constraint.kind != Constraint::Kind::kPrimaryKey || known_ == nullptr) return false;
    const bool always = prediction_.since(kPrimaryKeysGoToChildren) && !is_partitioned(known_);
    return always || std::ranges::any_of(constraint.columns, [this](Name name) {
             const schema::Column* column = known_->column(name);
             return column != nullptr && !column->not_null;
           });
  }

  void act(const AlterAction& action) {
    switch (action.kind) {
      case Kind::kAddColumn:
        if (const auto* add = action.get<AddColumn>()) add_column(*add);
        break;
      case Kind::kDropColumn: drop_column(action); break;
      case Kind::kAlterType:
        if (const auto* change = action.get<AlterColumnType>()) alter_type(action, *change);
        break;
      case Kind::kSetNotNull: set_not_null(action.name); break;
      case Kind::kSetExpression: set_expression(action); break;
      case Kind::kSetIdentity: lock_sequence(action.name, LockMode::kShareRowExclusive); break;
      case Kind::kDropIdentity: lock_sequence(action.name, LockMode::kAccessExclusive); break;
      case Kind::kAddConstraint:
        if (const auto* add = action.get<AddConstraint>()) {
          add_constraint(add->constraint, table_, {.only = alter_.only}, prediction_);
        }
        break;
      case Kind::kAlterConstraint: alter_constraint(action); break;
      case Kind::kValidateConstraint: validate(action); break;
      case Kind::kDropConstraint: drop_constraint(action); break;
      case Kind::kClusterOn: lock_index(action.name, LockMode::kShareUpdateExclusive); break;
      case Kind::kReplicaIdentity: lock_index(action.name, LockMode::kShare); break;
      case Kind::kSetLogged: set_persistence(false); break;
      case Kind::kSetUnlogged: set_persistence(true); break;
      case Kind::kSetTablespace:
        prediction_.work(WorkKind::kRewrite, table_, kPresentStateUnknown);
        break;
      case Kind::kSetAccessMethod:
        prediction_.work(WorkKind::kRewrite, table_, kPresentStateUnknown);
        prediction_.lock_indexes(table_, LockMode::kAccessExclusive, kPresentStateUnknown);
        break;
      case Kind::kOwnerTo: change_owner(); break;
      case Kind::kInherit: lock_other(action, LockMode::kShareUpdateExclusive); break;
      case Kind::kNoInherit:
      case Kind::kOf: lock_other(action, LockMode::kAccessShare); break;
      case Kind::kAttachPartition:
        if (const auto* other = action.get<OtherTable>()) {
          attach_partition(table_, *other, prediction_);
        }
        break;
      case Kind::kDetachPartition:
      case Kind::kDetachPartitionFinalize:
        if (const auto* other = action.get<OtherTable>()) {
          detach_partition(table_, *other, prediction_);
        }
        break;
      default: break;
    }
  }

  // ATExecSetTableSpace copies the file; ATExecAttachPartitionIdx
  void act_on_index(const AlterAction& action) {
    if (action.kind == Kind::kSetTablespace) {
      prediction_.work(WorkKind::kIndexBuild, table_, kPresentStateUnknown);
    }
    const auto* other = action.get<OtherTable>();
    if (action.kind != Kind::kAttachPartition || other == nullptr) return;
    const RelationId child = prediction_.resolve(other->table);
    prediction_.lock(child, LockMode::kAccessExclusive);
    for (const RelationId& index : {table_, child}) {
      const schema::Relation* known = prediction_.find(index);
      if (known != nullptr && !known->index_of.name.empty()) {
        prediction_.lock(known->index_of, LockMode::kAccessShare);
      }
    }
  }

  // ATTypedTableRecursion: the tables OF the composite type are altered with it
  void act_on_type(const AlterAction& action) {
    if (!action.cascade) return;
    for (const RelationId& table :
         prediction_.catalog().linked(schema::Catalog::Link::kTypedTable, table_)) {
      prediction_.lock(table, LockMode::kAccessExclusive);
    }
  }

  // ATExecAddColumn
  void add_column(const AddColumn& add) {
    const ColumnDefinition& column = add.column;
    const bool there = known_ != nullptr && known_->column(column.name) != nullptr;
    if (there && add.if_not_exists) return;
    const Answer rewrites = column_rewrites(column);
    prediction_.work_on_family(WorkKind::kRewrite, table_, rewrites);
    if (rewrites.is_yes()) lock_family_indexes();
    // A default that every row shares is stored once, and is known not to be null.
    const bool has_default =
        column.default_value.has_value() && column.default_value->kind != Expression::Kind::kNull;
    const bool shares_value = has_default || (!column.default_value && has_default_of_type(column));
    if (column.not_null && !shares_value && !rewrites.is_yes()) {
      prediction_.work_on_family(WorkKind::kScan, table_);
    }
    for (const Constraint& constraint : column.constraints) {
      // transformColumnDefinition: without a default every row is null and satisfies a foreign key.
      const bool verifies = constraint.kind != Constraint::Kind::kForeignKey || has_default;
      add_constraint(constraint, table_, {.only = alter_.only, .verifies = verifies}, prediction_);
    }
  }

  /// A domain's default is the column's.
  [[nodiscard]] bool has_default_of_type(const ColumnDefinition& column) const {
    const schema::Type* type = prediction_.find_type(column.type.name);
    return type != nullptr && type->default_value;
  }

  /// Whether each row must be given a value of its own.
  [[nodiscard]] Answer column_rewrites(const ColumnDefinition& column) const {
    if (column.generated) {
      return Answer::of(column.generated->storage == GeneratedColumn::Storage::kStored);
    }
    if (column.identity != Identity::kNone || !serial_type(column.type.name).empty())
      return Answer::yes();
    Answer answer = is_constrained_domain(column.type, prediction_);
    if (column.default_value) {
      answer = answer || is_volatile(*column.default_value, prediction_);
    } else if (const schema::Type* type = prediction_.find_type(column.type.name)) {
      if (type->default_value) {
        answer = answer || is_volatile(type->default_value->get(), prediction_);
      }
    }
    return answer;
  }

  // ATExecDropColumn: what depends on the column goes with it
  void drop_column(const AlterAction& action) {
    for_family([&](const schema::Relation& table) {
      for (const schema::Relation* index : prediction_.catalog().indexes_of(table.id)) {
        if (index->index && index->index->mentions(action.name)) {
          prediction_.drop_index(index->id);
          prediction_.lock(index->id, LockMode::kAccessExclusive);
        }
      }
      for (const schema::ForeignKey& key : table.foreign_keys) {
        if (contains(key.columns, action.name)) {
          prediction_.lock(key.references, LockMode::kAccessExclusive);
        }
      }
    });
    lock_sequence(action.name, LockMode::kAccessExclusive);
    if (!action.cascade) return;
    for (const auto& reference : prediction_.catalog().references_to(table_)) {
      if (contains(referenced_columns(*reference.key), action.name)) {
        prediction_.lock(reference.table->id, LockMode::kAccessExclusive);
      }
    }
    for (const schema::Relation* view : prediction_.catalog().views_on(table_)) {
      if (!view->reads_all_columns && !contains(view->reads_columns, action.name)) continue;
      prediction_.lock(view->id, LockMode::kAccessExclusive);
      prediction_.lock_indexes(view->id, LockMode::kAccessExclusive);
      for (const schema::Relation* above : prediction_.catalog().all_views_on(view->id)) {
        prediction_.lock(above->id, LockMode::kAccessExclusive);
        prediction_.lock_indexes(above->id, LockMode::kAccessExclusive);
      }
    }
  }

  [[nodiscard]] std::vector<std::string> referenced_columns(const schema::ForeignKey& key) const {
    if (!key.referenced_columns.empty()) return key.referenced_columns;
    const schema::Relation* referenced = prediction_.find(key.references);
    const schema::Key* primary = referenced == nullptr ? nullptr : referenced->primary_key();
    return primary == nullptr ? std::vector<std::string>() : primary->columns;
  }

  // ATExecAlterColumnType, ATPostAlterTypeCleanup: constraints and indexes on the column are made
  // again, from what is left of them where the type allows it.
  void alter_type(const AlterAction& action, const AlterColumnType& change) {
    const auto change_of = [&](const schema::Relation* table) {
      return TypeChange(table == nullptr ? nullptr : table->column(action.name), change,
                        prediction_);
    };
    const TypeChange type_change = change_of(known_);
    prediction_.work_on_family(WorkKind::kRewrite, table_, type_change.rewrites());
    for_family([&](const schema::Relation& before) {
      // What the same statement drops is gone by then.
      const schema::Relation table = schema::after_drops(before, alter_);
      if (type_change.rewrites().is_yes() && !is_partitioned(&table)) {
        prediction_.lock_indexes(table.id, LockMode::kAccessExclusive);
      } else {
        keep_rows(table, action.name, change_of(&table));
      }
      for (const schema::ForeignKey& key : table.foreign_keys) {
        if (contains(key.columns, action.name)) {
          remake_foreign_key(table.id, key, key.references, type_change);
        }
      }
      for (const auto& reference : prediction_.catalog().references_to(table.id)) {
        if (contains(referenced_columns(*reference.key), action.name)) {
          remake_foreign_key(table.id, *reference.key, reference.table->id, type_change);
        }
      }
    });
    const schema::Column* column = known_ == nullptr ? nullptr : known_->column(action.name);
    if (column != nullptr && column->identity != Identity::kNone) {
      lock_sequence(action.name, LockMode::kShareRowExclusive);
    }
  }

  /// Without a rewrite: indexes on the column are locked, some built anew, and CHECKs verified.
  void keep_rows(const schema::Relation& table, Name column, const TypeChange& change) {
    // An index of a partitioned table, and with it its partitions', is never reused.
    const bool of_partitioned = is_partitioned(known_);
    for (const schema::Relation* index : prediction_.catalog().indexes_of(table.id)) {
      if (!index->index || !index->index->mentions(column)) continue;
      prediction_.lock(index->id, LockMode::kAccessExclusive);
      const std::string& constraint = index->index->constraint;
      const bool dropped = !constraint.empty() && table.key(constraint) == nullptr;
      if (is_partitioned(&table) || dropped) continue;
      const Answer rebuilds = of_partitioned ? Answer::yes() : change.rebuilds(*index->index);
      prediction_.work(WorkKind::kIndexBuild, index->id, rebuilds);
    }
    const bool checked = std::ranges::any_of(table.checks, [column](const schema::Check& check) {
      return check.valid && !check.is_not_null && check.mentions(column);
    });
    if (checked && !is_partitioned(&table)) prediction_.work(WorkKind::kScan, table.id);
  }

  void remake_foreign_key(const RelationId& table, const schema::ForeignKey& key,
                          const RelationId& other, const TypeChange& change) {
    prediction_.lock(other, LockMode::kAccessExclusive);
    const Answer verifies = key.valid ? change.verifies_foreign_keys() : Answer::no();
    if (verifies.is_no()) return;
    for (const RelationId& side : {table, other}) {
      prediction_.work(WorkKind::kScan, side, verifies.doubt());
      if (verifies.is_yes()) prediction_.lock_indexes(side, LockMode::kAccessShare);
    }
  }

  void set_not_null(Name column) {
    const auto needs_scan = [&](const schema::Relation* table) {
      if (table == nullptr) return needs_not_null_scan(nullptr, column, prediction_);
      const schema::Relation left = schema::after_drops(*table, alter_);
      return needs_not_null_scan(&left, column, prediction_);
    };
    prediction_.work(WorkKind::kScan, table_, needs_scan(known_));
    if (alter_.only) return;
    for (const schema::Relation* child : prediction_.catalog().descendants_of(table_)) {
      if (!is_partitioned(child)) prediction_.work(WorkKind::kScan, child->id, needs_scan(child));
    }
  }

  // ATExecSetExpression
  void set_expression(const AlterAction& action) {
    const schema::Column* column = known_ == nullptr ? nullptr : known_->column(action.name);
    const bool computed_on_read = column != nullptr && column->generated &&
                                  column->storage == GeneratedColumn::Storage::kVirtual;
    if (computed_on_read) return;
    prediction_.work_on_family(WorkKind::kRewrite, table_);
    lock_family_indexes();
  }

  // ATExecAlterConstraint; a foreign key that becomes ENFORCED is verified (18)
  void alter_constraint(const AlterAction& action) {
    const auto* change = action.get<AlterConstraint>();
    const schema::ForeignKey* key = known_ == nullptr ? nullptr : known_->foreign_key(action.name);
    if (change == nullptr || key == nullptr) return;
    if (change->deferrable) prediction_.lock(key->references, LockMode::kAccessExclusive);
    if (!change->enforced) return;
    lock_referenced(key->references, LockMode::kShareRowExclusive, prediction_);
    if (*change->enforced && !key->enforced) {
      verify_foreign_key(table_, key->references, prediction_);
    }
  }

  // ATExecValidateConstraint
  void validate(const AlterAction& action) {
    if (known_ != nullptr) {
      if (const schema::ForeignKey* key = known_->foreign_key(action.name)) {
        if (key->valid) return;
        prediction_.lock(key->references, LockMode::kRowShare);
        verify_foreign_key(table_, key->references, prediction_);
        return;
      }
      const schema::Check* check = known_->check(action.name);
      if (check != nullptr && check->valid) return;
    }
    prediction_.work_on_family(WorkKind::kScan, table_);
  }

  // ATExecDropConstraint: a foreign key's triggers are dropped from the other table, too
  void drop_constraint(const AlterAction& action) {
    if (known_ == nullptr) return;
    if (const schema::ForeignKey* key = known_->foreign_key(action.name)) {
      lock_referenced(key->references, LockMode::kAccessExclusive, prediction_);
      return;
    }
    const schema::Key* key = known_->key(action.name);
    if (key == nullptr) return;
    prediction_.lock(key->index, LockMode::kAccessExclusive);
    prediction_.lock_descendants(key->index, LockMode::kAccessExclusive);
    if (!action.cascade) return;
    for (const auto& reference : prediction_.catalog().references_to(table_)) {
      if (referenced_columns(*reference.key) == key->columns) {
        prediction_.lock(reference.table->id, LockMode::kAccessExclusive);
      }
    }
  }

  // ATPrepChangePersistence
  void set_persistence(bool unlogged) {
    if (alter_.object_type == ObjectType::kSequence) return;  // has one row
    if (is_partitioned(known_)) return;                       // has no file
    const bool is_known = known_ != nullptr && known_->complete;
    if (is_known && known_->unlogged == unlogged) return;
    const Doubt doubt = is_known ? Doubt() : kPresentStateUnknown;
    prediction_.work(WorkKind::kRewrite, table_, doubt);
    prediction_.lock_indexes(table_, LockMode::kAccessExclusive, doubt);
    // Since 15 a table's own sequences follow it.
    if (!prediction_.since(15)) return;
    for (const schema::Relation* sequence : prediction_.catalog().sequences_of(table_)) {
      prediction_.lock(sequence->id, LockMode::kAccessExclusive, doubt);
    }
  }

  // ATExecChangeOwner
  void change_owner() {
    prediction_.lock_indexes(table_, LockMode::kAccessExclusive, kOwnerUnknown);
    for (const schema::Relation* sequence : prediction_.catalog().sequences_of(table_)) {
      prediction_.lock(sequence->id, LockMode::kAccessExclusive, kOwnerUnknown);
    }
  }

  void lock_other(const AlterAction& action, LockMode mode) {
    if (const auto* other = action.get<OtherTable>()) prediction_.lock(other->table, mode);
  }

  void lock_index(Name name, LockMode mode) {
    if (!name.empty()) {
      prediction_.lock(RelationId{.schema = table_.schema, .name = std::string(name)}, mode);
    }
  }

  void lock_sequence(Name column, LockMode mode) {
    if (const auto* sequence = prediction_.catalog().sequence_of(table_, column)) {
      prediction_.lock(sequence->id, mode);
    }
  }

  void lock_family_indexes() {
    for_family([&](const schema::Relation& table) {
      if (is_partitioned(&table)) return;  // its indexes have no files
      prediction_.lock_indexes(table.id, LockMode::kAccessExclusive);
    });
  }

  /// The table, if it is known, and those below it.
  template <typename Visit>
  void for_family(const Visit& visit) {
    if (known_ != nullptr) visit(*known_);
    if (alter_.only) return;
    for (const schema::Relation* child : prediction_.catalog().descendants_of(table_)) {
      visit(*child);
    }
  }

  const AlterTable& alter_;
  Prediction& prediction_;
  RelationId table_;
  const schema::Relation* known_;
};

}  // namespace

void predict(const AlterTable& alter, Prediction& prediction) {
  AlterPrediction(alter, prediction).run();
}

}  // namespace unwedge::effects
