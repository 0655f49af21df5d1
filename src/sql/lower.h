// From Postgres's parse tree to the plain values of unwedge/statement.h. Internal to this folder.

#pragma once

#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include "sql/arena.h"
#include "sql/dialect.h"
#include "sql/postgres_headers.h"
#include "unwedge/statement.h"

namespace unwedge::sql {

/// What every lowering function needs: where names are stored, and how the parser's places relate
/// to the file.
struct LowerContext {
  Arena& arena;
  std::string_view text;  ///< the whole file
  std::uint32_t base;     ///< where the parsed piece begins in it
  Span statement;         ///< of the statement being lowered
  /// In a body of PL/pgSQL: the names that are values in a query; null: none.
  const std::set<Name>* variables = nullptr;

  const PlaceholderValues* values = nullptr;  ///< null: none are known
  bool* has_placeholder = nullptr;            ///< where to note that a name has a placeholder

  /// The name with its placeholders as the file has them, or with their values.
  [[nodiscard]] Name name(const char* value) const;
  /// The same of a name that may have a schema in front of it: one value may say both.
  [[nodiscard]] QualifiedName qualified(const char* schema, const char* value) const;
  /// A body with the values of its placeholders; what stands for others is left to who reads it.
  [[nodiscard]] std::string_view body(const char* value) const;
  /// The place of a parse location: empty when the parser has none.
  [[nodiscard]] Span at(int location) const {
    if (location < 0) return {};
    const std::uint32_t offset = base + static_cast<std::uint32_t>(location);
    return {offset, offset};
  }
};

// lower.cpp
/// Lowers one statement; `span` is its place in the file, without the semicolon.
Statement lower_statement(const RawStmt& raw, Span span, Arena& arena, std::string_view text,
                          std::uint32_t base, const std::set<Name>* variables = nullptr,
                          const PlaceholderValues* values = nullptr);

// lower_names.cpp
QualifiedName lower_relation(const RangeVar* relation, const LowerContext& context);
/// A name given as a list of strings, as for types and functions.
QualifiedName lower_name_list(const List* names, const LowerContext& context);
/// The object of DROP, COMMENT, …: a list, a type, or a function with its arguments.
QualifiedName lower_object(const Node* object, const LowerContext& context);
TypeReference lower_type(const TypeName* type, const LowerContext& context);
std::vector<Name> lower_names(const List* strings, const LowerContext& context);
std::vector<QualifiedName> lower_relations(const List* range_vars, const LowerContext& context);
/// Options in parentheses, or of ALTER SEQUENCE: name and value as text.
std::vector<Option> lower_options(const List* definitions, const LowerContext& context);
/// A constant, list or type of a DefElem as text; empty when it has none.
std::string_view lower_value(const Node* value, const LowerContext& context);
ObjectType lower_object_type(::ObjectType type);
Persistence lower_persistence(char persistence);

// lower_places.cpp
/// From the first to the last byte of a possibly qualified name that begins there.
Span name_span(std::string_view text, Span at);
/// The first words of a statement, up to the kind of object: "CREATE UNIQUE INDEX".
Span leading_words(std::string_view text, Span statement);
/// The first token in `region` that is this word; empty when there is none.
Span find_word(std::string_view text, Span region, std::string_view word);
/// The subcommands of an ALTER TABLE whose table's name begins at `table`, cut at the commas.
std::vector<Span> action_spans(std::string_view text, Span statement, Span table);
/// From GENERATED to STORED or VIRTUAL.
Span generated_span(std::string_view text, Span statement, Span at);
/// The inside of the string literal that begins there, when it has no escapes.
Span literal_body(std::string_view text, Span statement, Span at, std::size_t body_size);

// lower_sources.cpp
// The text of an expression as the file has it, which begins soon behind `place`; "" where it
// cannot be found. Those of an index are for each key, "" for a column.
std::string_view text_in_parentheses(const LowerContext& context, Span place);
std::string_view text_of_key(const LowerContext& context, Span place);
std::string_view text_of_default(const LowerContext& context, Span place);
std::string_view text_of_where(const LowerContext& context, Span place);
std::vector<std::string_view> texts_of_index_keys(const LowerContext& context, Span place,
                                                  std::size_t count);

// lower_expression.cpp
Expression lower_expression(const Node* node, const LowerContext& context);

// lower_table.cpp
IndexColumn lower_index_column(const IndexElem& element, const LowerContext& context);
PartitionBound lower_bound(const PartitionBoundSpec& spec, const LowerContext& context);
Constraint lower_constraint(const ::Constraint& constraint, const LowerContext& context);
ColumnDefinition lower_column(const ColumnDef& column, const LowerContext& context);
StatementNode lower_create_table(const CreateStmt& create, const LowerContext& context);
StatementNode lower_create_index(const IndexStmt& index, const LowerContext& context);

// lower_alter.cpp
StatementNode lower_alter_table(const AlterTableStmt& alter, const LowerContext& context);

// lower_object.cpp
/// Types, sequences, functions, privileges, DROP, RENAME, …: null when it is none of these.
std::optional<StatementNode> lower_object_statement(const Node* node, const LowerContext& context);

// lower_session.cpp
/// Transactions, settings, locks, maintenance, databases: null when it is none of these.
std::optional<StatementNode> lower_session_statement(const Node* node, const LowerContext& context);

// lower_query.cpp
StatementNode lower_query(const Node* node, const LowerContext& context);
/// The relations that a query reads, names of its own WITH left out.
std::vector<QualifiedName> relations_read(const Node* query, const LowerContext& context);
/// What a query depends on and what it yields.
QueryShape lower_shape(const Node* query, const LowerContext& context);

// lower_calls.cpp
/// Adds what the query calls.
void lower_calls(const SelectStmt& select, const LowerContext& context, Dml& dml);

// row_bound.cpp
/// How far WHERE bounds the rows of a write; the columns that it compares with constants go to
/// `key_columns`.
RowBound bound_of(const Expression& where, std::vector<Name>& key_columns);

/// The strings, names and other nodes of a Postgres list.
template <typename Node>
std::vector<const Node*> nodes_of(const List* list) {
  std::vector<const Node*> nodes;
  if (list == nullptr) return nodes;
  nodes.reserve(static_cast<std::size_t>(list->length));
  for (int i = 0; i < list->length; ++i) {
    nodes.push_back(static_cast<const Node*>(list->elements[i].ptr_value));
  }
  return nodes;
}

/// The node as the type that the caller knows it to be.
template <typename T>
const T& cast(const Node* node) {
  return *reinterpret_cast<const T*>(node);
}

/// The node as its own type, or null when it is another or none.
template <typename T>
const T* node_as(const void* node, NodeTag tag) {
  if (node == nullptr || nodeTag(node) != tag) return nullptr;
  return static_cast<const T*>(node);
}

}  // namespace unwedge::sql
