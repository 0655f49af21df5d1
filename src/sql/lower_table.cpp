// CREATE TABLE and CREATE INDEX, and the columns and constraints that ALTER TABLE shares with them.

#include "sql/lower.h"

namespace unwedge::sql {
namespace {

using Action = Constraint::Action;

Action lower_action(char action) {
  switch (action) {
    case FKCONSTR_ACTION_RESTRICT: return Action::kRestrict;
    case FKCONSTR_ACTION_CASCADE: return Action::kCascade;
    case FKCONSTR_ACTION_SETNULL: return Action::kSetNull;
    case FKCONSTR_ACTION_SETDEFAULT: return Action::kSetDefault;
    default: return Action::kNoAction;
  }
}

std::optional<Constraint::Kind> lower_constraint_kind(ConstrType type) {
  using Kind = Constraint::Kind;
  switch (type) {
    case CONSTR_NOTNULL: return Kind::kNotNull;
    case CONSTR_CHECK: return Kind::kCheck;
    case CONSTR_PRIMARY: return Kind::kPrimaryKey;
    case CONSTR_UNIQUE: return Kind::kUnique;
    case CONSTR_EXCLUSION: return Kind::kExclusion;
    case CONSTR_FOREIGN: return Kind::kForeignKey;
    default: return std::nullopt;
  }
}

GeneratedColumn lower_generated(const ::Constraint& constraint, const LowerContext& context) {
  GeneratedColumn generated;
#if PG_VERSION_NUM >= 180000
  if (constraint.generated_kind == ATTRIBUTE_GENERATED_VIRTUAL) {
    generated.storage = GeneratedColumn::Storage::kVirtual;
  }
#endif
  generated.expression = lower_expression(constraint.raw_expr, context);
  generated.expression.source = text_in_parentheses(context, context.at(constraint.location));
  generated.span = generated_span(context.text, context.statement, context.at(constraint.location));
  return generated;
}

/// One constraint written with a column: some are properties of the column instead, and a
/// DEFERRABLE clause is a node of its own behind the constraint it belongs to.
void add_column_constraint(const ::Constraint& constraint, const LowerContext& context,
                           ColumnDefinition& column) {
  switch (constraint.contype) {
    case CONSTR_DEFAULT:
      column.default_value = lower_expression(constraint.raw_expr, context);
      column.default_value->source = text_of_default(context, context.at(constraint.location));
      break;
    case CONSTR_IDENTITY:
      column.identity = constraint.generated_when == ATTRIBUTE_IDENTITY_ALWAYS
                            ? Identity::kAlways
                            : Identity::kByDefault;
      column.not_null = true;
      break;
    case CONSTR_GENERATED: column.generated = lower_generated(constraint, context); break;
    case CONSTR_NOTNULL:
      column.not_null = true;
      if (constraint.conname != nullptr) column.not_null_name = context.name(constraint.conname);
      break;
    case CONSTR_ATTR_DEFERRABLE:
      if (!column.constraints.empty()) column.constraints.back().deferrable = true;
      break;
    case CONSTR_ATTR_DEFERRED:
      if (!column.constraints.empty()) {
        column.constraints.back().deferrable = true;
        column.constraints.back().initially_deferred = true;
      }
      break;
#if PG_VERSION_NUM >= 180000
    case CONSTR_ATTR_NOT_ENFORCED:
      if (!column.constraints.empty()) column.constraints.back().enforced = false;
      break;
#endif
    default:
      if (lower_constraint_kind(constraint.contype)) {
        Constraint& added = column.constraints.emplace_back(lower_constraint(constraint, context));
        if (added.kind == Constraint::Kind::kPrimaryKey) column.not_null = true;
        if (added.columns.empty()) added.columns.push_back(column.name);
      }
      break;
  }
}

void lower_partition_key(const PartitionSpec& spec, const LowerContext& context,
                         CreateTable& table) {
  table.partitioned = true;
  switch (spec.strategy) {
    case PARTITION_STRATEGY_LIST: table.partition_strategy = PartitionStrategy::kList; break;
    case PARTITION_STRATEGY_HASH: table.partition_strategy = PartitionStrategy::kHash; break;
    default: table.partition_strategy = PartitionStrategy::kRange; break;
  }
  for (const PartitionElem* element : nodes_of<PartitionElem>(spec.partParams)) {
    if (element->name != nullptr) table.partition_key.push_back(context.name(element->name));
    IndexColumn& part = table.partition_parts.emplace_back();
    part.column = context.name(element->name);
    if (element->expr != nullptr) {
      part.expression = lower_expression(element->expr, context);
      part.expression->source = text_of_key(context, context.at(element->location));
    }
    part.operator_class = lower_name_list(element->opclass, context).name;
    part.collation = lower_name_list(element->collation, context).name;
  }
}

Like lower_like(const TableLikeClause& like, std::size_t position, const LowerContext& context) {
  const auto includes = [&like](TableLikeOption option) {
    return (like.options & static_cast<bits32>(option)) != 0;
  };
  return {.table = lower_relation(like.relation, context),
          .position = position,
          .defaults = includes(CREATE_TABLE_LIKE_DEFAULTS),
          .constraints = includes(CREATE_TABLE_LIKE_CONSTRAINTS),
          .generated = includes(CREATE_TABLE_LIKE_GENERATED),
          .identity = includes(CREATE_TABLE_LIKE_IDENTITY),
          .indexes = includes(CREATE_TABLE_LIKE_INDEXES),
          .statistics = includes(CREATE_TABLE_LIKE_STATISTICS)};
}

std::vector<Expression> lower_expressions(const List* nodes, const LowerContext& context) {
  std::vector<Expression> expressions;
  for (const Node* node : nodes_of<Node>(nodes)) {
    expressions.push_back(lower_expression(node, context));
  }
  return expressions;
}

}  // namespace

IndexColumn lower_index_column(const IndexElem& element, const LowerContext& context) {
  IndexColumn column;
  column.column = context.name(element.name);
  if (element.expr != nullptr) column.expression = lower_expression(element.expr, context);
  column.operator_class = lower_name_list(element.opclass, context).name;
  column.descending = element.ordering == SORTBY_DESC;
  column.collation = lower_name_list(element.collation, context).name;
  // DESC puts nulls first unless told otherwise (ComputeIndexAttrs, commands/indexcmds.c).
  column.nulls_first =
      element.nulls_ordering == SORTBY_NULLS_FIRST ||
      (element.nulls_ordering == SORTBY_NULLS_DEFAULT && element.ordering == SORTBY_DESC);
  return column;
}

PartitionBound lower_bound(const PartitionBoundSpec& spec, const LowerContext& context) {
  using Kind = PartitionBound::Kind;
  PartitionBound bound;
  if (spec.is_default) return bound;
  switch (spec.strategy) {
    case PARTITION_STRATEGY_LIST:
      bound.kind = Kind::kList;
      bound.values = lower_expressions(spec.listdatums, context);
      break;
    case PARTITION_STRATEGY_HASH:
      bound.kind = Kind::kHash;
      bound.modulus = spec.modulus;
      bound.remainder = spec.remainder;
      break;
    default:
      bound.kind = Kind::kRange;
      bound.values = lower_expressions(spec.lowerdatums, context);
      bound.upper = lower_expressions(spec.upperdatums, context);
      break;
  }
  return bound;
}

Constraint lower_constraint(const ::Constraint& constraint, const LowerContext& context) {
  Constraint result;
  result.kind = lower_constraint_kind(constraint.contype).value_or(Constraint::Kind::kCheck);
  result.name = context.name(constraint.conname);
  result.columns = lower_names(
      result.kind == Constraint::Kind::kForeignKey ? constraint.fk_attrs : constraint.keys,
      context);
  if (constraint.raw_expr != nullptr) {
    result.expression = lower_expression(constraint.raw_expr, context);
    result.expression->source = text_in_parentheses(context, context.at(constraint.location));
  }
  result.references = lower_relation(constraint.pktable, context);
  result.referenced_columns = lower_names(constraint.pk_attrs, context);
  result.on_delete = lower_action(constraint.fk_del_action);
  result.on_update = lower_action(constraint.fk_upd_action);
  result.set_columns = lower_names(constraint.fk_del_set_cols, context);
  result.using_index = context.name(constraint.indexname);
  result.not_valid = constraint.skip_validation;
  result.no_inherit = constraint.is_no_inherit;
  result.deferrable = constraint.deferrable;
  result.initially_deferred = constraint.initdeferred;
#if PG_VERSION_NUM >= 180000
  result.enforced = constraint.is_enforced || (result.kind != Constraint::Kind::kCheck &&
                                               result.kind != Constraint::Kind::kForeignKey);
#endif
  result.span = context.at(constraint.location);
  result.including = lower_names(constraint.including, context);
  for (const List* pair : nodes_of<List>(constraint.exclusions)) {
    const auto* element = static_cast<const IndexElem*>(pair->elements[0].ptr_value);
    result.exclusion.push_back(lower_index_column(*element, context));
  }
  if (constraint.where_clause != nullptr) {
    result.predicate = lower_expression(constraint.where_clause, context);
  }
  result.method = context.name(constraint.access_method);
  result.nulls_not_distinct = constraint.nulls_not_distinct;
  return result;
}

ColumnDefinition lower_column(const ColumnDef& column, const LowerContext& context) {
  ColumnDefinition result;
  result.name = context.name(column.colname);
  result.span = context.at(column.location);
  if (column.location >= 0) result.name_span = name_span(context.text, result.span);
  result.type = lower_type(column.typeName, context);
  result.not_null = column.is_not_null;
  if (column.collClause != nullptr) {
    result.collation = lower_name_list(column.collClause->collname, context).name;
  }
  for (const ::Constraint* constraint : nodes_of<::Constraint>(column.constraints)) {
    add_column_constraint(*constraint, context, result);
  }
  return result;
}

StatementNode lower_create_table(const CreateStmt& create, const LowerContext& context) {
  CreateTable table;
  table.table = lower_relation(create.relation, context);
  table.persistence = lower_persistence(create.relation->relpersistence);
  table.if_not_exists = create.if_not_exists;
  table.drop_on_commit = create.oncommit == ONCOMMIT_DROP;
  table.foreign = nodeTag(&create) == T_CreateForeignTableStmt;
  for (const Node* element : nodes_of<Node>(create.tableElts)) {
    if (const auto* column = node_as<ColumnDef>(element, T_ColumnDef)) {
      table.columns.push_back(lower_column(*column, context));
    } else if (const auto* constraint = node_as<::Constraint>(element, T_Constraint)) {
      table.constraints.push_back(lower_constraint(*constraint, context));
    } else if (const auto* like = node_as<TableLikeClause>(element, T_TableLikeClause)) {
      table.likes.push_back(lower_like(*like, table.columns.size(), context));
    }
  }
  if (create.partbound != nullptr) {
    const std::vector<QualifiedName> parents = lower_relations(create.inhRelations, context);
    if (!parents.empty()) table.partition_of = parents.front();
    table.default_partition = create.partbound->is_default;
    table.bound = lower_bound(*create.partbound, context);
  } else {
    table.inherits = lower_relations(create.inhRelations, context);
  }
  if (create.partspec != nullptr) lower_partition_key(*create.partspec, context, table);
  if (create.ofTypename != nullptr) table.of_type = lower_type(create.ofTypename, context).name;
  return table;
}

namespace {

void add_texts(CreateIndex& index, const LowerContext& context) {
  const bool has_expression =
      std::any_of(index.columns.begin(), index.columns.end(),
                  [](const IndexColumn& column) { return column.expression.has_value(); });
  if (!has_expression || index.table.span.empty()) return;
  const std::vector<std::string_view> texts =
      texts_of_index_keys(context, index.table.span, index.columns.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (index.columns[i].expression) index.columns[i].expression->source = texts[i];
  }
}

}  // namespace

StatementNode lower_create_index(const IndexStmt& index, const LowerContext& context) {
  CreateIndex result;
  result.name = context.name(index.idxname);
  result.table = lower_relation(index.relation, context);
  result.method = context.name(index.accessMethod);
  for (const IndexElem* element : nodes_of<IndexElem>(index.indexParams)) {
    result.columns.push_back(lower_index_column(*element, context));
  }
  add_texts(result, context);
  for (const IndexElem* element : nodes_of<IndexElem>(index.indexIncludingParams)) {
    if (element->name != nullptr) result.including.push_back(context.name(element->name));
  }
  if (index.whereClause != nullptr) {
    result.predicate = lower_expression(index.whereClause, context);
    result.predicate->source = text_of_where(context, result.table.span);
  }
  result.unique = index.unique;
  result.nulls_not_distinct = index.nulls_not_distinct;
  result.concurrently = index.concurrent;
  result.if_not_exists = index.if_not_exists;
  result.only = !index.relation->inh;
  result.keyword_span = leading_words(context.text, context.statement);
  if (index.concurrent) {
    result.concurrently_span = find_word(context.text, context.statement, "concurrently");
  }
  if (index.if_not_exists) {
    const Span first = find_word(context.text, context.statement, "if");
    const Span last = find_word(context.text, {first.end, context.statement.end}, "exists");
    result.if_not_exists_span = cover(first, last);
  }
  return result;
}

}  // namespace unwedge::sql
