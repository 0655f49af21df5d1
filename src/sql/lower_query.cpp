// Queries and the writes inside them: which relations are read, which written, and how far the
// number of written rows is bounded.

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

#include "sql/lower.h"
#include "sql/stand_in.h"

namespace unwedge::sql {
namespace {

/// Deeper parts of a query are not followed: a UNION of a million arms is legal.
constexpr int kMaxDepth = 300;

/// A WITH name that hides a relation of the same name, and whether its rows are bounded.
struct CommonTable {
  std::string_view name;
  bool bounded = false;
};

const WithClause* with_clause(const Node* query) {
  switch (nodeTag(query)) {
    case T_SelectStmt: return cast<SelectStmt>(query).withClause;
    case T_InsertStmt: return cast<InsertStmt>(query).withClause;
    case T_UpdateStmt: return cast<UpdateStmt>(query).withClause;
    case T_DeleteStmt: return cast<DeleteStmt>(query).withClause;
    case T_MergeStmt: return cast<MergeStmt>(query).withClause;
    default: return nullptr;
  }
}

/// Where subqueries begin, and whether the number of their rows is bounded.
using Marks = std::vector<std::pair<std::uint32_t, bool>>;

class QueryLowering {
 public:
  explicit QueryLowering(const LowerContext& context) : context_(context) {}

  void visit(const Node* node) {
    if (node == nullptr || depth_ >= kMaxDepth) return;
    ++depth_;
    switch (nodeTag(node)) {
      case T_RangeVar: read(cast<RangeVar>(node)); break;
      case T_ColumnRef: mention(cast<ColumnRef>(node)); break;
      case T_SelectStmt:
      case T_InsertStmt:
      case T_UpdateStmt:
      case T_DeleteStmt:
      case T_MergeStmt: query(node); break;
      // CREATE TABLE AS EXECUTE: the walker does not know it, and ends the process.
      case T_ExecuteStmt: break;
      default: children(node); break;
    }
    --depth_;
  }

  Dml take() { return std::move(dml_); }

  /// The relations, and the names where columns may stand.
  QueryShape take_shape() {
    shape_.reads = std::move(dml_.reads);
    return std::move(shape_);
  }

 private:
  void children(const Node* node) {
    (void)raw_expression_tree_walker_impl(
        const_cast<Node*>(node),
        [](Node* child, void* self) -> bool {
          static_cast<QueryLowering*>(self)->visit(child);
          return false;
        },
        this);
  }

  void visit_all(const List* nodes) {
    for (const Node* node : nodes_of<Node>(nodes)) visit(node);
  }

  const CommonTable* common_table(const RangeVar& relation) const {
    if (relation.schemaname != nullptr) return nullptr;
    const auto found = std::find_if(
        common_tables_.rbegin(), common_tables_.rend(),
        [&relation](const CommonTable& table) { return table.name == relation.relname; });
    return found == common_tables_.rend() ? nullptr : &*found;
  }

  void read(const RangeVar& relation) {
    if (common_table(relation) != nullptr) return;
    dml_.reads.push_back(lower_relation(&relation, context_));
  }

  void mention(const ColumnRef& reference) {
    const List& fields = *reference.fields;
    const auto* last = static_cast<const Node*>(fields.elements[fields.length - 1].ptr_value);
    if (const auto* column = node_as<String>(last, T_String)) {
      if (fields.length == 1 && is_placeholder(column->sval)) return;  // perhaps a value
      const Name name = context_.name(column->sval);
      auto& columns = shape_.columns;
      if (std::find(columns.begin(), columns.end(), name) == columns.end()) columns.push_back(name);
    } else {
      shape_.all_columns = true;
    }
  }

