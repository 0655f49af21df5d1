// ALTER TABLE and its like. Subcommands run in passes, whatever the order written (AlterTablePass,
// commands/tablecmds.c).

#include <algorithm>
#include <utility>

#include "schema/apply.h"
#include "schema/changes.h"

namespace unwedge::schema {
namespace {

/// The passes that matter to the catalog: what is dropped makes room, and columns come before what
/// mentions them.
enum class Pass : std::uint8_t { kDrop, kAlterType, kAddColumn, kConstraints, kOthers };

Pass pass_of(AlterKind kind) {
  switch (kind) {
    case AlterKind::kDropColumn:
    case AlterKind::kDropConstraint:
    case AlterKind::kDropNotNull:
    case AlterKind::kDropDefault:
    case AlterKind::kDropIdentity:
    case AlterKind::kDropExpression: return Pass::kDrop;
    case AlterKind::kAlterType: return Pass::kAlterType;
    case AlterKind::kAddColumn: return Pass::kAddColumn;
    case AlterKind::kSetNotNull:
    case AlterKind::kSetDefault:
    case AlterKind::kAddIdentity:
    case AlterKind::kAddConstraint: return Pass::kConstraints;
    default: return Pass::kOthers;
  }
}

/// A default that is a bare constant has the type that the column had when it was set. It keeps
/// that, and the column's new type is a cast of it (ATExecAlterColumnType: build_column_default and
/// strip_implicit_coercions).
void keep_type_of_default(Column& column) {
  if (!column.default_value || !column.type.known()) return;
  const Expression& value = column.default_value->get();
  if (value.kind != Expression::Kind::kConstant) return;
  Expression cast;
  cast.kind = Expression::Kind::kCast;
  cast.schema = column.type.id.schema;
  cast.name = column.type.id.name;
  cast.operands = {value};
  cast.source = value.source;
  column.default_value = StoredExpression(cast);
}

void drop_not_null(Relation& relation, Name name) {
  column_of(relation, name).not_null = false;
  std::erase_if(relation.checks, [name](const Check& check) {
    return check.is_not_null && check.not_null_columns.front() == name;
  });
}

class TableAltering {
 public:
  TableAltering(const AlterTable& alter, const Scope& scope)
      : alter_(alter), scope_(scope), id_(scope.resolve(alter.table)) {}

  void run() {
    if (alter_.if_exists && (scope_.catalog.gone(id_) || scope_.catalog.absent(id_))) return;
    if (scope_.catalog.find(id_) == nullptr) {
      id_ = scope_.found(alter_.table);
      scope_.catalog.put(scope_.catalog.edit(id_));
    }
    std::vector<const AlterAction*> actions;
    for (const AlterAction& action : alter_.actions) actions.push_back(&action);
    std::stable_sort(actions.begin(), actions.end(),
                     [](const AlterAction* left, const AlterAction* right) {
                       return pass_of(left->kind) < pass_of(right->kind);
                     });
    bool constraints_added = false;
    const auto add_all_constraints = [this, &constraints_added] {
      if (!std::exchange(constraints_added, true)) {
        add_constraints(id_, constraints_, alter_.only, scope_);
      }
    };
    for (const AlterAction* action : actions) {
      if (pass_of(action->kind) == Pass::kOthers) add_all_constraints();
      act(*action);
    }
    add_all_constraints();
  }

 private:
  void act(const AlterAction& action) {
    switch (action.kind) {
      case AlterKind::kDropColumn: drop_column(id_, action.name, alter_.only, scope_); break;
      case AlterKind::kDropConstraint: drop_constraint(id_, action.name, scope_); break;
      case AlterKind::kAddColumn:
        if (const auto* add = action.get<AddColumn>()) add_column(*add);
        break;
      case AlterKind::kAddConstraint:
        if (const auto* add = action.get<AddConstraint>()) {
          constraints_.push_back(&add->constraint);
        }
        break;
      case AlterKind::kValidateConstraint: validate(id_, action.name); break;
      case AlterKind::kAlterConstraint:
        if (const auto* alter = action.get<AlterConstraint>()) {
          alter_constraint(action.name, *alter);
        }
        break;
      case AlterKind::kSetLogged:
      case AlterKind::kSetUnlogged:
        scope_.change(id_, [&action](Relation& relation) {
          relation.unlogged = action.kind == AlterKind::kSetUnlogged;
        });
        break;
      case AlterKind::kAddIdentity: add_sequence(id_, action.name, scope_); [[fallthrough]];
      case AlterKind::kSetIdentity:
      case AlterKind::kSetNotNull:
      case AlterKind::kDropNotNull:
      case AlterKind::kSetDefault:
      case AlterKind::kDropDefault:
      case AlterKind::kSetExpression:
      case AlterKind::kDropExpression:
      case AlterKind::kAlterType: change_column(id_, action); break;
      case AlterKind::kDropIdentity:
        change_column(id_, action);
        if (const Relation* sequence = scope_.catalog.sequence_of(id_, action.name)) {
          drop_relation(sequence->id, scope_);
        }
        break;
      case AlterKind::kEnableRowSecurity:
        scope_.change(id_, [](Relation& relation) { relation.had_row_security = true; });
        break;
      case AlterKind::kEnableTrigger:
      case AlterKind::kDisableTrigger: enable_triggers(id_, action); break;
      case AlterKind::kOf:
      case AlterKind::kNotOf:
        scope_.change(id_, [](Relation& relation) { relation.of_type = {}; });
        break;
      default:
        if (const auto* other = action.get<OtherTable>()) change_parent(action.kind, *other);
        break;
    }
  }

