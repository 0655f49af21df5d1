// Names of database objects as statements write them, and as they are after the search path has
// been applied. A statement's names are views into storage that its sql::Script owns; a resolved
// name owns its text, because it outlives the file (locks held, the catalog).

#pragma once

#include <compare>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "unwedge/span.h"

namespace unwedge {

/// An identifier after Postgres's own folding to lower case and removal of quotes. Empty: absent.
using Name = std::string_view;

/// A possibly schema-qualified name of a relation, type, function or other object.
struct QualifiedName {
  Name schema;  ///< empty: found through the search path
  Name name;
  Span span;  ///< where the statement writes it; empty when the grammar keeps no place

  [[nodiscard]] bool empty() const { return name.empty(); }
};

/// The identity of a relation: its schema and name after the search path was applied.
struct RelationId {
  std::string schema;
  std::string name;

  friend auto operator<=>(const RelationId&, const RelationId&) = default;
  friend bool operator==(const RelationId&, const RelationId&) = default;
};

/// The identifier as SQL needs it: in double quotes where it has capitals, blanks or the like, or
/// is a reserved word.
std::string quoted(Name name);
std::string quoted(const QualifiedName& name);

}  // namespace unwedge

/// Writes the name as the file does: `t` or `app.t`.
template <>
struct fmt::formatter<unwedge::QualifiedName> {
  constexpr auto parse(format_parse_context& context) { return context.begin(); }
  static format_context::iterator format(const unwedge::QualifiedName& name,
                                         format_context& context);
};

/// Writes `t` for a relation in "public", and `app.t` otherwise.
template <>
struct fmt::formatter<unwedge::RelationId> {
  constexpr auto parse(format_parse_context& context) { return context.begin(); }
  static format_context::iterator format(const unwedge::RelationId& relation,
                                         format_context& context);
};