  void query(const Node* node) {
    const std::size_t outer = common_tables_.size();
    if (const WithClause* with = with_clause(node)) {
      for (const CommonTableExpr* table : nodes_of<CommonTableExpr>(with->ctes)) {
        // A recursive query reads itself; its rows are not bounded by anything we see.
        if (with->recursive) common_tables_.push_back({.name = table->ctename});
        visit(table->ctequery);
        const bool bounded = !with->recursive && is_bounded(table->ctequery);
        common_tables_.push_back({.name = table->ctename, .bounded = bounded});
      }
    }
    switch (nodeTag(node)) {
      case T_SelectStmt: select(cast<SelectStmt>(node)); break;
      case T_InsertStmt: insert(cast<InsertStmt>(node)); break;
      case T_UpdateStmt: update(cast<UpdateStmt>(node)); break;
      case T_DeleteStmt: remove(cast<DeleteStmt>(node)); break;
      default: merge(cast<MergeStmt>(node)); break;
    }
    common_tables_.resize(outer);
  }

  void select(const SelectStmt& select) {
    if (select.lockingClause != nullptr) dml_.row_locks = true;
    if (select.op != SETOP_NONE) {
      visit(reinterpret_cast<const Node*>(select.larg));
      visit(reinterpret_cast<const Node*>(select.rarg));
    }
    visit_all(select.targetList);
    visit_all(select.valuesLists);
    visit_all(select.fromClause);
    visit(select.whereClause);
    visit_all(select.groupClause);
    visit(select.havingClause);
    visit_all(select.sortClause);
    visit(select.limitCount);
    visit(select.limitOffset);
  }

  Write& add_write(Write::Kind kind, const RangeVar* target) {
    Write& write = dml_.writes.emplace_back();
    write.kind = kind;
    write.target = lower_relation(target, context_);
    // The verb of a write inside WITH, or behind it, has no place in the parse tree.
    const Span verb = leading_words(context_.text, context_.statement);
    const bool verb_leads = depth_ <= 1 && verb.size() > std::string_view("WITH").size();
    write.span = verb_leads ? cover(verb, write.target.span) : write.target.span;
    return write;
  }

  void insert(const InsertStmt& insert) {
    Write& write = add_write(Write::Kind::kInsert, insert.relation);
    for (const ResTarget* column : nodes_of<ResTarget>(insert.cols)) {
      write.columns.push_back(context_.name(column->name));
    }
    write.conflict_clause = insert.onConflictClause != nullptr;
    if (const auto* source = node_as<SelectStmt>(insert.selectStmt, T_SelectStmt)) {
      write.rows_from_query = source->valuesLists == nullptr;
      write.bound = bound_of_rows(*source, write.key_columns);
    }
    visit(insert.selectStmt);
    visit(reinterpret_cast<const Node*>(insert.onConflictClause));
  }

  void update(const UpdateStmt& update) {
    Write& write = add_write(Write::Kind::kUpdate, update.relation);
    for (const ResTarget* column : nodes_of<ResTarget>(update.targetList)) {
      write.columns.push_back(context_.name(column->name));
    }
    bound_write(update.whereClause, update.fromClause, write);
    visit_all(update.targetList);
    visit_all(update.fromClause);
    visit(update.whereClause);
  }

  void remove(const DeleteStmt& remove) {
    Write& write = add_write(Write::Kind::kDelete, remove.relation);
    bound_write(remove.whereClause, remove.usingClause, write);
    visit_all(remove.usingClause);
    visit(remove.whereClause);
  }

  void merge(const MergeStmt& merge) {
    Write& write = add_write(Write::Kind::kMerge, merge.relation);
    write.rows_from_query = true;
    // WHEN NOT MATCHED BY SOURCE looks at every row of the target.
    bool whole_target = false;
    for (const MergeWhenClause* when : nodes_of<MergeWhenClause>(merge.mergeWhenClauses)) {
      whole_target = whole_target || when->matchKind == MERGE_WHEN_NOT_MATCHED_BY_SOURCE;
    }
    const bool bounded = !whole_target && is_bounded_source(merge.sourceRelation);
    write.bound = bounded ? RowBound::kBounded : RowBound::kUnbounded;
    visit(merge.sourceRelation);
    visit(merge.joinCondition);
    visit_all(merge.mergeWhenClauses);
  }

