// See fragment.h.

#include "sql/fragment.h"

#include "sql/lower.h"
#include "sql/raw_parse.h"

namespace unwedge::sql {
namespace {

/// `SELECT expression` and no more.
std::optional<Expression> only_value(const SelectStmt& select, const LowerContext& context) {
  if (select.fromClause != nullptr || select.whereClause != nullptr ||
      select.targetList == nullptr || select.targetList->length != 1) {
    return std::nullopt;
  }
  const auto* target = static_cast<const ResTarget*>(select.targetList->elements[0].ptr_value);
  return lower_expression(target->val, context);
}

Fragment parse(std::string_view text, Span region, int mode, Arena& arena,
               const std::set<Name>& variables, const PlaceholderValues* values) {
  Fragment fragment;
  const MemoryContextScope memory;
  const RawParse parsed = raw_parse(text, region, mode);
  if (!parsed.error.empty()) {
    fragment.error = SyntaxError{.message = arena.copy(parsed.error), .at = parsed.error_span};
    return fragment;
  }
  const std::vector<const RawStmt*> statements = nodes_of<RawStmt>(parsed.tree);
  if (statements.empty()) return fragment;
  const RawStmt& raw = *statements.front();
  fragment.statement = lower_statement(raw, region, arena, text, region.begin, &variables, values);
  const auto* select = node_as<SelectStmt>(raw.stmt, T_SelectStmt);
  if (mode == PG_QUERY_PARSE_PLPGSQL_EXPR && select != nullptr) {
    const LowerContext context{
        .arena = arena, .text = text, .base = region.begin, .statement = region, .values = values};
    fragment.value = only_value(*select, context);
  }
  return fragment;
}

}  // namespace

Fragment parse_statement(std::string_view text, Span region, Arena& arena,
                         const std::set<Name>& variables, const PlaceholderValues* values) {
  return parse(text, region, PG_QUERY_PARSE_DEFAULT, arena, variables, values);
}

Fragment parse_expression(std::string_view text, Span region, Arena& arena,
                          const std::set<Name>& variables, const PlaceholderValues* values) {
  return parse(text, region, PG_QUERY_PARSE_PLPGSQL_EXPR, arena, variables, values);
}

}  // namespace unwedge::sql