  void add_column(const AddColumn& add) {
    const Relation* table = scope_.catalog.find(id_);
    // With IF NOT EXISTS it may be there already, and be another than the one written.
    if (add.if_not_exists && !table->complete) return;
    if (add.if_not_exists && table->column(add.column.name) != nullptr) return;
    const Column column = new_column(add.column, id_, scope_);
    scope_.change(id_,
                  [&column](Relation& relation) { column_of(relation, column.name) = column; });
    if (!alter_.only) inherit_column(id_, column);
    for (const Constraint& constraint : add.column.constraints) constraints_.push_back(&constraint);
  }

  void inherit_column(const RelationId& parent, const Column& column) {
    for (const Relation* child : scope_.catalog.children_of(parent)) {
      scope_.change(child->id, [&column](Relation& relation) {
        Column* own = named(relation.columns, column.name);
        if (own == nullptr) {
          own = &relation.columns.emplace_back(column);
          own->local = false;
          if (!relation.is_partition()) own->identity = Identity::kNone;
        }
        own->inherited = true;
      });
      inherit_column(child->id, column);
    }
  }

  /// In the table and, unless ONLY it was named, in the columns that inherit it.
  void change_column(const RelationId& table, const AlterAction& action) {
    scope_.change(table, [&](Relation& relation) { change_column(relation, action); });
    if (alter_.only) return;
    for (const Relation* child : scope_.catalog.children_of(table)) {
      const Column* column = child->column(action.name);
      if (column != nullptr && column->inherited) change_column(child->id, action);
    }
  }

  void change_column(Relation& relation, const AlterAction& action) const {
    if (action.kind == AlterKind::kDropNotNull) {
      drop_not_null(relation, action.name);
      return;
    }
    // What becomes of a column that is not known is of use only when it says something of it.
    const bool known = relation.column(action.name) != nullptr;
    const bool says = action.kind == AlterKind::kSetNotNull ||
                      action.kind == AlterKind::kAddIdentity ||
                      action.kind == AlterKind::kAlterType;
    if (!known && !says) return;
    Column& column = column_of(relation, action.name);
    switch (action.kind) {
      case AlterKind::kSetNotNull: column.not_null = true; break;
      case AlterKind::kAddIdentity:
        column.not_null = true;
        column.identity = identity_of(action);
        break;
      case AlterKind::kSetIdentity:
        if (identity_of(action) != Identity::kNone) column.identity = identity_of(action);
        break;
      case AlterKind::kDropIdentity: column.identity = Identity::kNone; break;
      case AlterKind::kSetDefault:
        if (const auto* set = action.get<SetDefault>()) {
          column.default_value = default_of(set->value, column.type, scope_.catalog);
        }
        break;
      case AlterKind::kDropDefault: column.default_value.reset(); break;
      case AlterKind::kSetExpression:
        if (const auto* set = action.get<SetDefault>()) {
          column.generated = StoredExpression(set->value);
        }
        break;
      case AlterKind::kDropExpression: column.generated.reset(); break;
      case AlterKind::kAlterType:
        if (const auto* change = action.get<AlterColumnType>()) {
          keep_type_of_default(column);
          column.type = scope_.data_type(change->type);
          column.collation = change->collation;
        }
        break;
      default: break;
    }
  }

  static Identity identity_of(const AlterAction& action) {
    const auto* change = action.get<ChangeIdentity>();
    return change == nullptr ? Identity::kNone : change->identity;
  }

  void validate(const RelationId& table, Name name) {
    const Relation before = scope_.catalog.edit(table);
    scope_.change(table, [name](Relation& relation) {
      if (Check* check = named(relation.checks, name)) check->valid = true;
      if (ForeignKey* key = named(relation.foreign_keys, name)) key->valid = true;
    });
    if (before.check(name) == nullptr && before.foreign_key(name) == nullptr) return;
    for (const Relation* child : scope_.catalog.children_of(table)) {
      const Check* check = child->check(name);
      const ForeignKey* key = child->foreign_key(name);
      if ((check != nullptr && check->inherited) || (key != nullptr && key->inherited)) {
        validate(child->id, name);
      }
    }
  }

