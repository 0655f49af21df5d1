// One statement: to the file that knows its kind.

#include "sql/lower.h"

#include <cctype>
#include <utility>

namespace unwedge::sql {
namespace {

CreateTableAs lower_create_table_as(const CreateTableAsStmt& create, const LowerContext& context) {
  return {.table = lower_relation(create.into->rel, context),
          .persistence = lower_persistence(create.into->rel->relpersistence),
          .materialized_view = create.objtype == OBJECT_MATVIEW,
          .if_not_exists = create.if_not_exists,
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

StatementNode lower_node(const Node* node, const LowerContext& context) {
  switch (nodeTag(node)) {
    case T_AlterTableStmt: return lower_alter_table(cast<AlterTableStmt>(node), context);
    case T_CreateStmt: return lower_create_table(cast<CreateStmt>(node), context);
    case T_CreateForeignTableStmt:
      return lower_create_table(cast<CreateForeignTableStmt>(node).base, context);
    case T_IndexStmt: return lower_create_index(cast<IndexStmt>(node), context);
    case T_CreateTableAsStmt: return lower_create_table_as(cast<CreateTableAsStmt>(node), context);
    case T_ViewStmt: return lower_view(cast<ViewStmt>(node), context);
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

}  // namespace

Statement lower_statement(const RawStmt& raw, Span span, Arena& arena, std::string_view text,
                          std::uint32_t base) {
  const LowerContext context{.arena = arena, .text = text, .base = base, .statement = span};
  Statement statement;
  statement.span = span;
  statement.keyword_span = leading_words(text, span);
  statement.node = lower_node(raw.stmt, context);
  return statement;
}

}  // namespace unwedge::sql
