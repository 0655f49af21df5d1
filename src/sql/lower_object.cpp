// Commands about objects other than tables and indexes, and those that take any kind of object.

#include <algorithm>
#include <initializer_list>
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

/// The argument types that DROP FUNCTION names; nothing when it names none.
std::optional<std::vector<TypeReference>> lower_arguments(const ObjectWithArgs& function,
                                                          const LowerContext& context) {
  if (function.args_unspecified) return std::nullopt;
  std::vector<TypeReference> types;
  for (const TypeName* type : nodes_of<TypeName>(function.objargs)) {
    if (type != nullptr) types.push_back(lower_type(type, context));  // null: NONE
  }
  return types;
}

/// OWNED BY schema.table.column, or NONE.
template <typename Sequence>
void lower_owner_column(const List* options, const LowerContext& context, Sequence& sequence) {
  for (const DefElem* option : nodes_of<DefElem>(options)) {
    if (std::string_view(option->defname) != "owned_by") continue;
    const auto [table, column] = split_table_part(option->arg, context);
    sequence.owner_table = table;
    if (!table.empty()) sequence.owner_column = column;
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
      if (const auto* function = node_as<ObjectWithArgs>(object, T_ObjectWithArgs)) {
        result.arguments.push_back(lower_arguments(*function, context));
      }
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
  if (grant.targtype != ACL_TARGET_OBJECT) return result;  // the objects are schemas, or none
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
          .has_position = alter.newValNeighbor != nullptr,
          .neighbour = context.name(alter.newValNeighbor),
          .after = alter.newValIsAfter};
}

CreateType lower_composite(const CompositeTypeStmt& create, const LowerContext& context) {
  CreateType result{.type = lower_relation(create.typevar, context)};
  for (const ColumnDef* attribute : nodes_of<ColumnDef>(create.coldeflist)) {
    result.attributes.push_back(lower_column(*attribute, context));
  }
  return result;
}

CreateType lower_range(const CreateRangeStmt& create, const LowerContext& context) {
  CreateType result{.kind = CreateType::Kind::kRange,
                    .type = lower_name_list(create.typeName, context)};
  for (const DefElem* parameter : nodes_of<DefElem>(create.params)) {
    const auto* type = node_as<TypeName>(parameter->arg, T_TypeName);
    if (std::string_view(parameter->defname) == "subtype" && type != nullptr) {
      result.subtype = lower_type(type, context);
    } else if (std::string_view(parameter->defname) == "multirange_type_name" && type != nullptr) {
      result.multirange = lower_type(type, context).name;
    }
  }
  return result;
}

