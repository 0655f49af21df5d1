// ALTER TABLE and its like, subcommand by subcommand.

#include <cstddef>

#include "sql/lower.h"

namespace unwedge::sql {
namespace {

AlterKind lower_kind(AlterTableType type) {
  switch (type) {
    case AT_AddColumn: return AlterKind::kAddColumn;
    case AT_DropColumn: return AlterKind::kDropColumn;
    case AT_AlterColumnType: return AlterKind::kAlterType;
    case AT_ColumnDefault: return AlterKind::kSetDefault;
    case AT_SetNotNull: return AlterKind::kSetNotNull;
    case AT_DropNotNull: return AlterKind::kDropNotNull;
    case AT_SetExpression: return AlterKind::kSetExpression;
    case AT_DropExpression: return AlterKind::kDropExpression;
    case AT_SetStatistics: return AlterKind::kSetStatistics;
    case AT_SetOptions: return AlterKind::kSetColumnOptions;
    case AT_ResetOptions: return AlterKind::kResetColumnOptions;
    case AT_SetStorage: return AlterKind::kSetStorage;
    case AT_SetCompression: return AlterKind::kSetCompression;
    case AT_AddIdentity: return AlterKind::kAddIdentity;
    case AT_SetIdentity: return AlterKind::kSetIdentity;
    case AT_DropIdentity: return AlterKind::kDropIdentity;
    case AT_AddConstraint: return AlterKind::kAddConstraint;
    case AT_AlterConstraint: return AlterKind::kAlterConstraint;
    case AT_ValidateConstraint: return AlterKind::kValidateConstraint;
    case AT_DropConstraint: return AlterKind::kDropConstraint;
    case AT_ClusterOn: return AlterKind::kClusterOn;
    case AT_DropCluster: return AlterKind::kSetWithoutCluster;
    case AT_SetLogged: return AlterKind::kSetLogged;
    case AT_SetUnLogged: return AlterKind::kSetUnlogged;
    case AT_SetAccessMethod: return AlterKind::kSetAccessMethod;
    case AT_SetTableSpace: return AlterKind::kSetTablespace;
    case AT_SetRelOptions: return AlterKind::kSetOptions;
    case AT_ResetRelOptions: return AlterKind::kResetOptions;
    case AT_EnableTrig:
    case AT_EnableAlwaysTrig:
    case AT_EnableReplicaTrig:
    case AT_EnableTrigAll:
    case AT_EnableTrigUser: return AlterKind::kEnableTrigger;
    case AT_DisableTrig:
    case AT_DisableTrigAll:
    case AT_DisableTrigUser: return AlterKind::kDisableTrigger;
    case AT_EnableRule:
    case AT_EnableAlwaysRule:
    case AT_EnableReplicaRule: return AlterKind::kEnableRule;
    case AT_DisableRule: return AlterKind::kDisableRule;
    case AT_AddInherit: return AlterKind::kInherit;
    case AT_DropInherit: return AlterKind::kNoInherit;
    case AT_AddOf: return AlterKind::kOf;
    case AT_DropOf: return AlterKind::kNotOf;
    case AT_ChangeOwner: return AlterKind::kOwnerTo;
    case AT_ReplicaIdentity: return AlterKind::kReplicaIdentity;
    case AT_EnableRowSecurity: return AlterKind::kEnableRowSecurity;
    case AT_DisableRowSecurity: return AlterKind::kDisableRowSecurity;
    case AT_ForceRowSecurity: return AlterKind::kForceRowSecurity;
    case AT_NoForceRowSecurity: return AlterKind::kNoForceRowSecurity;
    case AT_AttachPartition: return AlterKind::kAttachPartition;
    case AT_DetachPartition: return AlterKind::kDetachPartition;
    case AT_DetachPartitionFinalize: return AlterKind::kDetachPartitionFinalize;
    default: return AlterKind::kOther;
  }
}

TriggerChoice trigger_choice(AlterTableType type) {
  switch (type) {
    case AT_EnableTrigAll:
    case AT_DisableTrigAll: return TriggerChoice::kAll;
    case AT_EnableTrigUser:
    case AT_DisableTrigUser: return TriggerChoice::kUser;
    default: return TriggerChoice::kNamed;
  }
}

AlterColumnType lower_type_change(const ColumnDef& definition, const LowerContext& context) {
  AlterColumnType change;
  change.type = lower_type(definition.typeName, context);
  if (definition.collClause != nullptr) {
    change.collation = lower_name_list(definition.collClause->collname, context).name;
  }
  if (definition.raw_default != nullptr) {
    change.using_expression = lower_expression(definition.raw_default, context);
  }
  return change;
}

AlterConstraint lower_constraint_change(const Node* definition) {
  AlterConstraint change;
#if PG_VERSION_NUM >= 180000
  if (const auto* alter = node_as<ATAlterConstraint>(definition, T_ATAlterConstraint)) {
    if (alter->alterEnforceability) change.enforced = alter->is_enforced;
    if (alter->alterDeferrability) {
      change.deferrable = alter->deferrable;
      change.initially_deferred = alter->initdeferred;
    }
    if (alter->alterInheritability) change.no_inherit = alter->noinherit;
  }
#else
  if (const auto* constraint = node_as<::Constraint>(definition, T_Constraint)) {
    change.deferrable = constraint->deferrable;
    change.initially_deferred = constraint->initdeferred;
  }
#endif
  return change;
}

/// ADD GENERATED is a constraint; SET GENERATED is one of a list of options.
ChangeIdentity lower_identity(const Node* definition) {
  const auto identity_of = [](int when) {
    return when == ATTRIBUTE_IDENTITY_ALWAYS ? Identity::kAlways : Identity::kByDefault;
  };
  ChangeIdentity change;
  if (const auto* constraint = node_as<::Constraint>(definition, T_Constraint)) {
    change.identity = identity_of(constraint->generated_when);
  }
  for (const DefElem* option : nodes_of<DefElem>(node_as<List>(definition, T_List))) {
    const auto* when = node_as<Integer>(option->arg, T_Integer);
    if (std::string_view(option->defname) == "generated" && when != nullptr) {
      change.identity = identity_of(when->ival);
    }
  }
  return change;
}

/// The name of the constraint that ALTER CONSTRAINT names: before 18 a node of another kind.
Name altered_constraint(const Node* definition, const LowerContext& context) {
#if PG_VERSION_NUM >= 180000
  const auto* alter = node_as<ATAlterConstraint>(definition, T_ATAlterConstraint);
#else
  const auto* alter = node_as<::Constraint>(definition, T_Constraint);
#endif
  return alter == nullptr ? Name() : context.name(alter->conname);
}

void lower_detail(const AlterTableCmd& command, const LowerContext& context, AlterAction& action) {
  const Node* definition = command.def;
  switch (action.kind) {
    case AlterKind::kAddColumn:
      if (const auto* column = node_as<ColumnDef>(definition, T_ColumnDef)) {
        AddColumn add{.column = lower_column(*column, context),
                      .if_not_exists = command.missing_ok};
        add.column.span = cover(add.column.name_span, action.span);
        action.name = add.column.name;
        action.detail = std::move(add);
      }
      break;
    case AlterKind::kAlterType:
      if (const auto* column = node_as<ColumnDef>(definition, T_ColumnDef)) {
        action.detail = lower_type_change(*column, context);
      }
      break;
    case AlterKind::kSetDefault:
      if (definition == nullptr) {
        action.kind = AlterKind::kDropDefault;
      } else {
        SetDefault set{.value = lower_expression(definition, context)};
        set.value.source = text_of_default(context, action.span);
        action.detail = std::move(set);
      }
      break;
    case AlterKind::kSetExpression: {
      SetDefault set{.value = lower_expression(definition, context)};
      set.value.source = text_in_parentheses(context, action.span);
      action.detail = std::move(set);
      break;
    }
    case AlterKind::kAddConstraint:
      if (const auto* constraint = node_as<::Constraint>(definition, T_Constraint)) {
        AddConstraint add{.constraint = lower_constraint(*constraint, context)};
        action.name = add.constraint.name;
        action.detail = std::move(add);
      }
      break;
    case AlterKind::kAddIdentity:
    case AlterKind::kSetIdentity: action.detail = lower_identity(definition); break;
    case AlterKind::kAlterConstraint:
      action.detail = lower_constraint_change(definition);
      if (action.name.empty()) action.name = altered_constraint(definition, context);
      break;
    case AlterKind::kOf:
      if (const auto* type = node_as<TypeName>(definition, T_TypeName)) {
        action.detail = OtherTable{.table = lower_type(type, context).name};
      }
      break;
    case AlterKind::kInherit:
    case AlterKind::kNoInherit:
      action.detail =
          OtherTable{.table = lower_relation(node_as<RangeVar>(definition, T_RangeVar), context)};
      break;
    case AlterKind::kAttachPartition:
    case AlterKind::kDetachPartition:
    case AlterKind::kDetachPartitionFinalize:
      if (const auto* partition = node_as<PartitionCmd>(definition, T_PartitionCmd)) {
        OtherTable other{.table = lower_relation(partition->name, context),
                         .concurrently = partition->concurrent};
        if (partition->bound != nullptr) {
          other.is_default = partition->bound->is_default;
          other.bound = lower_bound(*partition->bound, context);
        }
        if (other.concurrently) {
          other.concurrently_span = find_word(context.text, action.span, "concurrently");
        }
        action.detail = other;
      }
      break;
    case AlterKind::kSetOptions:
    case AlterKind::kResetOptions:
    case AlterKind::kSetColumnOptions:
    case AlterKind::kResetColumnOptions:
      if (const auto* list = node_as<List>(definition, T_List)) {
        action.detail = Options{.options = lower_options(list, context)};
      }
      break;
    case AlterKind::kEnableTrigger:
    case AlterKind::kDisableTrigger: action.detail = trigger_choice(command.subtype); break;
    case AlterKind::kReplicaIdentity:
      if (const auto* identity = node_as<ReplicaIdentityStmt>(definition, T_ReplicaIdentityStmt)) {
        action.name = context.name(identity->name);
      }
      break;
    default: break;
  }
}

}  // namespace

StatementNode lower_alter_table(const AlterTableStmt& alter, const LowerContext& context) {
  AlterTable result;
  result.object_type = lower_object_type(alter.objtype);
  result.table = lower_relation(alter.relation, context);
  result.if_exists = alter.missing_ok;
  result.only = !alter.relation->inh;
  const std::vector<const AlterTableCmd*> commands = nodes_of<AlterTableCmd>(alter.cmds);
  const std::vector<Span> spans =
      action_spans(context.text, context.statement, context.at(alter.relation->location));
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const AlterTableCmd& command = *commands[i];
    AlterAction& action = result.actions.emplace_back();
    action.kind = lower_kind(command.subtype);
    action.name = context.name(command.name);
    action.missing_ok = command.missing_ok;
    action.cascade = command.behavior == DROP_CASCADE;
    // ALTER TYPE … ADD ATTRIBUTE has places of its own; the statement's is good enough there.
    action.span = spans.size() == commands.size() ? spans[i] : context.statement;
    lower_detail(command, context, action);
  }
  return result;
}

}  // namespace unwedge::sql
