// Commands about objects other than tables and indexes, and those that take any kind of object.

#include <algorithm>
#include <utility>

#include "sql/lower.h"
#include "sql/tokens.h"

namespace unwedge::sql {
namespace {

/// True when objects of this kind are named as part of a table: DROP TRIGGER x ON t.
bool belongs_to_table(::ObjectType type) {
  return type == OBJECT_TRIGGER || type == OBJECT_RULE || type == OBJECT_POLICY;
}

/// The parts of a list that ends with the name of a table's part: (schema, table, trigger).
std::pair<QualifiedName, Name> split_table_part(const Node* object, const LowerContext& context) {
  const auto* list = node_as<List>(object, T_List);
  const std::vector<Name> names = lower_names(list, context);
  QualifiedName table;
  if (names.size() > 1) table.name = names[names.size() - 2];
  if (names.size() > 2) table.schema = names[names.size() - 3];
  return {table, names.empty() ? Name() : names.back()};
}

/// The place of an object that the grammar keeps none for: the next token spelled like it.
void place_in_statement(QualifiedName& object, const LowerContext& context) {
  if (object.span.empty() && !object.name.empty()) {
    object.span = find_word(context.text, context.statement, object.name);
  }
}

Drop lower_drop(const DropStmt& drop, const LowerContext& context) {
  Drop result;
  result.object_type = lower_object_type(drop.removeType);
  result.missing_ok = drop.missing_ok;
  result.cascade = drop.behavior == DROP_CASCADE;
  result.concurrently = drop.concurrent;
  for (const Node* object : nodes_of<Node>(drop.objects)) {
    if (belongs_to_table(drop.removeType)) {
      const auto [table, part] = split_table_part(object, context);
      result.table = table;
      result.objects.push_back({.name = part});
    } else {
      result.objects.push_back(lower_object(object, context));
    }
    place_in_statement(result.objects.back(), context);
  }
  if (drop.concurrent) {
    result.concurrently_span = find_word(context.text, context.statement, "concurrently");
  }
  return result;
}

Rename lower_rename(const RenameStmt& rename, const LowerContext& context) {
  Rename result;
  result.object_type = lower_object_type(rename.renameType);
  result.relation_type = lower_object_type(rename.relationType);
  result.object = rename.relation != nullptr ? lower_relation(rename.relation, context)
                                             : lower_object(rename.object, context);
  result.part = context.name(rename.subname);
  result.new_name = context.name(rename.newname);
  result.missing_ok = rename.missing_ok;
  // A schema, role or database is named by `subname` alone.
  if (result.object.empty()) result.object.name = std::exchange(result.part, Name());
  return result;
}

SetSchema lower_set_schema(const AlterObjectSchemaStmt& alter, const LowerContext& context) {
  SetSchema result;
  result.object_type = lower_object_type(alter.objectType);
  result.object = alter.relation != nullptr ? lower_relation(alter.relation, context)
                                            : lower_object(alter.object, context);
  result.new_schema = context.name(alter.newschema);
  result.missing_ok = alter.missing_ok;
  return result;
}

OwnerTo lower_owner(const AlterOwnerStmt& alter, const LowerContext& context) {
  OwnerTo result;
  result.object_type = lower_object_type(alter.objectType);
  result.object = alter.relation != nullptr ? lower_relation(alter.relation, context)
                                            : lower_object(alter.object, context);
  if (alter.newowner != nullptr) result.owner = context.name(alter.newowner->rolename);
  return result;
}

CommentOn lower_comment(::ObjectType type, const Node* object, bool label,
                        const LowerContext& context) {
  CommentOn result;
  result.object_type = lower_object_type(type);
  result.security_label = label;
  const bool part_of_table =
      belongs_to_table(type) || type == OBJECT_COLUMN || type == OBJECT_TABCONSTRAINT;
  result.object =
      part_of_table ? split_table_part(object, context).first : lower_object(object, context);
  return result;
}

Grant lower_grant(const GrantStmt& grant, const LowerContext& context) {
  Grant result;
  result.object_type = lower_object_type(grant.objtype);
  result.is_grant = grant.is_grant;
  for (const RoleSpec* role : nodes_of<RoleSpec>(grant.grantees)) {
    result.to_public = result.to_public || role->roletype == ROLESPEC_PUBLIC;
  }
  for (const Node* object : nodes_of<Node>(grant.objects)) {
    result.objects.push_back(lower_object(object, context));
  }
  return result;
}

CreateType lower_enum(const CreateEnumStmt& create, const LowerContext& context) {
  return {.kind = CreateType::Kind::kEnum,
          .type = lower_name_list(create.typeName, context),
          .labels = lower_names(create.vals, context)};
}

AlterEnum lower_alter_enum(const AlterEnumStmt& alter, const LowerContext& context) {
  return {.type = lower_name_list(alter.typeName, context),
          .old_value = context.name(alter.oldVal),
          .new_value = context.name(alter.newVal),
          .if_not_exists = alter.skipIfNewValExists,
          .has_position = alter.newValNeighbor != nullptr};
}

CreateDomain lower_domain(const CreateDomainStmt& create, const LowerContext& context) {
  CreateDomain result;
  result.domain = lower_name_list(create.domainname, context);
  result.type = lower_type(create.typeName, context);
  for (const ::Constraint* constraint : nodes_of<::Constraint>(create.constraints)) {
    if (constraint->contype == CONSTR_DEFAULT) {
      result.default_value = lower_expression(constraint->raw_expr, context);
    } else if (constraint->contype == CONSTR_CHECK || constraint->contype == CONSTR_NOTNULL) {
      result.constraints.push_back(lower_constraint(*constraint, context));
    }
  }
  return result;
}

AlterDomain lower_alter_domain(const AlterDomainStmt& alter, const LowerContext& context) {
  using Kind = AlterDomain::Kind;
  AlterDomain result;
  result.domain = lower_name_list(alter.typeName, context);
  result.name = context.name(alter.name);
  // The letters are those of gram.y's AlterDomainStmt.
  switch (static_cast<char>(alter.subtype)) {
    case 'T': result.kind = alter.def == nullptr ? Kind::kDropDefault : Kind::kSetDefault; break;
    case 'N': result.kind = Kind::kDropNotNull; break;
    case 'O': result.kind = Kind::kSetNotNull; break;
    case 'C': result.kind = Kind::kAddConstraint; break;
    case 'X': result.kind = Kind::kDropConstraint; break;
    default: result.kind = Kind::kValidateConstraint; break;
  }
  if (const auto* constraint = node_as<::Constraint>(alter.def, T_Constraint)) {
    result.constraint = lower_constraint(*constraint, context);
    result.name = result.constraint->name;
  }
  return result;
}

/// The string after AS: one element, or two for a C function, which has no body of interest.
const String* body_string(const Node* value) {
  if (const auto* string = node_as<String>(value, T_String)) return string;
  const auto* list = node_as<List>(value, T_List);
  if (list == nullptr || list->length != 1) return nullptr;
  return node_as<String>(list->elements[0].ptr_value, T_String);
}

/// The body's text and its place. The location of AS is that of the word or of the string.
void lower_body(const DefElem& option, const LowerContext& context, std::string_view& body,
                Span& place) {
  const String* string = body_string(option.arg);
  if (string == nullptr || option.location < 0) return;
  body = context.name(string->sval);
  Scanner scanner(context.text, {context.at(option.location).begin, context.statement.end});
  Token token = scanner.next();
  while (token.kind == TokenKind::kComment || is_word(context.text, token, "as")) {
    token = scanner.next();
  }
  place = literal_body(context.text, context.statement, token.span, body.size());
}

CreateFunction lower_function(const CreateFunctionStmt& create, const LowerContext& context) {
  using Volatility = CreateFunction::Volatility;
  CreateFunction result;
  result.function = lower_name_list(create.funcname, context);
  result.procedure = create.is_procedure;
  result.or_replace = create.replace;
  for (const DefElem* option : nodes_of<DefElem>(create.options)) {
    const std::string_view name = option->defname;
    if (name == "language") {
      result.language = lower_value(option->arg, context);
    } else if (name == "volatility") {
      const std::string_view value = lower_value(option->arg, context);
      if (value == "immutable") result.volatility = Volatility::kImmutable;
      if (value == "stable") result.volatility = Volatility::kStable;
    } else if (name == "security") {
      result.security_definer = lower_value(option->arg, context) == "true";
    } else if (name == "set") {
      if (const auto* set = node_as<VariableSetStmt>(option->arg, T_VariableSetStmt)) {
        const std::vector<const Node*> values = nodes_of<Node>(set->args);
        result.settings.push_back(
            {.name = context.name(set->name),
             .value = values.empty() ? std::string_view() : lower_value(values[0], context)});
      }
    } else if (name == "as") {
      lower_body(*option, context, result.body, result.body_span);
    }
  }
  return result;
}

DoBlock lower_do(const DoStmt& block, const LowerContext& context) {
  DoBlock result{.language = "plpgsql"};
  for (const DefElem* option : nodes_of<DefElem>(block.args)) {
    const std::string_view name = option->defname;
    if (name == "language") result.language = lower_value(option->arg, context);
    if (name == "as") lower_body(*option, context, result.body, result.body_span);
  }
  return result;
}

PublicationTables lower_publication(Name name, bool is_new, const List* objects,
                                    const LowerContext& context) {
  PublicationTables result{.name = name, .is_new = is_new};
  for (const PublicationObjSpec* object : nodes_of<PublicationObjSpec>(objects)) {
    if (object->pubtable != nullptr) {
      result.tables.push_back(lower_relation(object->pubtable->relation, context));
    }
  }
  return result;
}

Name subscription_change(AlterSubscriptionType kind) {
  switch (kind) {
    case ALTER_SUBSCRIPTION_OPTIONS: return "options";
    case ALTER_SUBSCRIPTION_CONNECTION: return "connection";
    case ALTER_SUBSCRIPTION_SET_PUBLICATION: return "set_publication";
    case ALTER_SUBSCRIPTION_ADD_PUBLICATION: return "add_publication";
    case ALTER_SUBSCRIPTION_DROP_PUBLICATION: return "drop_publication";
    case ALTER_SUBSCRIPTION_ENABLED: return "enabled";
    case ALTER_SUBSCRIPTION_SKIP: return "skip";
    default: return "refresh";
  }
}

}  // namespace

std::optional<StatementNode> lower_object_statement(const Node* node, const LowerContext& context) {
  switch (nodeTag(node)) {
    case T_DropStmt: return lower_drop(cast<DropStmt>(node), context);
    case T_RenameStmt: return lower_rename(cast<RenameStmt>(node), context);
    case T_AlterObjectSchemaStmt:
      return lower_set_schema(cast<AlterObjectSchemaStmt>(node), context);
    case T_AlterOwnerStmt: return lower_owner(cast<AlterOwnerStmt>(node), context);
    case T_CommentStmt: {
      const auto& comment = cast<CommentStmt>(node);
      return lower_comment(comment.objtype, comment.object, false, context);
    }
    case T_SecLabelStmt: {
      const auto& label = cast<SecLabelStmt>(node);
      return lower_comment(label.objtype, label.object, true, context);
    }
    case T_GrantStmt: return lower_grant(cast<GrantStmt>(node), context);
    case T_CreateSeqStmt: {
      const auto& create = cast<CreateSeqStmt>(node);
      return CreateSequence{.sequence = lower_relation(create.sequence, context),
                            .if_not_exists = create.if_not_exists,
                            .persistence = lower_persistence(create.sequence->relpersistence)};
    }
    case T_AlterSeqStmt: {
      const auto& alter = cast<AlterSeqStmt>(node);
      return AlterSequence{.sequence = lower_relation(alter.sequence, context),
                           .if_exists = alter.missing_ok,
                           .options = lower_options(alter.options, context)};
    }
    case T_CreateEnumStmt: return lower_enum(cast<CreateEnumStmt>(node), context);
    case T_CompositeTypeStmt:
      return CreateType{.type = lower_relation(cast<CompositeTypeStmt>(node).typevar, context)};
    case T_CreateRangeStmt:
      return CreateType{.kind = CreateType::Kind::kRange,
                        .type = lower_name_list(cast<CreateRangeStmt>(node).typeName, context)};
    case T_AlterEnumStmt: return lower_alter_enum(cast<AlterEnumStmt>(node), context);
    case T_CreateDomainStmt: return lower_domain(cast<CreateDomainStmt>(node), context);
    case T_AlterDomainStmt: return lower_alter_domain(cast<AlterDomainStmt>(node), context);
    case T_CreateTrigStmt: {
      const auto& create = cast<CreateTrigStmt>(node);
      return CreateTrigger{.name = context.name(create.trigname),
                           .table = lower_relation(create.relation, context),
                           .function = lower_name_list(create.funcname, context),
                           .constraint = create.isconstraint,
                           .or_replace = create.replace};
    }
    case T_CreatePolicyStmt: {
      const auto& create = cast<CreatePolicyStmt>(node);
      return PolicyOrRule{.name = context.name(create.policy_name),
                          .table = lower_relation(create.table, context)};
    }
    case T_AlterPolicyStmt: {
      const auto& alter = cast<AlterPolicyStmt>(node);
      return PolicyOrRule{.name = context.name(alter.policy_name),
                          .table = lower_relation(alter.table, context),
                          .is_new = false};
    }
    case T_RuleStmt: {
      const auto& rule = cast<RuleStmt>(node);
      return PolicyOrRule{.object_type = unwedge::ObjectType::kRule,
                          .name = context.name(rule.rulename),
                          .table = lower_relation(rule.relation, context)};
    }
    case T_CreateFunctionStmt: return lower_function(cast<CreateFunctionStmt>(node), context);
    case T_DoStmt: return lower_do(cast<DoStmt>(node), context);
    case T_CallStmt:
      return Call{.procedure = lower_name_list(cast<CallStmt>(node).funccall->funcname, context)};
    case T_CreateSchemaStmt: {
      const auto& create = cast<CreateSchemaStmt>(node);
      return CreateSchema{.name = context.name(create.schemaname),
                          .if_not_exists = create.if_not_exists,
                          .has_elements = create.schemaElts != nullptr};
    }
    case T_CreateExtensionStmt: {
      const auto& create = cast<CreateExtensionStmt>(node);
      return CreateExtension{.name = context.name(create.extname),
                             .if_not_exists = create.if_not_exists};
    }
    case T_CreateStatsStmt: {
      const auto& create = cast<CreateStatsStmt>(node);
      return CreateStatistics{.statistics = lower_name_list(create.defnames, context),
                              .tables = lower_relations(create.relations, context)};
    }
    case T_CreatePublicationStmt: {
      const auto& create = cast<CreatePublicationStmt>(node);
      return lower_publication(context.name(create.pubname), true, create.pubobjects, context);
    }
    case T_AlterPublicationStmt: {
      const auto& alter = cast<AlterPublicationStmt>(node);
      return lower_publication(context.name(alter.pubname), false, alter.pubobjects, context);
    }
    case T_CreateSubscriptionStmt: {
      const auto& create = cast<CreateSubscriptionStmt>(node);
      return Subscription{.name = context.name(create.subname),
                          .options = lower_options(create.options, context)};
    }
    case T_AlterSubscriptionStmt: {
      const auto& alter = cast<AlterSubscriptionStmt>(node);
      return Subscription{.kind = Subscription::Kind::kAlter,
                          .name = context.name(alter.subname),
                          .change = subscription_change(alter.kind),
                          .options = lower_options(alter.options, context)};
    }
    case T_DropSubscriptionStmt:
      return Subscription{.kind = Subscription::Kind::kDrop,
                          .name = context.name(cast<DropSubscriptionStmt>(node).subname)};
    default: return std::nullopt;
  }
}

}  // namespace unwedge::sql
