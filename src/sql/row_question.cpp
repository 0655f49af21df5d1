// See row_question.h. A condition that is null counts as not true, as it does for IF; neither
// EXISTS nor count() is ever null.

#include "sql/row_question.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "sql/lower.h"
#include "sql/raw_parse.h"

namespace unwedge::sql {
namespace {

/// What is said after so many parts is not looked at.
constexpr int kMostParts = 100;

/// What is said of a count: that there is a row, or that there is none.
enum class Says : std::uint8_t { kNothing, kSomeRow, kNoRow };

const SelectStmt* scalar_query(const Node* node) {
  const auto* link = node_as<SubLink>(node, T_SubLink);
  if (link == nullptr || link->subLinkType != EXPR_SUBLINK) return nullptr;
  return node_as<SelectStmt>(link->subselect, T_SelectStmt);
}

/// The value of a query without FROM, or what it has instead of one row for each.
const Node* only_target(const SelectStmt& select) {
  if (select.targetList == nullptr || select.targetList->length != 1) return nullptr;
  return static_cast<const ResTarget*>(select.targetList->elements[0].ptr_value)->val;
}

bool is_plain_value(const Node* target) {
  return nodeTag(target) == T_A_Const || nodeTag(target) == T_ColumnRef;
}

/// An aggregate returns one row in any case, and a function of a set any number.
bool has_row_for_row(const SelectStmt& select) {
  return std::ranges::all_of(nodes_of<ResTarget>(select.targetList),
                             [](const ResTarget* target) { return is_plain_value(target->val); });
}

/// count(*), count(1)
bool counts_rows(const SelectStmt& select) {
  const auto* call = node_as<FuncCall>(only_target(select), T_FuncCall);
  if (call == nullptr || call->agg_filter != nullptr || call->agg_distinct ||
      call->over != nullptr || call->funcname == nullptr || call->funcname->length != 1) {
    return false;
  }
  const auto* name = node_as<String>(call->funcname->elements[0].ptr_value, T_String);
  if (name == nullptr || std::string_view(name->sval) != "count") return false;
  const bool constant =
      call->args != nullptr && call->args->length == 1 &&
      nodeTag(static_cast<const Node*>(call->args->elements[0].ptr_value)) == T_A_Const;
  return call->agg_star || constant;
}

std::optional<int> integer(const Node* node) {
  const auto* constant = node_as<A_Const>(node, T_A_Const);
  if (constant == nullptr || constant->isnull || nodeTag(&constant->val.node) != T_Integer) {
    return std::nullopt;
  }
  return constant->val.ival.ival;
}

Says comparison(std::string_view sign, int with) {
  if ((sign == ">" || sign == "<>") && with == 0) return Says::kSomeRow;
  if (sign == ">=" && with == 1) return Says::kSomeRow;
  if ((sign == "=" || sign == "<=") && with == 0) return Says::kNoRow;
  if (sign == "<" && with == 1) return Says::kNoRow;
  return Says::kNothing;
}

class QuestionReader {
 public:
  QuestionReader(const VariableMeaning& meaning, Arena& arena) : meaning_(meaning), arena_(arena) {}

  void read(std::string_view text, bool is_true) {
    within(text,
           [&](const Node* node, const LowerContext& context) { read(node, is_true, context); });
  }

  std::vector<RowQuery> take() { return std::move(found_); }

 private:
  /// Calls visit(node, context) with the expression that the text is.
  template <typename Visit>
  void within(std::string_view text, const Visit& visit) {
    if (text.empty() || ++parts_ > kMostParts) return;
    const Span all{0, static_cast<std::uint32_t>(text.size())};
    const RawParse parsed = raw_parse(text, all, PG_QUERY_PARSE_PLPGSQL_EXPR);
    const std::vector<const RawStmt*> statements = nodes_of<RawStmt>(parsed.tree);
    if (statements.empty()) return;
    const auto* select = node_as<SelectStmt>(statements.front()->stmt, T_SelectStmt);
    if (select == nullptr || select->fromClause != nullptr || select->targetList == nullptr) return;
    // ASSERT may have a message behind it.
    const auto* target = static_cast<const ResTarget*>(select->targetList->elements[0].ptr_value);
    visit(target->val, {.arena = arena_, .text = text, .base = 0, .statement = all});
  }

