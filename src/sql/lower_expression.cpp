// Scalar expressions. The depth is bounded: a sum of a million terms is legal SQL, and the parser
// reads it without recursion.

#include <utility>

#include "sql/lower.h"
#include "sql/stand_in.h"

namespace unwedge::sql {
namespace {

using Kind = Expression::Kind;

/// Deeper parts become kOther without operands.
constexpr int kMaxDepth = 200;

class ExpressionLowering {
 public:
  explicit ExpressionLowering(const LowerContext& context) : context_(context) {}

  Expression lower(const Node* node) {
    Expression result;
    if (node == nullptr || depth_ >= kMaxDepth) return result;
    ++depth_;
    lower_into(node, result);
    place(own_location(node), result);
    --depth_;
    return result;
  }

 private:
  /// The node's own place. Not exprLocation, which looks for the leftmost part without any bound
  /// on how deep it goes.
  static int own_location(const Node* node) {
    switch (nodeTag(node)) {
      case T_A_Const: return cast<A_Const>(node).location;
      case T_ParamRef: return cast<ParamRef>(node).location;
      case T_FuncCall: return cast<FuncCall>(node).location;
      case T_TypeCast: return cast<TypeCast>(node).location;
      case T_A_Expr: return cast<A_Expr>(node).location;
      case T_BoolExpr: return cast<BoolExpr>(node).location;
      case T_NullTest: return cast<NullTest>(node).location;
      case T_A_ArrayExpr: return cast<A_ArrayExpr>(node).location;
      case T_RowExpr: return cast<RowExpr>(node).location;
      case T_SubLink: return cast<SubLink>(node).location;
      case T_CaseExpr: return cast<CaseExpr>(node).location;
      default: return -1;
    }
  }

  /// From the node's own place or its first part's, whichever comes first.
  void place(int location, Expression& result) const {
    if (result.kind == Kind::kColumn || result.kind == Kind::kStar) return;
    const Span own = context_.at(location);
    if (location >= 0) result.span = own;
    if (result.operands.empty() || result.operands.front().span == Span()) return;
    const Span first = result.operands.front().span;
    if (location < 0 || first.begin < own.begin) result.span = {first.begin, first.begin};
  }

  void lower_into(const Node* node, Expression& result) {
    switch (nodeTag(node)) {
      case T_A_Const: constant(cast<A_Const>(node), result); break;
      case T_ParamRef: result.kind = Kind::kConstant; break;
      case T_ColumnRef: column(cast<ColumnRef>(node), result); break;
      case T_FuncCall: call(cast<FuncCall>(node), result); break;
      case T_TypeCast: type_cast(cast<TypeCast>(node), result); break;
      case T_A_Expr: operation(cast<A_Expr>(node), result); break;
      case T_BoolExpr: boolean(cast<BoolExpr>(node), result); break;
      case T_NullTest: null_test(cast<NullTest>(node), result); break;
      case T_A_ArrayExpr:
        result.kind = Kind::kArray;
        add_all(cast<A_ArrayExpr>(node).elements, result);
        break;
      case T_RowExpr:
        result.kind = Kind::kRow;
        add_all(cast<RowExpr>(node).args, result);
        break;
      case T_List:
        result.kind = Kind::kArray;
        add_all(reinterpret_cast<const List*>(node), result);
        break;
      case T_SQLValueFunction: sql_value(cast<SQLValueFunction>(node), result); break;
      case T_CoalesceExpr: function("coalesce", cast<CoalesceExpr>(node).args, result); break;
      case T_MinMaxExpr: {
        const auto* expression = reinterpret_cast<const MinMaxExpr*>(node);
        function(expression->op == IS_GREATEST ? "greatest" : "least", expression->args, result);
        break;
      }
      case T_CollateClause:
        result.kind = Kind::kCast;
        add(cast<CollateClause>(node).arg, result);
        break;
      case T_SubLink: subquery(cast<SubLink>(node), result); break;
      case T_CurrentOfExpr: result.kind = Kind::kConstant; break;
      case T_CaseExpr:
        other(node, result);  // the last operand is what ELSE has, if there is one
        result.name = "case";
        break;
      default: other(node, result); break;
    }
  }