  /// UPDATE and DELETE: WHERE bounds the rows, or a join with a bounded list of keys does.
  void bound_write(const Node* where, const List* other_tables, Write& write) {
    write.rows_from_query = other_tables != nullptr;
    write.bound = RowBound::kUnbounded;
    if (where == nullptr) return;
    write.where = lower_where(where);
    write.bound = bound_of(*write.where, write.key_columns);
    const std::vector<const Node*> sources = nodes_of<Node>(other_tables);
    if (write.bound == RowBound::kUnbounded && !sources.empty() &&
        std::all_of(sources.begin(), sources.end(),
                    [this](const Node* source) { return is_bounded_source(source); })) {
      join_with_keys(*write.where, write);
    }
  }

  /// `t.id = v.id`, where v has a bounded number of rows.
  static void join_with_keys(const Expression& where, Write& write) {
    if (where.kind == Expression::Kind::kAnd) {
      for (const Expression& operand : where.operands) join_with_keys(operand, write);
      return;
    }
    if (where.kind != Expression::Kind::kOperator || where.name != "=" ||
        where.operands.size() != 2 || where.operands[0].kind != Expression::Kind::kColumn ||
        where.operands[1].kind != Expression::Kind::kColumn) {
      return;
    }
    write.bound = RowBound::kByKey;
    write.key_columns.push_back(where.operands[0].name);
    write.key_columns.push_back(where.operands[1].name);
  }

  /// An expression, with its subqueries marked that have a bounded number of rows.
  Expression lower_where(const Node* where) {
    Expression expression = lower_expression(where, context_);
    mark_bounded(where, expression);
    return expression;
  }

  /// Subqueries that read a bounded WITH table: lower_expression knows of LIMIT alone. What is
  /// inside a subquery does not matter: the expression has no room for it.
  void mark_bounded(const Node* where, Expression& expression) {
    struct Collector {
      QueryLowering* self;
      Marks marks;
      int depth;
    } collector{this, {}, 0};
    using Walker = bool (*)(Node*, void*);
    static constexpr Walker kWalk = [](Node* node, void* data) -> bool {
      auto* into = static_cast<Collector*>(data);
      if (node == nullptr || into->depth >= kMaxDepth) return false;
      if (const auto* link = node_as<SubLink>(node, T_SubLink)) {
        into->marks.emplace_back(into->self->context_.at(link->location).begin,
                                 into->self->is_bounded(link->subselect));
        node = link->testexpr;
        if (node == nullptr) return false;
      }
      ++into->depth;
      (void)raw_expression_tree_walker_impl(node, kWalk, data);
      --into->depth;
      return false;
    };
    kWalk(const_cast<Node*>(where), &collector);
    if (!collector.marks.empty()) apply_marks(collector.marks, expression);
  }

  static void apply_marks(const Marks& marks, Expression& expression) {
    if (expression.kind == Expression::Kind::kSubquery) {
      for (const auto& [begin, bounded] : marks) {
        if (begin == expression.span.begin && bounded) expression.limited = true;
      }
    }
    for (Expression& operand : expression.operands) apply_marks(marks, operand);
  }

  bool is_bounded(const Node* query, int depth = 0) {
    if (const auto* select = node_as<SelectStmt>(query, T_SelectStmt)) {
      return is_bounded_select(*select, depth);
    }
    // INSERT … VALUES … RETURNING: its write was lowered just before.
    return !dml_.writes.empty() && dml_.writes.back().bound == RowBound::kBounded;
  }

  /// LIMIT, VALUES, or nothing in FROM that is not bounded itself.
  bool is_bounded_select(const SelectStmt& select, int depth) {
    if (depth >= kMaxDepth) return false;
    if (select.limitCount != nullptr && !is_no_limit(select.limitCount)) return true;
    if (select.op != SETOP_NONE) {
      return is_bounded_select(*select.larg, depth + 1) &&
             is_bounded_select(*select.rarg, depth + 1);
    }
    if (select.valuesLists != nullptr) return true;
    const std::vector<const Node*> sources = nodes_of<Node>(select.fromClause);
    return std::all_of(sources.begin(), sources.end(), [this, depth](const Node* source) {
      return is_bounded_source(source, depth + 1);
    });
  }

