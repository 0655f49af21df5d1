// Names as messages write them.

#include <fmt/format.h>

#include "unwedge/name.h"

namespace {

fmt::format_context::iterator write_name(std::string_view schema, std::string_view name,
                                         fmt::format_context& context) {
  if (schema.empty()) return fmt::format_to(context.out(), "{}", name);
  return fmt::format_to(context.out(), "{}.{}", schema, name);
}

}  // namespace

fmt::format_context::iterator fmt::formatter<unwedge::QualifiedName>::format(
    const unwedge::QualifiedName& name, format_context& context) {
  return write_name(name.schema, name.name, context);
}

fmt::format_context::iterator fmt::formatter<unwedge::RelationId>::format(
    const unwedge::RelationId& relation, format_context& context) {
  std::string_view schema = relation.schema;
  if (schema == "public") schema = {};
  return write_name(schema, relation.name, context);
}
