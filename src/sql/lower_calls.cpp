// The functions that a SELECT calls, and whether each is called for certain: what is behind AND or
// OR, in a branch of CASE, or for the rows of a table may never be.

#include <cstddef>
#include <utility>

#include "sql/lower.h"

namespace unwedge::sql {
namespace {

/// Deeper parts are not followed.
constexpr int kMaxDepth = 100;

/// The sequence that nextval('name') and its like name, when it is a constant without quotes.
QualifiedName sequence_of(const Expression& call) {
  const bool takes_sequence =
      call.name == "nextval" || call.name == "setval" || call.name == "currval";
  if (call.kind != Expression::Kind::kCall || !takes_sequence || call.operands.empty()) return {};
  const Expression* argument = &call.operands.front();
  while (argument->kind == Expression::Kind::kCast) argument = &argument->operands.front();
  if (argument->kind != Expression::Kind::kConstant) return {};
  const std::string_view text = argument->text;
  const std::size_t dot = text.find('.');
  if (text.find('"') != std::string_view::npos) return {};
  if (dot == std::string_view::npos) return {.name = text, .span = argument->span};
  return {.schema = text.substr(0, dot), .name = text.substr(dot + 1), .span = argument->span};
}

class CallLowering {
 public:
  CallLowering(const LowerContext& context, Dml& dml) : context_(context), dml_(dml) {}

  void select(const SelectStmt& select) {
    for (const ResTarget* target : nodes_of<ResTarget>(select.targetList)) visit(target->val);
    const std::vector<const Node*> sources = nodes_of<Node>(select.fromClause);
    for (const Node* source : sources) {
      const bool alone = sources.size() == 1 && nodeTag(source) == T_RangeFunction;
      alone ? visit(source) : perhaps(source);
    }
    sources.empty() ? visit(select.whereClause) : perhaps(select.whereClause);
  }

 private:
  void visit(const Node* node) {
    if (node == nullptr || depth_ >= kMaxDepth) return;
    ++depth_;
    switch (nodeTag(node)) {
      case T_FuncCall:
        call(node);
        children(node);
        break;
      case T_BoolExpr:
        cast<BoolExpr>(node).boolop == NOT_EXPR ? children(node)
                                                : first_of(cast<BoolExpr>(node).args);
        break;
      case T_CoalesceExpr: first_of(cast<CoalesceExpr>(node).args); break;
      case T_CaseExpr: choice(cast<CaseExpr>(node)); break;
      case T_SubLink: subquery(cast<SubLink>(node)); break;
      case T_RangeSubselect: break;
      default: children(node); break;
    }
    --depth_;
  }

  void perhaps(const Node* node) {
    const bool outer = std::exchange(certain_, false);
    visit(node);
    certain_ = outer;
  }

  /// The first is evaluated in any case.
  void first_of(const List* nodes) {
    bool first = true;
    for (const Node* node : nodes_of<Node>(nodes)) {
      first ? visit(node) : perhaps(node);
      first = false;
    }
  }

  void choice(const CaseExpr& choice) {
    visit(reinterpret_cast<const Node*>(choice.arg));
    bool first = true;
    for (const CaseWhen* when : nodes_of<CaseWhen>(choice.args)) {
      const auto* condition = reinterpret_cast<const Node*>(when->expr);
      first ? visit(condition) : perhaps(condition);
      perhaps(reinterpret_cast<const Node*>(when->result));
      first = false;
    }
    perhaps(reinterpret_cast<const Node*>(choice.defresult));
  }

  /// (SELECT f()); others are not followed.
  void subquery(const SubLink& link) {
    visit(link.testexpr);
    const auto* query = node_as<SelectStmt>(link.subselect, T_SelectStmt);
    if (query != nullptr && query->fromClause == nullptr) select(*query);
  }

  void children(const Node* node) {
    (void)raw_expression_tree_walker_impl(
        const_cast<Node*>(node),
        [](Node* child, void* self) -> bool {
          static_cast<CallLowering*>(self)->visit(child);
          return false;
        },
        this);
  }

  void call(const Node* node) {
    const auto& function = cast<FuncCall>(node);
    QualifiedName name = lower_name_list(function.funcname, context_);
    name.span = context_.at(function.location);
    dml_.calls.push_back({.function = name, .certain = certain_});
    if (!certain_) return;
    const QualifiedName sequence = sequence_of(lower_expression(node, context_));
    if (!sequence.empty()) dml_.sequences.push_back(sequence);
  }

  const LowerContext& context_;
  Dml& dml_;
  bool certain_ = true;
  int depth_ = 0;
};

}  // namespace

void lower_calls(const SelectStmt& select, const LowerContext& context, Dml& dml) {
  CallLowering(context, dml).select(select);
}

}  // namespace unwedge::sql