  void read(const Node* node, bool is_true, const LowerContext& context) {
    if (node == nullptr || ++parts_ > kMostParts) return;
    if (const auto* link = node_as<SubLink>(node, T_SubLink)) {
      read(*link, is_true, context);
    } else if (const auto* logic = node_as<BoolExpr>(node, T_BoolExpr)) {
      read(*logic, is_true, context);
    } else if (const auto* operation = node_as<A_Expr>(node, T_A_Expr)) {
      read(*operation, is_true, context);
    } else if (const auto* column = node_as<ColumnRef>(node, T_ColumnRef)) {
      read(meaning_of(*column), is_true);
    }
  }

  void read(const SubLink& link, bool is_true, const LowerContext& context) {
    const auto* select = node_as<SelectStmt>(link.subselect, T_SelectStmt);
    if (select == nullptr) return;
    if (link.subLinkType == EXISTS_SUBLINK) {
      if (!is_true && has_row_for_row(*select)) add(*select, context);
    } else if (link.subLinkType == EXPR_SUBLINK && select->fromClause == nullptr) {
      read(only_target(*select), is_true, context);
    }
  }

  /// What is known of one of them alone is known if both are true, or neither is.
  void read(const BoolExpr& logic, bool is_true, const LowerContext& context) {
    if (logic.boolop == NOT_EXPR) {
      read(nodes_of<Node>(logic.args).front(), !is_true, context);
    } else if ((logic.boolop == AND_EXPR) == is_true) {
      for (const Node* each : nodes_of<Node>(logic.args)) read(each, is_true, context);
    }
  }

  void read(const A_Expr& operation, bool is_true, const LowerContext& context) {
    const std::optional<int> with = integer(operation.rexpr);
    if (operation.kind != AEXPR_OP || !with) return;
    const Says says = comparison(lower_name_list(operation.name, context).name, *with);
    const bool none = is_true ? says == Says::kNoRow : says == Says::kSomeRow;
    if (none) add_counted(operation.lexpr, context);
  }

  void add_counted(const Node* count, const LowerContext& context) {
    if (count == nullptr || ++parts_ > kMostParts) return;
    if (const SelectStmt* select = scalar_query(count)) {
      if (counts_rows(*select)) add(*select, context);
    } else if (const auto* column = node_as<ColumnRef>(count, T_ColumnRef)) {
      within(meaning_of(*column),
             [&](const Node* node, const LowerContext& inner) { add_counted(node, inner); });
    }
  }

  [[nodiscard]] std::string_view meaning_of(const ColumnRef& column) {
    const std::vector<const Node*> fields = nodes_of<Node>(column.fields);
    const auto* name = fields.size() == 1 ? node_as<String>(fields.front(), T_String) : nullptr;
    return name == nullptr ? std::string_view() : arena_.copy(meaning_(name->sval));
  }

  void add(const SelectStmt& select, const LowerContext& context) {
    const std::vector<const Node*> sources = nodes_of<Node>(select.fromClause);
    const auto* table =
        sources.size() == 1 ? node_as<RangeVar>(sources.front(), T_RangeVar) : nullptr;
    const bool is_plain =
        select.op == SETOP_NONE && select.withClause == nullptr && select.groupClause == nullptr &&
        select.havingClause == nullptr && select.limitOffset == nullptr &&
        (select.limitCount == nullptr || integer(select.limitCount).value_or(0) > 0);
    if (!is_plain || table == nullptr || !table->inh) return;
    RowQuery& query = found_.emplace_back();
    query.table = lower_relation(table, context);
    if (select.whereClause != nullptr) query.where = lower_expression(select.whereClause, context);
  }

  const VariableMeaning& meaning_;
  Arena& arena_;
  std::vector<RowQuery> found_;
  int parts_ = 0;
};

}  // namespace

std::vector<RowQuery> queries_without_row(std::string_view condition, bool is_true,
                                          const VariableMeaning& meaning, Arena& arena) {
  const MemoryContextScope memory;
  QuestionReader reader(meaning, arena);
  reader.read(condition, is_true);
  return reader.take();
}

}  // namespace unwedge::sql
