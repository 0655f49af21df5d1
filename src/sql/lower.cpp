// One statement: to the file that knows its kind.

#include "sql/lower.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

#include "sql/stand_in.h"
#include "text/utf8.h"

namespace unwedge::sql {
namespace {

CreateTableAs lower_create_table_as(const CreateTableAsStmt& create, const LowerContext& context) {
  return {.table = lower_relation(create.into->rel, context),
          .persistence = lower_persistence(create.into->rel->relpersistence),
          .materialized_view = create.objtype == OBJECT_MATVIEW,
          .if_not_exists = create.if_not_exists,
          .drop_on_commit = create.into->onCommit == ONCOMMIT_DROP,
          .with_no_data = create.into->skipData,
          .reads = relations_read(create.query, context),
          .query = lower_shape(create.query, context),
          .column_names = lower_names(create.into->colNames, context)};
}

CreateView lower_view(const ViewStmt& view, const LowerContext& context) {
  return {.view = lower_relation(view.view, context),
          .or_replace = view.replace,
          .persistence = lower_persistence(view.view->relpersistence),
          .reads = relations_read(view.query, context),
          .query = lower_shape(view.query, context),
          .column_names = lower_names(view.aliases, context)};
}

/// The leading words in capitals: "CREATE CAST".
Other lower_other(const LowerContext& context) {
  std::string tag(slice(context.text, leading_words(context.text, context.statement)));
  for (char& c : tag) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return {.tag = context.arena.copy(tag)};
}

bool is_query(const Node* node) {
  switch (nodeTag(node)) {
    case T_InsertStmt:
    case T_UpdateStmt:
    case T_DeleteStmt:
    case T_MergeStmt:
    case T_SelectStmt: return true;
    default: return false;
  }
}

StatementNode lower_node(const Node* node, const LowerContext& context);

CreateSchema lower_create_schema(const CreateSchemaStmt& create, const LowerContext& context) {
  CreateSchema schema{.name = context.name(create.schemaname),
                      .if_not_exists = create.if_not_exists,
                      .elements = {}};
  if (schema.name.empty() && create.authrole != nullptr) {
    schema.name = context.name(create.authrole->rolename);
  }
  for (const Node* element : nodes_of<Node>(create.schemaElts)) {
    schema.elements.push_back({.node = lower_node(element, context),
                               .span = context.statement,
                               .keyword_span = leading_words(context.text, context.statement)});
  }
  return schema;
}

StatementNode lower_node(const Node* node, const LowerContext& context) {
  switch (nodeTag(node)) {
    case T_AlterTableStmt: return lower_alter_table(cast<AlterTableStmt>(node), context);
    case T_CreateStmt: return lower_create_table(cast<CreateStmt>(node), context);
    case T_CreateForeignTableStmt:
      return lower_create_table(cast<CreateForeignTableStmt>(node).base, context);
    case T_IndexStmt: return lower_create_index(cast<IndexStmt>(node), context);
    case T_CreateTableAsStmt: return lower_create_table_as(cast<CreateTableAsStmt>(node), context);
    case T_ViewStmt: return lower_view(cast<ViewStmt>(node), context);
    case T_CreateSchemaStmt: return lower_create_schema(cast<CreateSchemaStmt>(node), context);
    case T_InsertStmt:
    case T_UpdateStmt:
    case T_DeleteStmt:
    case T_MergeStmt:
    case T_SelectStmt:
    case T_CopyStmt: return lower_query(node, context);
    default: break;
  }
  if (auto object = lower_object_statement(node, context)) return *std::move(object);
  if (auto session = lower_session_statement(node, context)) return *std::move(session);
  return lower_other(context);
}

/// Puts the value of each placeholder that is known in the place of its stand-in.
void fill_in(const PlaceholderValues& values, std::string& name) {
  for (const auto& [placeholder, value] : values) {
    std::string masked = placeholder;
    std::transform(masked.begin(), masked.end(), masked.begin(), stand_in);
    if (!has_stand_in(masked)) continue;
    for (std::size_t at = name.find(masked); at != name.npos;
         at = name.find(masked, at + value.size())) {
      name.replace(at, masked.size(), value);
    }
  }
}

}  // namespace

Name LowerContext::name(const char* value) const {
  if (value == nullptr) return {};
  const std::string_view written = value;
  if (text::is_ascii(written) || !has_stand_in(written)) return arena.copy(written);
  std::string filled(written);
  if (values != nullptr) fill_in(*values, filled);
  if (has_placeholder != nullptr && has_stand_in(filled)) *has_placeholder = true;
  return arena.copy(restored(filled));
}

std::string_view LowerContext::body(const char* value) const {
  std::string filled(value);
  if (values != nullptr && has_stand_in(filled)) fill_in(*values, filled);
  return arena.copy(filled);
}

QualifiedName LowerContext::qualified(const char* schema, const char* value) const {
  QualifiedName result{.schema = name(schema), .name = name(value)};
  const std::size_t dot = result.name.find('.');
  if (dot == result.name.npos || values == nullptr || !result.schema.empty()) return result;
  std::string filled(value);
  if (!has_stand_in(filled)) return result;
  fill_in(*values, filled);
  if (has_stand_in(filled)) return result;
  result.schema = result.name.substr(0, dot);
  result.name.remove_prefix(dot + 1);
  return result;
}

Statement lower_statement(const RawStmt& raw, Span span, Arena& arena, std::string_view text,
                          std::uint32_t base, const std::set<Name>* variables,
                          const PlaceholderValues* values) {
  Statement statement;
  LowerContext context{.arena = arena,
                       .text = text,
                       .base = base,
                       .statement = span,
                       .values = values,
                       .has_placeholder = &statement.has_placeholder};
  // Only queries know the variables of a body (plpgsql_parser_setup, pl_comp.c).
  if (is_query(raw.stmt)) context.variables = variables;
  statement.span = span;
  statement.keyword_span = leading_words(text, span);
  statement.node = lower_node(raw.stmt, context);
  return statement;
}

}  // namespace unwedge::sql