  /// ALL names those of foreign keys, too (EnableDisableTrigger, commands/trigger.c).
  void enable_triggers(const RelationId& table, const AlterAction& action) {
    const auto* choice = action.get<TriggerChoice>();
    if (choice == nullptr || *choice != TriggerChoice::kAll) return;
    scope_.change(table, [&action](Relation& relation) {
      relation.triggers_disabled = action.kind == AlterKind::kDisableTrigger;
    });
    if (alter_.only) return;
    for (const Relation* child : scope_.catalog.children_of(table)) {
      enable_triggers(child->id, action);
    }
  }

  void alter_constraint(Name name, const AlterConstraint& alter) {
    scope_.change(id_, [&](Relation& relation) {
      if (ForeignKey* key = named(relation.foreign_keys, name)) {
        if (alter.deferrable) {
          key->deferrable = *alter.deferrable;
          key->initially_deferred = alter.initially_deferred;
        }
        // Enforced again, it is checked at once (ATExecAlterConstrEnforceability).
        if (alter.enforced) key->enforced = key->valid = *alter.enforced;
      }
      Check* check = named(relation.checks, name);
      if (check != nullptr && alter.no_inherit) check->no_inherit = *alter.no_inherit;
    });
  }

  void change_parent(AlterKind kind, const OtherTable& other) {
    const RelationId other_id = scope_.resolve(other.table);
    const bool index = alter_.object_type == ObjectType::kIndex;
    switch (kind) {
      case AlterKind::kAttachPartition:
        if (index) {
          attach_index(id_, other_id, scope_);
        } else {
          attach_partition(id_, other, scope_);
        }
        break;
      case AlterKind::kDetachPartition:
        if (other.concurrently) add_partition_check(id_, other_id, scope_);
        [[fallthrough]];
      case AlterKind::kDetachPartitionFinalize: detach_partition(id_, other_id, scope_); break;
      case AlterKind::kInherit:
        scope_.change(id_,
                      [&other_id](Relation& relation) { relation.inherits.push_back(other_id); });
        inherit_columns(other_id, id_, scope_);
        break;
      case AlterKind::kNoInherit: no_inherit(other_id, id_, scope_); break;
      default: break;
    }
  }

  const AlterTable& alter_;
  const Scope& scope_;
  RelationId id_;
  std::vector<const Constraint*> constraints_;
};

/// ALTER TYPE of a composite type: an attribute, or the same column of the tables of the type.
void alter_attributes(const AlterTable& alter, std::vector<Column>& columns, const Scope& scope) {
  for (const AlterAction& action : alter.actions) {
    const auto* add = action.get<AddColumn>();
    const auto* change = action.get<AlterColumnType>();
    if (add != nullptr) {
      columns.push_back(
          {.name = std::string(add->column.name), .type = scope.data_type(add->column.type)});
    } else if (action.kind == AlterKind::kDropColumn) {
      std::erase_if(columns, [&action](const Column& each) { return each.name == action.name; });
    } else if (Column* column = named(columns, action.name);
               column != nullptr && change != nullptr) {
      column->type = scope.data_type(change->type);
    }
  }
}

void alter_type(const AlterTable& alter, const Scope& scope) {
  const ObjectId id = scope.catalog.resolve_type(alter.table, scope.settings.search_path);
  if (scope.catalog.find_type(id) == nullptr) return;
  scope.change_type(id, [&](Type& type) { alter_attributes(alter, type.attributes, scope); });
  const std::span<const ObjectId> tables = scope.catalog.linked(Catalog::Link::kTypedTable, id);
  for (const RelationId& table : std::vector<RelationId>(tables.begin(), tables.end())) {
    scope.change(table,
                 [&](Relation& relation) { alter_attributes(alter, relation.columns, scope); });
  }
}

}  // namespace

bool is_drop(AlterKind kind) { return pass_of(kind) == Pass::kDrop; }

void drop_part(Relation& relation, const AlterAction& action) {
  if (action.kind == AlterKind::kDropConstraint) return erase_constraint(relation, action.name);
  if (action.kind == AlterKind::kDropColumn) return erase_column(relation, action.name);
  if (action.kind == AlterKind::kDropNotNull) return drop_not_null(relation, action.name);
  Column* column = named(relation.columns, action.name);
  if (column == nullptr) return;
  if (action.kind == AlterKind::kDropDefault) column->default_value.reset();
  if (action.kind == AlterKind::kDropExpression) column->generated.reset();
  if (action.kind == AlterKind::kDropIdentity) column->identity = Identity::kNone;
}

Relation after_drops(Relation relation, const AlterTable& alter) {
  for (const AlterAction& action : alter.actions) {
    if (is_drop(action.kind)) drop_part(relation, action);
  }
  return relation;
}

void alter_table(const AlterTable& alter, const Scope& scope) {
  if (alter.object_type == ObjectType::kType) {
    alter_type(alter, scope);
  } else {
    TableAltering(alter, scope).run();
  }
}

}  // namespace unwedge::schema