  /// How far a SELECT's own text bounds the number of its rows.
  RowBound bound_of_rows(const SelectStmt& select, std::vector<Name>& keys) {
    if (is_bounded_select(select, 0)) return RowBound::kBounded;
    if (select.op != SETOP_NONE || select.whereClause == nullptr) return RowBound::kUnbounded;
    return bound_of(lower_where(select.whereClause), keys);
  }

  static bool is_no_limit(const Node* limit) {
    const auto* constant = node_as<A_Const>(limit, T_A_Const);
    return constant != nullptr && constant->isnull;
  }

  /// VALUES, a function of constants, a bounded WITH table or subquery, or a join of such.
  bool is_bounded_source(const Node* source, int depth = 0) {
    if (source == nullptr) return true;
    if (depth >= kMaxDepth) return false;
    switch (nodeTag(source)) {
      case T_RangeVar: {
        const CommonTable* table = common_table(cast<RangeVar>(source));
        return table != nullptr && table->bounded;
      }
      case T_RangeSubselect: return is_bounded(cast<RangeSubselect>(source).subquery, depth + 1);
      case T_JoinExpr:
        return is_bounded_source(cast<JoinExpr>(source).larg, depth + 1) &&
               is_bounded_source(cast<JoinExpr>(source).rarg, depth + 1);
      case T_RangeFunction: return calls_with_constants(cast<RangeFunction>(source));
      default: return false;
    }
  }

  bool calls_with_constants(const RangeFunction& function) {
    for (const List* pair : nodes_of<List>(function.functions)) {
      const Expression call =
          lower_expression(static_cast<const Node*>(pair->elements[0].ptr_value), context_);
      const bool depends = any_part(call, [](const Expression& part) {
        return part.kind == Expression::Kind::kColumn || part.kind == Expression::Kind::kSubquery;
      });
      // A function of the user's own may return any number of rows.
      const bool known = call.name == "unnest" || call.name == "generate_series" ||
                         call.name == "regexp_split_to_table" || call.name == "string_to_table" ||
                         call.name.starts_with("json");
      if (depends || !known) return false;
    }
    return true;
  }