  void add(const Node* node, Expression& result) { result.operands.push_back(lower(node)); }

  void add_all(const List* nodes, Expression& result) {
    for (const Node* node : nodes_of<Node>(nodes)) add(node, result);
  }

  void function(std::string_view name, const List* arguments, Expression& result) {
    result.kind = Kind::kCall;
    result.name = name;
    add_all(arguments, result);
  }

  void constant(const A_Const& node, Expression& result) {
    result.kind = node.isnull ? Kind::kNull : Kind::kConstant;
    if (!node.isnull) result.text = lower_value(&node.val.node, context_);
  }

  void column(const ColumnRef& node, Expression& result) {
    const std::vector<const Node*> fields = nodes_of<Node>(node.fields);
    if (fields.empty()) return;
    result.kind = nodeTag(fields.back()) == T_A_Star ? Kind::kStar : Kind::kColumn;
    const QualifiedName name = lower_name_list(node.fields, context_);
    if (result.kind == Kind::kStar) {
      result.schema = name.name;
    } else {
      result.schema = name.schema;
      result.name = name.name;
    }
    if (node.location >= 0) result.span = name_span(context_.text, context_.at(node.location));
    // A placeholder by itself may well be a value.
    const auto* only = node_as<String>(fields.front(), T_String);
    const bool unknown = fields.size() == 1 && only != nullptr && is_placeholder(only->sval);
    if (result.kind == Kind::kColumn && (unknown || is_variable(result))) {
      result = {.kind = Kind::kConstant, .span = result.span};
    }
  }

  /// `v`, or `r.id` of the record r.
  [[nodiscard]] bool is_variable(const Expression& column) const {
    const Name name = column.schema.empty() ? column.name : column.schema;
    return context_.variables != nullptr && context_.variables->contains(name);
  }

  void call(const FuncCall& node, Expression& result) {
    result.kind = Kind::kCall;
    const QualifiedName name = lower_name_list(node.funcname, context_);
    result.schema = name.schema;
    result.name = name.name;
    add_all(node.args, result);
  }

  void type_cast(const TypeCast& node, Expression& result) {
    result.kind = Kind::kCast;
    const TypeReference type = lower_type(node.typeName, context_);
    result.schema = type.name.schema;
    result.name = type.name.name;
    add(node.arg, result);
  }

  void sql_value(const SQLValueFunction& node, Expression& result) {
    result.kind = Kind::kCall;
    result.name = node.op <= SVFOP_LOCALTIMESTAMP_N ? "current_timestamp" : "current_user";
  }

  void operation(const A_Expr& node, Expression& result) {
    const Name name = lower_name_list(node.name, context_).name;
    result.kind = Kind::kOperator;
    result.name = name;
    switch (node.kind) {
      case AEXPR_OP_ANY:
        // x = ANY (list) says the same as x IN (list).
        result.kind = name == "=" ? Kind::kIn : Kind::kOther;
        in_list(node, result);
        return;
      case AEXPR_IN:
        result.kind = Kind::kIn;
        result.negated = name == "<>";
        in_list(node, result);
        return;
      case AEXPR_BETWEEN:
      case AEXPR_NOT_BETWEEN:
      case AEXPR_BETWEEN_SYM:
      case AEXPR_NOT_BETWEEN_SYM:
        result.kind = Kind::kBetween;
        result.negated = node.kind == AEXPR_NOT_BETWEEN || node.kind == AEXPR_NOT_BETWEEN_SYM;
        add(node.lexpr, result);
        add_all(reinterpret_cast<const List*>(node.rexpr), result);
        return;
      case AEXPR_DISTINCT:
      case AEXPR_NOT_DISTINCT: distinct(node, result); return;
      case AEXPR_OP:
      case AEXPR_LIKE:
      case AEXPR_ILIKE:
      case AEXPR_SIMILAR: break;
      case AEXPR_NULLIF:
        result.kind = Kind::kCall;
        result.name = "nullif";
        break;
      default: result.kind = Kind::kOther; break;
    }
    if (node.lexpr != nullptr) add(node.lexpr, result);
    if (node.rexpr != nullptr) add(node.rexpr, result);
  }