CreateDomain lower_domain(const CreateDomainStmt& create, const LowerContext& context) {
  CreateDomain result;
  result.domain = lower_name_list(create.domainname, context);
  result.type = lower_type(create.typeName, context);
  for (const ::Constraint* constraint : nodes_of<::Constraint>(create.constraints)) {
    if (constraint->contype == CONSTR_DEFAULT) {
      result.default_value = lower_expression(constraint->raw_expr, context);
      result.default_value->source = text_of_default(context, context.at(constraint->location));
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
  result.missing_ok = alter.missing_ok;
  result.cascade = alter.behavior == DROP_CASCADE;
  // The letters are those of gram.y's AlterDomainStmt.
  switch (static_cast<char>(alter.subtype)) {
    case 'T':
      result.kind = alter.def == nullptr ? Kind::kDropDefault : Kind::kSetDefault;
      if (alter.def != nullptr) {
        result.default_value = lower_expression(alter.def, context);
        result.default_value->source = text_of_default(context, context.statement);
      }
      break;
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
                Span& place, Span& literal) {
  const String* string = body_string(option.arg);
  if (string == nullptr || option.location < 0) return;
  body = context.body(string->sval);
  Scanner scanner(context.text, {context.at(option.location).begin, context.statement.end});
  Token token = scanner.next();
  while (token.kind == TokenKind::kComment || is_word(context.text, token, "as")) {
    token = scanner.next();
  }
  literal = token.span;
  place = literal_body(context.text, context.statement, token.span,
                       std::string_view(string->sval).size());
}

/// What is between BEGIN ATOMIC and the END that closes the statement.
std::string_view atomic_body(const LowerContext& context) {
  Scanner scanner(context.text, context.statement);
  bool begun = false;
  for (Token token = scanner.next(); token.kind != TokenKind::kEnd; token = scanner.next()) {
    if (token.kind == TokenKind::kComment) continue;
    if (begun && is_word(context.text, token, "atomic")) {
      constexpr std::uint32_t kEnd = 3;
      const Span body{token.span.end, context.statement.end - kEnd};
      return context.arena.copy(slice(context.text, body));
    }
    begun = is_word(context.text, token, "begin");
  }
  return {};
}

CreateFunction::Volatility lower_volatility(const DefElem& option, const LowerContext& context) {
  const std::string_view value = lower_value(option.arg, context);
  if (value == "immutable") return CreateFunction::Volatility::kImmutable;
  if (value == "stable") return CreateFunction::Volatility::kStable;
  return CreateFunction::Volatility::kVolatile;
}

/// SET of a function; RESET leaves nothing.
void lower_setting(const DefElem& option, const LowerContext& context,
                   std::vector<Option>& settings) {
  const auto* set = node_as<VariableSetStmt>(option.arg, T_VariableSetStmt);
  if (set == nullptr || set->kind == VAR_RESET || set->kind == VAR_RESET_ALL) return;
  const std::vector<const Node*> values = nodes_of<Node>(set->args);
  settings.push_back(
      {.name = context.name(set->name),
       .value = values.empty() ? std::string_view() : lower_value(values[0], context)});
}

AlterFunction lower_alter_function(const AlterFunctionStmt& alter, const LowerContext& context) {
  AlterFunction result{.function = lower_name_list(alter.func->objname, context),
                       .arguments = lower_arguments(*alter.func, context)};
  for (const DefElem* option : nodes_of<DefElem>(alter.actions)) {
    const std::string_view name = option->defname;
    if (name == "volatility") result.volatility = lower_volatility(*option, context);
    if (name == "set") lower_setting(*option, context, result.settings);
  }
  return result;
}

CreateFunction lower_function(const CreateFunctionStmt& create, const LowerContext& context) {
  CreateFunction result;
  result.function = lower_name_list(create.funcname, context);
  result.procedure = create.is_procedure;
  result.or_replace = create.replace;
  result.body_parsed = create.sql_body != nullptr;
  if (node_as<List>(create.sql_body, T_List) != nullptr) result.body = atomic_body(context);
  for (const FunctionParameter* parameter : nodes_of<FunctionParameter>(create.parameters)) {
    if (parameter->name != nullptr) result.parameters.push_back(context.name(parameter->name));
    if (parameter->mode == FUNC_PARAM_OUT || parameter->mode == FUNC_PARAM_TABLE) continue;
    result.arguments.push_back(lower_type(parameter->argType, context));
  }
  for (const DefElem* option : nodes_of<DefElem>(create.options)) {
    const std::string_view name = option->defname;
    if (name == "language") {
      result.language = lower_value(option->arg, context);
    } else if (name == "volatility") {
      result.volatility = lower_volatility(*option, context);
    } else if (name == "security") {
      result.security_definer = lower_value(option->arg, context) == "true";
    } else if (name == "set") {
      lower_setting(*option, context, result.settings);
    } else if (name == "as") {
      lower_body(*option, context, result.body, result.body_span, result.literal);
    }
  }
  return result;
}

DoBlock lower_do(const DoStmt& block, const LowerContext& context) {
  DoBlock result{.language = "plpgsql"};
  for (const DefElem* option : nodes_of<DefElem>(block.args)) {
    const std::string_view name = option->defname;
    if (name == "language") result.language = lower_value(option->arg, context);
    if (name == "as") lower_body(*option, context, result.body, result.body_span, result.literal);
  }
  return result;
}

std::optional<Expression> lower_optional(const Node* node, const LowerContext& context) {
  if (node == nullptr) return std::nullopt;
  return lower_expression(node, context);
}

/// Those that are there.
std::vector<Expression> lower_all(std::initializer_list<const Node*> nodes,
                                  const LowerContext& context) {
  std::vector<Expression> all;
  for (const Node* node : nodes) {
    if (node != nullptr) all.push_back(lower_expression(node, context));
  }
  return all;
}

/// The relations that subqueries and actions name; OLD and NEW are none.
std::vector<QualifiedName> relations_in(const std::vector<const Node*>& nodes,
                                        const LowerContext& context) {
  std::vector<QualifiedName> relations;
  for (const Node* node : nodes) {
    for (const QualifiedName& relation : relations_read(node, context)) {
      if (relation.name != "old" && relation.name != "new") relations.push_back(relation);
    }
  }
  return relations;
}

/// The columns of CREATE STATISTICS, each once for every time that it is mentioned.
std::vector<Name> statistics_columns(const CreateStatsStmt& create, const LowerContext& context) {
  std::vector<Name> columns;
  for (const StatsElem* element : nodes_of<StatsElem>(create.exprs)) {
    if (element->name != nullptr) columns.push_back(context.name(element->name));
    if (element->expr == nullptr) continue;
    (void)any_part(lower_expression(element->expr, context), [&columns](const Expression& part) {
      if (part.kind == Expression::Kind::kColumn) columns.push_back(part.name);
      return false;
    });
  }
  return columns;
}

PublicationTables::Change lower_change(AlterPublicationAction action) {
  switch (action) {
    case AP_DropObjects: return PublicationTables::Change::kDrop;
    case AP_SetObjects: return PublicationTables::Change::kSet;
    default: return PublicationTables::Change::kAdd;
  }
}

PublicationTables lower_publication(Name name, bool is_new, const List* objects,
                                    const LowerContext& context) {
  PublicationTables result{.name = name, .is_new = is_new};
  for (const PublicationObjSpec* object : nodes_of<PublicationObjSpec>(objects)) {
    if (object->pubobjtype == PUBLICATIONOBJ_TABLES_IN_SCHEMA) {
      result.schemas.push_back(context.name(object->name));
    }
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
    case T_AlterObjectDependsStmt: {
      const auto& depends = cast<AlterObjectDependsStmt>(node);
      if (depends.relation == nullptr) return std::nullopt;
      return AlterTable{.object_type = lower_object_type(depends.objectType),
                        .table = lower_relation(depends.relation, context),
                        .actions = {AlterAction{.kind = AlterKind::kOther}}};
    }
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
      CreateSequence result{.sequence = lower_relation(create.sequence, context),
                            .if_not_exists = create.if_not_exists,
                            .persistence = lower_persistence(create.sequence->relpersistence)};
      lower_owner_column(create.options, context, result);
      return result;
    }
    case T_AlterSeqStmt: {
      const auto& alter = cast<AlterSeqStmt>(node);
      AlterSequence result{.sequence = lower_relation(alter.sequence, context),
                           .if_exists = alter.missing_ok,
                           .options = lower_options(alter.options, context)};
      lower_owner_column(alter.options, context, result);
      return result;
    }
    case T_CreateEnumStmt: return lower_enum(cast<CreateEnumStmt>(node), context);
    case T_CompositeTypeStmt: return lower_composite(cast<CompositeTypeStmt>(node), context);
    case T_CreateRangeStmt: return lower_range(cast<CreateRangeStmt>(node), context);
    case T_DefineStmt: {
      const auto& define = cast<DefineStmt>(node);
      if (define.kind != OBJECT_TYPE) return std::nullopt;
      return CreateType{.kind = CreateType::Kind::kBase,
                        .type = lower_name_list(define.defnames, context)};
    }
    case T_AlterEnumStmt: return lower_alter_enum(cast<AlterEnumStmt>(node), context);
    case T_CreateDomainStmt: return lower_domain(cast<CreateDomainStmt>(node), context);
    case T_AlterDomainStmt: return lower_alter_domain(cast<AlterDomainStmt>(node), context);
    case T_CreateTrigStmt: {
      const auto& create = cast<CreateTrigStmt>(node);
      return CreateTrigger{.name = context.name(create.trigname),
                           .table = lower_relation(create.relation, context),
                           .function = lower_name_list(create.funcname, context),
                           .constraint = create.isconstraint,
                           .or_replace = create.replace,
                           .row_level = create.row,
                           .update_columns = lower_names(create.columns, context),
                           .constraint_from = lower_relation(create.constrrel, context),
                           .when = lower_optional(create.whenClause, context)};
    }
    case T_CreatePolicyStmt: {
      const auto& create = cast<CreatePolicyStmt>(node);
      return PolicyOrRule{.name = context.name(create.policy_name),
                          .table = lower_relation(create.table, context),
                          .reads = relations_in({create.qual, create.with_check}, context),
                          .conditions = lower_all({create.qual, create.with_check}, context)};
    }
    case T_AlterPolicyStmt: {
      const auto& alter = cast<AlterPolicyStmt>(node);
      return PolicyOrRule{.name = context.name(alter.policy_name),
                          .table = lower_relation(alter.table, context),
                          .is_new = false,
                          .reads = relations_in({alter.qual, alter.with_check}, context),
                          .conditions = lower_all({alter.qual, alter.with_check}, context)};
    }
    case T_RuleStmt: {
      const auto& rule = cast<RuleStmt>(node);
      std::vector<const Node*> parts = nodes_of<Node>(rule.actions);
      std::erase_if(parts, [](const Node* action) { return nodeTag(action) == T_NotifyStmt; });
      parts.push_back(rule.whereClause);
      return PolicyOrRule{.object_type = unwedge::ObjectType::kRule,
                          .name = context.name(rule.rulename),
                          .table = lower_relation(rule.relation, context),
                          .or_replace = rule.replace,
                          .reads = relations_in(parts, context)};
    }
    case T_CreateFunctionStmt: return lower_function(cast<CreateFunctionStmt>(node), context);
    case T_AlterFunctionStmt: return lower_alter_function(cast<AlterFunctionStmt>(node), context);
    case T_DoStmt: return lower_do(cast<DoStmt>(node), context);
    case T_CallStmt:
      return Call{.procedure = lower_name_list(cast<CallStmt>(node).funccall->funcname, context)};
    case T_CreateExtensionStmt: {
      const auto& create = cast<CreateExtensionStmt>(node);
      return CreateExtension{.name = context.name(create.extname),
                             .if_not_exists = create.if_not_exists};
    }
    case T_CreateStatsStmt: {
      const auto& create = cast<CreateStatsStmt>(node);
      return CreateStatistics{.statistics = lower_name_list(create.defnames, context),
                              .tables = lower_relations(create.relations, context),
                              .columns = statistics_columns(create, context),
                              .if_not_exists = create.if_not_exists};
    }
    case T_CreatePublicationStmt: {
      const auto& create = cast<CreatePublicationStmt>(node);
      PublicationTables result =
          lower_publication(context.name(create.pubname), true, create.pubobjects, context);
      result.all_tables = create.for_all_tables;
      return result;
    }
    case T_AlterPublicationStmt: {
      const auto& alter = cast<AlterPublicationStmt>(node);
      PublicationTables result =
          lower_publication(context.name(alter.pubname), false, alter.pubobjects, context);
      result.change = lower_change(alter.action);
      return result;
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