  const LowerContext& context_;
  Dml dml_;
  QueryShape shape_;
  std::vector<CommonTable> common_tables_;
  int depth_ = 0;
};

/// The names in a list as search_path has it: `a, "B"`.
std::vector<std::string_view> names_in(std::string_view list) {
  std::vector<std::string_view> names;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view name = list.substr(0, comma);
    list.remove_prefix(comma == list.npos ? list.size() : comma + 1);
    const std::size_t begin = name.find_first_not_of(" \"");
    if (begin == name.npos) continue;
    names.push_back(name.substr(begin, name.find_last_not_of(" \"") - begin + 1));
  }
  return names;
}

/// SELECT set_config('name', 'value', is_local): SET in disguise.
std::optional<SetVariable> lower_set_config(const SelectStmt& select, const LowerContext& context) {
  if (select.targetList == nullptr || select.targetList->length != 1 ||
      select.fromClause != nullptr) {
    return std::nullopt;
  }
  const auto* target = static_cast<const ResTarget*>(select.targetList->elements[0].ptr_value);
  const auto* call = node_as<FuncCall>(target->val, T_FuncCall);
  if (call == nullptr || lower_name_list(call->funcname, context).name != "set_config") {
    return std::nullopt;
  }
  const Expression arguments = lower_expression(reinterpret_cast<const Node*>(call), context);
  if (arguments.operands.size() != 3 ||
      !std::all_of(
          arguments.operands.begin(), arguments.operands.end(),
          [](const Expression& part) { return part.kind == Expression::Kind::kConstant; })) {
    return std::nullopt;
  }
  std::string name(arguments.operands[0].text);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::string_view value = arguments.operands[1].text;
  return SetVariable{
      .name = context.arena.copy(name),
      .values = name == "search_path" ? names_in(value) : std::vector<std::string_view>{value},
      .local = arguments.operands[2].text == "true"};
}

Dml lower_copy(const CopyStmt& copy, const LowerContext& context) {
  Dml dml;
  if (copy.query != nullptr) {
    QueryLowering lowering(context);
    lowering.visit(copy.query);
    dml = lowering.take();
  } else if (copy.is_from) {
    Write& write = dml.writes.emplace_back();
    write.kind = Write::Kind::kCopy;
    write.target = lower_relation(copy.relation, context);
    write.columns = lower_names(copy.attlist, context);
    write.rows_from_query = true;
    write.bound = RowBound::kUnbounded;
    write.span = cover(leading_words(context.text, context.statement), write.target.span);
  } else {
    dml.reads.push_back(lower_relation(copy.relation, context));
  }
  dml.copy_from_stdin = copy.is_from && copy.filename == nullptr;
  dml.copy_to = !copy.is_from;
  return dml;
}

/// SELECT … INTO creates a table; the clause stands at the leftmost arm of a UNION.
const IntoClause* into_clause(const SelectStmt& select) {
  const SelectStmt* arm = &select;
  while (arm->larg != nullptr) arm = arm->larg;
  return arm->intoClause;
}

/// A scalar subquery has the name and the value of its own column.
QueryShape::Output lower_output(const ResTarget& target, const LowerContext& context) {
  const ResTarget* source = &target;
  const auto* subquery = node_as<SubLink>(target.val, T_SubLink);
  if (subquery != nullptr && subquery->subLinkType == EXPR_SUBLINK) {
    const auto* select = node_as<SelectStmt>(subquery->subselect, T_SelectStmt);
    const std::vector<const ResTarget*> targets =
        nodes_of<ResTarget>(select == nullptr ? nullptr : select->targetList);
    if (!targets.empty()) source = targets.front();
  }
  const char* name = target.name == nullptr ? source->name : target.name;
  return {.name = context.name(name), .value = lower_expression(source->val, context)};
}

}  // namespace

std::vector<QualifiedName> relations_read(const Node* query, const LowerContext& context) {
  QueryLowering lowering(context);
  lowering.visit(query);
  return lowering.take().reads;
}

QueryShape lower_shape(const Node* query, const LowerContext& context) {
  QueryLowering lowering(context);
  lowering.visit(query);
  QueryShape shape = lowering.take_shape();
  const auto* select = node_as<SelectStmt>(query, T_SelectStmt);
  while (select != nullptr && select->larg != nullptr) select = select->larg;  // of a UNION
  if (select == nullptr) return shape;
  for (const ResTarget* target : nodes_of<ResTarget>(select->targetList)) {
    shape.output.push_back(lower_output(*target, context));
  }
  return shape;
}

StatementNode lower_query(const Node* node, const LowerContext& context) {
  if (const auto* copy = node_as<CopyStmt>(node, T_CopyStmt)) return lower_copy(*copy, context);
  const auto* select = node_as<SelectStmt>(node, T_SelectStmt);
  if (select != nullptr) {
    if (const IntoClause* into = into_clause(*select)) {
      return CreateTableAs{.table = lower_relation(into->rel, context),
                           .persistence = lower_persistence(into->rel->relpersistence),
                           .reads = relations_read(node, context),
                           .query = lower_shape(node, context),
                           .column_names = lower_names(into->colNames, context)};
    }
    if (auto set = lower_set_config(*select, context)) return *std::move(set);
  }
  QueryLowering lowering(context);
  lowering.visit(node);
  Dml dml = lowering.take();
  if (select != nullptr) lower_calls(*select, context, dml);
  return dml;
}

}  // namespace unwedge::sql