  /// IS [NOT] DISTINCT FROM NULL is a test for null.
  void distinct(const A_Expr& node, Expression& result) {
    result.kind = Kind::kOther;
    if (is_null(node.rexpr)) {
      result.kind = node.kind == AEXPR_DISTINCT ? Kind::kIsNotNull : Kind::kIsNull;
      add(node.lexpr, result);
      return;
    }
    add(node.lexpr, result);
    add(node.rexpr, result);
  }

  void in_list(const A_Expr& node, Expression& result) {
    add(node.lexpr, result);
    if (const auto* list = node_as<List>(node.rexpr, T_List)) {
      add_all(list, result);
    } else if (const auto* array = node_as<A_ArrayExpr>(node.rexpr, T_A_ArrayExpr)) {
      add_all(array->elements, result);
    } else {
      add(node.rexpr, result);
    }
  }

  void boolean(const BoolExpr& node, Expression& result) {
    switch (node.boolop) {
      case AND_EXPR: result.kind = Kind::kAnd; break;
      case OR_EXPR: result.kind = Kind::kOr; break;
      case NOT_EXPR: result.kind = Kind::kNot; break;
    }
    add_all(node.args, result);
  }

  void null_test(const NullTest& node, Expression& result) {
    result.kind = node.nulltesttype == IS_NULL ? Kind::kIsNull : Kind::kIsNotNull;
    add(reinterpret_cast<const Node*>(node.arg), result);
  }

  /// IN (SELECT …) and = ANY (SELECT …) are kIn of a subquery; a scalar one is kSubquery itself.
  void subquery(const SubLink& node, Expression& result) {
    Expression query;
    query.kind = Kind::kSubquery;
    query.name = subquery_kind(node.subLinkType);
    if (const auto* select = node_as<SelectStmt>(node.subselect, T_SelectStmt)) {
      query.limited = select->limitCount != nullptr && nodeTag(select->limitCount) != T_ColumnRef &&
                      !is_null(select->limitCount);
    }
    query.span = context_.at(node.location);
    const bool is_in =
        node.subLinkType == ANY_SUBLINK && node.testexpr != nullptr &&
        (node.operName == nullptr || lower_name_list(node.operName, context_).name == "=");
    if (!is_in) {
      result = std::move(query);
      return;
    }
    result.kind = Kind::kIn;
    add(node.testexpr, result);
    result.operands.push_back(std::move(query));
  }

  static Name subquery_kind(SubLinkType type) {
    switch (type) {
      case EXISTS_SUBLINK: return "exists";
      case EXPR_SUBLINK: return "scalar";
      case ARRAY_SUBLINK: return "array";
      default: return "set";
    }
  }

  static bool is_null(const Node* node) {
    const auto* constant = node_as<A_Const>(node, T_A_Const);
    return constant != nullptr && constant->isnull;
  }

  /// Anything without a room of its own: its parts still count for any_part().
  void other(const Node* node, Expression& result) {
    result.kind = Kind::kOther;
    struct Collector {
      ExpressionLowering* self;
      Expression* result;
    } collector{this, &result};
    (void)raw_expression_tree_walker_impl(
        const_cast<Node*>(node),
        [](Node* child, void* context) -> bool {
          auto* into = static_cast<Collector*>(context);
          if (child != nullptr) into->self->add(child, *into->result);
          return false;
        },
        &collector);
  }

  const LowerContext& context_;
  int depth_ = 0;
};

}  // namespace

Expression lower_expression(const Node* node, const LowerContext& context) {
  return ExpressionLowering(context).lower(node);
}

}  // namespace unwedge::sql
