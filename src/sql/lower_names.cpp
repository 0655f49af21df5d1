// Names, types and options.

#include "sql/lower.h"

namespace unwedge::sql {

QualifiedName lower_relation(const RangeVar* relation, const LowerContext& context) {
  if (relation == nullptr) return {};
  QualifiedName name = context.qualified(relation->schemaname, relation->relname);
  if (relation->location >= 0) name.span = name_span(context.text, context.at(relation->location));
  return name;
}

QualifiedName lower_name_list(const List* names, const LowerContext& context) {
  const std::vector<Name> parts = lower_names(names, context);
  if (parts.empty()) return {};
  const auto* only = static_cast<const String*>(names->elements[0].ptr_value);
  if (parts.size() == 1 && nodeTag(only) == T_String) return context.qualified(nullptr, only->sval);
  QualifiedName name{.name = parts.back()};
  if (parts.size() > 1) name.schema = parts[parts.size() - 2];
  return name;
}

QualifiedName lower_object(const Node* object, const LowerContext& context) {
  if (object == nullptr) return {};
  if (const auto* list = node_as<List>(object, T_List)) {
    // DROP CAST and the like have a list of other nodes.
    for (const Node* element : nodes_of<Node>(list)) {
      if (nodeTag(element) != T_String) return {};
    }
    return lower_name_list(list, context);
  }
  if (const auto* type = node_as<TypeName>(object, T_TypeName)) {
    return lower_type(type, context).name;
  }
  if (const auto* function = node_as<ObjectWithArgs>(object, T_ObjectWithArgs)) {
    return lower_name_list(function->objname, context);
  }
  if (const auto* relation = node_as<RangeVar>(object, T_RangeVar)) {
    return lower_relation(relation, context);
  }
  if (const auto* string = node_as<String>(object, T_String)) {
    return {.name = context.name(string->sval)};
  }
  return {};
}

TypeReference lower_type(const TypeName* type, const LowerContext& context) {
  TypeReference result;
  if (type == nullptr) return result;
  result.name = lower_name_list(type->names, context);
  // The grammar writes its own schema in front of the types that are keywords of SQL.
  if (result.name.schema == "pg_catalog") result.name.schema = {};
  for (const A_Const* modifier : nodes_of<A_Const>(type->typmods)) {
    if (nodeTag(modifier) != T_A_Const || nodeTag(&modifier->val) != T_Integer) {
      result.modifiers.clear();
      break;
    }
    result.modifiers.push_back(modifier->val.ival.ival);
  }
  result.array_dimensions = type->arrayBounds == nullptr ? 0 : type->arrayBounds->length;
  result.set_of = type->setof;
  result.span = context.at(type->location);
  if (type->location >= 0) result.span = name_span(context.text, result.span);
  result.name.span = result.span;
  return result;
}

std::vector<Name> lower_names(const List* strings, const LowerContext& context) {
  std::vector<Name> names;
  for (const String* string : nodes_of<String>(strings)) {
    if (nodeTag(string) == T_String) names.push_back(context.name(string->sval));
  }
  return names;
}

std::vector<QualifiedName> lower_relations(const List* range_vars, const LowerContext& context) {
  std::vector<QualifiedName> relations;
  for (const Node* node : nodes_of<Node>(range_vars)) {
    if (const auto* relation = node_as<RangeVar>(node, T_RangeVar)) {
      relations.push_back(lower_relation(relation, context));
    } else if (const auto* vacuum = node_as<VacuumRelation>(node, T_VacuumRelation)) {
      relations.push_back(lower_relation(vacuum->relation, context));
    }
  }
  return relations;
}

std::string_view lower_value(const Node* value, const LowerContext& context) {
  if (value == nullptr) return {};
  switch (nodeTag(value)) {
    case T_String: return context.name(reinterpret_cast<const String*>(value)->sval);
    case T_Float: return context.name(reinterpret_cast<const Float*>(value)->fval);
    case T_Integer:
      return context.arena.copy(std::to_string(reinterpret_cast<const Integer*>(value)->ival));
    case T_Boolean: return reinterpret_cast<const Boolean*>(value)->boolval ? "true" : "false";
    case T_A_Const: {
      const auto* constant = reinterpret_cast<const A_Const*>(value);
      return constant->isnull ? std::string_view("null")
                              : lower_value(&constant->val.node, context);
    }
    case T_TypeCast: return lower_value(reinterpret_cast<const TypeCast*>(value)->arg, context);
    case T_List: return lower_name_list(reinterpret_cast<const List*>(value), context).name;
    case T_TypeName: return lower_type(reinterpret_cast<const TypeName*>(value), context).name.name;
    default: return {};
  }
}

std::vector<Option> lower_options(const List* definitions, const LowerContext& context) {
  std::vector<Option> options;
  for (const DefElem* definition : nodes_of<DefElem>(definitions)) {
    if (nodeTag(definition) != T_DefElem) continue;
    options.push_back({.name = context.name(definition->defname),
                       .value = lower_value(definition->arg, context)});
  }
  return options;
}

Persistence lower_persistence(char persistence) {
  switch (persistence) {
    case RELPERSISTENCE_TEMP: return Persistence::kTemporary;
    case RELPERSISTENCE_UNLOGGED: return Persistence::kUnlogged;
    default: return Persistence::kPermanent;
  }
}

ObjectType lower_object_type(::ObjectType type) {
  using Type = unwedge::ObjectType;
  switch (type) {
    case OBJECT_TABLE: return Type::kTable;
    case OBJECT_INDEX: return Type::kIndex;
    case OBJECT_SEQUENCE: return Type::kSequence;
    case OBJECT_VIEW: return Type::kView;
    case OBJECT_MATVIEW: return Type::kMaterializedView;
    case OBJECT_FOREIGN_TABLE: return Type::kForeignTable;
    case OBJECT_COLUMN: return Type::kColumn;
    case OBJECT_TABCONSTRAINT: return Type::kConstraint;
    case OBJECT_TRIGGER: return Type::kTrigger;
    case OBJECT_RULE: return Type::kRule;
    case OBJECT_POLICY: return Type::kPolicy;
    case OBJECT_TYPE: return Type::kType;
    case OBJECT_DOMAIN: return Type::kDomain;
    case OBJECT_DOMCONSTRAINT: return Type::kDomainConstraint;
    case OBJECT_ATTRIBUTE: return Type::kAttribute;
    case OBJECT_FUNCTION:
    case OBJECT_ROUTINE:
    case OBJECT_AGGREGATE: return Type::kFunction;
    case OBJECT_PROCEDURE: return Type::kProcedure;
    case OBJECT_SCHEMA: return Type::kSchema;
    case OBJECT_DATABASE: return Type::kDatabase;
    case OBJECT_EXTENSION: return Type::kExtension;
    case OBJECT_STATISTIC_EXT: return Type::kStatistics;
    case OBJECT_PUBLICATION: return Type::kPublication;
    case OBJECT_SUBSCRIPTION: return Type::kSubscription;
    case OBJECT_TABLESPACE: return Type::kTablespace;
    case OBJECT_ROLE: return Type::kRole;
    default: return Type::kOther;
  }
}

}  // namespace unwedge::sql
