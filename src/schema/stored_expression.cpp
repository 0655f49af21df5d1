// Expressions that outlive their statement: a copy of the tree whose names and constants are views
// of one string that it owns.

#include <algorithm>
#include <functional>
#include <utility>

#include "unwedge/schema.h"

namespace unwedge::schema {
namespace {

template <typename Visit>
void each_text(Expression& expression, const Visit& visit) {
  visit(expression.source);
  visit(expression.schema);
  visit(expression.name);
  visit(expression.text);
  for (Expression& operand : expression.operands) each_text(operand, visit);
}

template <typename Visit>
void each_part(const Expression& expression, const Visit& visit) {
  visit(expression);
  for (const Expression& operand : expression.operands) each_part(operand, visit);
}

template <typename T>
void add_once(std::vector<T>& items, T item) {
  if (std::find(items.begin(), items.end(), item) == items.end()) items.push_back(std::move(item));
}

}  // namespace

StoredExpression::StoredExpression(const Expression& expression) {
  auto stored = std::make_shared<Stored>();
  stored->root = expression;
  std::size_t size = 0;
  each_text(stored->root, [&size](std::string_view& text) { size += text.size(); });
  stored->text.reserve(size);  // the views stay valid while it grows
  each_text(stored->root, [&stored](std::string_view& text) {
    const std::size_t at = stored->text.size();
    stored->text.append(text);
    text = std::string_view(stored->text).substr(at, text.size());
  });
  stored_ = std::move(stored);
}

std::vector<std::string> StoredExpression::columns() const {
  std::vector<std::string> columns;
  each_part(get(), [&columns](const Expression& part) {
    if (part.kind == Expression::Kind::kColumn) add_once(columns, std::string(part.name));
  });
  return columns;
}

bool StoredExpression::mentions(std::string_view column) const {
  return any_part(get(), [column](const Expression& part) {
    return part.kind == Expression::Kind::kColumn && part.name == column;
  });
}

std::vector<ObjectId> StoredExpression::functions() const {
  std::vector<ObjectId> functions;
  each_part(get(), [&functions](const Expression& part) {
    if (part.kind != Expression::Kind::kCall) return;
    add_once(functions, {.schema = std::string(part.schema), .name = std::string(part.name)});
  });
  return functions;
}

StoredExpression StoredExpression::renamed(std::string_view from, std::string_view to) const {
  if (!mentions(from)) return *this;
  Expression copy = get();
  const std::function<void(Expression&)> rename = [&](Expression& part) {
    if (part.kind == Expression::Kind::kColumn && part.name == from) part.name = to;
    for (Expression& operand : part.operands) rename(operand);
  };
  rename(copy);
  copy.source = {};
  return StoredExpression(copy);
}

bool operator==(const StoredExpression& left, const StoredExpression& right) {
  return left.stored_ == right.stored_ || same_expression(left.get(), right.get());
}

bool same_expression(const Expression& left, const Expression& right) {
  return left.kind == right.kind && left.schema == right.schema && left.name == right.name &&
         left.text == right.text && left.negated == right.negated &&
         std::equal(left.operands.begin(), left.operands.end(), right.operands.begin(),
                    right.operands.end(), same_expression);
}

}  // namespace unwedge::schema
