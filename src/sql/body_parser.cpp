// The grammar is that of pl/plpgsql/src/pl_gram.y: its own statements begin with words of their own
// and have SQL in between, which ends with a semicolon or with the word that goes on, THEN or LOOP.
// What is in between goes through Postgres's SQL grammar, as the server does when the body is
// compiled (check_sql_expr). The depth is bounded: blocks may be nested without end.

#include "sql/body_parser.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

#include "sql/body_tokens.h"
#include "sql/fragment.h"
#include "sql/literal.h"

namespace unwedge::sql {
namespace {

using Kind = BodyNode::Kind;
using Loop = BodyNode::Loop;

constexpr int kMaxDepth = 100;

class BodyParser : private BodyTokens {
 public:
  BodyParser(std::string_view text, std::string_view file, Span region, BodyScratch& scratch,
             Body& body)
      : BodyTokens(text, file, region, body), scratch_(scratch) {}

  void parse(const std::vector<Name>& parameters) {
    variables_.insert(parameters.begin(), parameters.end());
    for (const std::string_view name : {"found", "sqlstate", "sqlerrm"}) variables_.insert(name);
    while (at_ < tokens_.size() && words() == "#") at_ += 3;  // #option dump
    const Name label = read_label();
    if (!is("declare") && !is("begin")) {
      unexpected();
      return;
    }
    body_.root = block();
    body_.root.label = label;
    if (is_char(';')) ++at_;
    if (at_ < tokens_.size()) unexpected();
  }

 private:
  // -------------------------------------------------------------------------------------------
  // Pieces of SQL

  /// The expression from here up to the token `end`.
  BodyExpression expression(std::size_t end) {
    BodyExpression result;
    if (end <= at_) {
      unexpected();
      return result;
    }
    result.span = span_of(at_, end);
    result.text = body_.storage->copy(slice(text_, result.span));
    Fragment fragment =
        parse_expression(text_, result.span, *body_.storage, variables_, body_.values);
    at_ = end;
    if (fragment.error) {
      fail(fragment.error->message, fragment.error->at);
      return result;
    }
    result.value = std::move(fragment.value);
    if (!fragment.statement) return result;
    fragment.statement->keyword_span = tokens_first(result.span);
    const auto* dml = fragment.statement->get<Dml>();
    const bool matters = dml == nullptr || !dml->reads.empty() || !dml->calls.empty();
    if (matters) result.evaluation = std::move(fragment.statement);
    return result;
  }

  BodyExpression expression_up_to(Words words) {
    const std::size_t end = find(words);
    BodyExpression result = expression(end);
    return result;
  }

  [[nodiscard]] Span tokens_first(Span span) const {
    const auto first = std::lower_bound(
        tokens_.begin(), tokens_.end(), span.begin,
        [](const Token& token, std::uint32_t begin) { return token.span.begin < begin; });
    return first == tokens_.end() ? span : first->span;
  }

  /// `INTO [STRICT] a, b.c`: to behind the last; adds them to the targets.
  std::size_t behind_targets(std::size_t into, std::vector<Name>& targets) {
    std::size_t i = into + 1;
    if (is(i, "strict")) ++i;
    for (bool more = true; more && i < tokens_.size();) {
      if (is_name(i)) targets.push_back(name_at(i));
      ++i;
      while (is_char(i, '.') || is_char(i, '[')) {
        const bool subscript = is_char(i, '[');
        while (subscript && i < tokens_.size() && !is_char(i, ']')) ++i;
        i += subscript ? 1U : 2U;
      }
      more = is_char(i, ',');
      if (more) ++i;
    }
    return std::min(i, tokens_.size());
  }

  /// A statement of SQL from here up to the token `end`. INTO, which is not part of it, and
  /// PERFORM, which is SELECT, are written over.
  void sql(std::size_t end, BodyNode& node) {
    node.kind = Kind::kSql;
    if (end <= at_) {
      unexpected();
      return;
    }
    const Span span = span_of(at_, end);
    std::string_view text = text_;
    std::string changed;
    if (is("perform")) {
      changed = slice(text_, span);
      changed.replace(0, std::string_view("PERFORM").size(), " SELECT");
    }
    const bool imports = is("import");
    for (std::size_t i = at_ + 1; i < end; ++i) {
      if (imports || !is(i, "into") || is_any(i - 1, {"insert", "merge"})) continue;
      if (changed.empty()) changed = slice(text_, span);
      const std::size_t behind = behind_targets(i, node.targets);
      const std::uint32_t from = tokens_[i].span.begin - span.begin;
      const std::uint32_t to = tokens_[behind - 1].span.end - span.begin;
      std::fill(changed.begin() + from, changed.begin() + std::min<std::uint32_t>(to, span.size()),
                ' ');
      break;
    }
    if (!changed.empty()) text = put(scratch_.fragment, span.begin, changed);
    node.expression.span = span;
    node.expression.text = body_.storage->copy(slice(text, span));
    Fragment fragment = parse_statement(text, span, *body_.storage, variables_, body_.values);
    at_ = end;
    if (fragment.error) {
      fail(fragment.error->message, fragment.error->at);
      return;
    }
    node.statement = std::move(fragment.statement);
    if (node.statement && node.statement->keyword_span.begin != span.begin) {
      node.statement->keyword_span = node.keyword_span;
    }
    if (node.statement && slice(text, node.statement->keyword_span).starts_with(' ')) {
      node.statement->keyword_span = node.keyword_span;
    }
  }

  // -------------------------------------------------------------------------------------------
  // Blocks

  /// From DECLARE or BEGIN to END and its label.
  BodyNode block() {
    BodyNode node;
    node.kind = Kind::kBlock;
    node.span = node.keyword_span = place();
    if (is("declare")) declarations();
    if (!expect("begin")) return node;
    node.branches.emplace_back().statements = statements();
    if (is("exception")) {
      ++at_;
      while (is("when")) node.branches.push_back(handler());
    }
    if (!expect("end")) return node;
    (void)read_name();
    node.span.end = tokens_[at_ - 1].span.end;
    return node;
  }

  BodyBranch handler() {
    BodyBranch branch;
    ++at_;
    while (!at_end() && !is("then")) {
      if (is("sqlstate")) {
        ++at_;
        if (at_end() || tokens_[at_].kind != TokenKind::kString) {
          unexpected();
          return branch;
        }
        branch.conditions.push_back(
            body_.storage->copy(read_literal(text_, tokens_[at_].span).value));
      } else if (is_name(at_) && !is("or")) {
        branch.conditions.push_back(name_at(at_));
      } else if (!is("or")) {
        unexpected();
        return branch;
      }
      ++at_;
    }
    if (expect("then")) branch.statements = statements();
    return branch;
  }

  void declarations() {
    while (!at_end() && !is("begin")) {
      if (is("declare")) {
        ++at_;
      } else if (is_name(at_)) {
        declaration();
      } else {
        unexpected();
      }
    }
  }

  void declaration() {
    BodyVariable variable{.name = name_at(at_)};
    for (BodyVariable& other : body_.variables) {
      if (other.name == variable.name) other.is_one_of_several = true;
    }
    ++at_;
    variables_.insert(variable.name);
    const std::size_t type = at_;
    while (is_any(at_, {"no", "scroll", "constant"})) ++at_;
    if (is("cursor")) {
      at_ = find({"is", "for"});
      if (!is_char(';') && !at_end()) ++at_;
      BodyNode query;
      query.keyword_span = place();
      sql(end_of_sql(), query);
    } else {
      at_ = type;
      while (!at_end() && !is_char(';') && words() != ":=" && words() != "=" && !is("default")) {
        ++at_;
      }
      if (!at_end() && !is_char(';')) {
        ++at_;
        variable.value = expression_up_to({});
      }
    }
    expect_semicolon();
    body_.variables.push_back(std::move(variable));
  }

  std::vector<BodyNode> statements() {
    std::vector<BodyNode> list;
    while (!at_end() && !is_any(at_, {"end", "exception", "elsif", "elseif", "else", "when"})) {
      list.push_back(statement());
    }
    return list;
  }

  // -------------------------------------------------------------------------------------------
  // Statements

  BodyNode statement() {
    if (depth_ >= kMaxDepth) {
      body_.incomplete = true;
      at_ = tokens_.size();
      return {};
    }
    ++depth_;
    const Name label = read_label();
    const std::size_t first = at_;
    BodyNode node;
    if (!at_end()) {
      node.keyword_span = place();
      read(node);
      if (!label.empty()) node.label = label;
      if (first < at_ && at_ <= tokens_.size()) {
        const std::size_t last = is_char(at_ - 1, ';') && at_ - 1 > first ? at_ - 1 : at_;
        node.span = span_of(first, last);
      }
    }
    --depth_;
    return node;
  }

  /// `a := `, `a.b[1] = `, `$1 := `.
  [[nodiscard]] bool is_assignment() const {
    if (!is_name(at_) && !words().starts_with('$')) return false;
    std::size_t i = at_ + 1;
    while (is_char(i, '.') || is_char(i, '[')) {
      if (is_char(i, '.')) {
        i += 2;
        continue;
      }
      int depth = 0;
      do {
        if (is_char(i, '[')) ++depth;
        if (is_char(i, ']')) --depth;
        ++i;
      } while (depth > 0 && i < tokens_.size());
    }
    return words(i) == ":=" || words(i) == "=";
  }

  void read(BodyNode& node) {
    if (is_assignment()) {
      assignment(node);
    } else if (is("declare") || is("begin")) {
      node = block();
      expect_semicolon();
    } else if (is("if")) {
      condition(node);
    } else if (is("case")) {
      choice(node);
    } else if (is_any(at_, {"loop", "while", "for", "foreach"})) {
      loop(node);
    } else if (is("execute")) {
      execute(node);
      skip_to_semicolon();
    } else if (is("raise")) {
      raise(node);
    } else if (is("return")) {
      returns(node);
    } else if (is("exit") || is("continue")) {
      leave(node);
    } else if (is("commit") || is("rollback")) {
      node.kind = Kind::kCommit;
      const TransactionControl control{.kind = is("commit") ? TransactionControl::Kind::kCommit
                                                            : TransactionControl::Kind::kRollback};
      node.statement = Statement{.node = control, .span = place(), .keyword_span = place()};
      skip_to_semicolon();
    } else if (is("assert")) {
      node.kind = Kind::kAssert;
      ++at_;
      node.expression = expression_up_to({});
      expect_semicolon();
    } else if (is("open")) {
      open(node);
    } else if (is("fetch")) {
      at_ = find({"into"});
      if (is("into")) at_ = behind_targets(at_, node.targets);
      skip_to_semicolon();
    } else if (is("get")) {
      diagnostics(node);
    } else if (is_any(at_, {"move", "close", "null"})) {
      skip_to_semicolon();
    } else {
      sql(end_of_sql(), node);
      expect_semicolon();
    }
  }

  void skip_to_semicolon() {
    at_ = find({});
    expect_semicolon();
  }

  /// GET [CURRENT | STACKED] DIAGNOSTICS a = item, b := item
  void diagnostics(BodyNode& node) {
    const std::size_t end = find({});
    for (; at_ < end; ++at_) {
      const bool is_set = words(at_ + 1) == "=" || words(at_ + 1) == ":=";
      if (is_set && is_name(at_)) node.targets.push_back(name_at(at_));
    }
    skip_to_semicolon();
  }

  void assignment(BodyNode& node) {
    node.kind = Kind::kAssign;
    if (is_name(at_)) node.targets.push_back(name_at(at_));
    while (!at_end() && words() != ":=" && words() != "=") ++at_;
    ++at_;
    node.expression = expression_up_to({});
    expect_semicolon();
  }

  /// IF … THEN … ELSIF … THEN … ELSE … END IF
  void condition(BodyNode& node) {
    node.kind = Kind::kIf;
    do {
      ++at_;
      BodyBranch& branch = node.branches.emplace_back();
      branch.condition = expression_up_to({"then"});
      if (!expect("then")) return;
      branch.statements = statements();
    } while (is("elsif") || is("elseif"));
    end(node, "if");
  }

  /// CASE … WHEN … THEN … ELSE … END CASE
  void choice(BodyNode& node) {
    node.kind = Kind::kCase;
    ++at_;
    if (!is("when")) node.expression = expression_up_to({"when"});
    while (is("when")) {
      ++at_;
      BodyBranch& branch = node.branches.emplace_back();
      branch.condition = expression_up_to({"then"});
      if (!expect("then")) return;
      branch.statements = statements();
    }
    end(node, "case");
  }

  /// ELSE …, and END with the word that it ends.
  void end(BodyNode& node, std::string_view word) {
    if (is("else")) {
      ++at_;
      node.branches.emplace_back().statements = statements();
    }
    if (expect("end") && expect(word)) expect_semicolon();
  }

  void loop(BodyNode& node) {
    node.kind = Kind::kLoop;
    if (is("while")) {
      node.loop = Loop::kWhile;
      ++at_;
      node.expression = expression_up_to({"loop"});
    } else if (is("for") || is("foreach")) {
      is("for") ? for_loop(node) : foreach_loop(node);
    }
    if (!expect("loop")) return;
    node.branches.emplace_back().statements = statements();
    if (!expect("end") || !expect("loop")) return;
    (void)read_name();
    expect_semicolon();
  }

  /// With FOREACH … SLICE there is more than a name, too.
  void loop_variables(BodyNode& node, std::size_t up_to) {
    for (++at_; at_ < up_to; ++at_) {
      if (is_name(at_)) node.targets.push_back(name_at(at_));
    }
    variables_.insert(node.targets.begin(), node.targets.end());
  }

  void for_loop(BodyNode& node) {
    loop_variables(node, find({"in"}));
    if (!expect("in")) return;
    if (is("reverse")) ++at_;
    if (is("execute")) {
      node.loop = Loop::kDynamic;
      execute(node);
      node.kind = Kind::kLoop;
      at_ = find({"loop"});
      return;
    }
    const std::size_t end = find({"loop"});
    std::size_t dots = at_;
    for (int depth = 0; dots < end; ++dots) {
      if (is_char(dots, '(')) ++depth;
      if (is_char(dots, ')')) --depth;
      if (depth == 0 && words(dots) == "..") break;
    }
    if (dots < end) {
      node.loop = Loop::kRange;
      const BodyExpression lower = expression(dots);
      ++at_;
      const BodyExpression upper = expression_up_to({"by", "loop"});
      node.constant = is_constant(lower) && is_constant(upper);
      if (is("by")) {
        ++at_;
        (void)expression_up_to({"loop"});
      }
      return;
    }
    node.loop = Loop::kQuery;
    const bool is_cursor = is_name(at_) && variables_.contains(name_at(at_));
    if (is_cursor) {
      at_ = end;
      return;
    }
    BodyNode query;
    query.keyword_span = place();
    const Span span = end > at_ ? span_of(at_, end) : Span();
    sql(end, query);
    node.expression.span = span;
    node.expression.text = body_.storage->copy(slice(text_, span));
    node.expression.evaluation = std::move(query.statement);
  }

  static bool is_constant(const BodyExpression& expression) {
    return expression.value && !any_part(*expression.value, [](const Expression& part) {
             return part.kind != Expression::Kind::kConstant &&
                    part.kind != Expression::Kind::kOperator;
           });
  }

  void foreach_loop(BodyNode& node) {
    node.loop = Loop::kArray;
    loop_variables(node, find({"in"}));
    if (!expect("in") || !expect("array")) return;
    node.expression = expression_up_to({"loop"});
  }

  /// EXECUTE command [INTO …] [USING …], up to what follows.
  void execute(BodyNode& node) {
    node.kind = Kind::kExecute;
    ++at_;
    node.expression = expression_up_to({"into", "using", "loop"});
    for (;;) {
      if (is("into")) {
        at_ = behind_targets(at_, node.targets);
      } else if (is("using")) {
        ++at_;
        at_ = find({"into", "loop"});
      } else {
        return;
      }
    }
  }

  void raise(BodyNode& node) {
    node.kind = Kind::kRaise;
    ++at_;
    node.raises = !is_any(at_, {"debug", "log", "info", "notice", "warning"});
    if (!node.raises || is("exception")) ++at_;
    node.condition = raised_condition();
    skip_to_semicolon();
  }

  /// [format | condition | SQLSTATE '…'] … [USING … ERRCODE = '…'] (exec_stmt_raise).
  Name raised_condition() {
    const std::size_t end = find({});
    Name condition;
    if (is_string(at_) || is("using")) {
      condition = "raise_exception";
    } else if (is("sqlstate")) {
      condition = string_at(at_ + 1);
    } else if (is_name(at_)) {
      condition = name_at(at_);
    }
    for (std::size_t i = at_; i < end; ++i) {
      if (!is(i, "errcode")) continue;
      const bool is_literal = is_string(i + 2) && (i + 3 == end || is_char(i + 3, ','));
      condition = is_literal ? string_at(i + 2) : Name();
    }
    return condition;
  }

  void returns(BodyNode& node) {
    ++at_;
    node.kind = Kind::kReturn;
    if (is("query")) {
      ++at_;
      if (is("execute")) {
        execute(node);
        skip_to_semicolon();
        return;
      }
      node.keyword_span = place();
      sql(end_of_sql(), node);
      expect_semicolon();
      return;
    }
    if (is("next")) {
      node.kind = Kind::kEvaluate;
      ++at_;
    }
    if (!is_char(';')) node.expression = expression_up_to({});
    expect_semicolon();
  }

  /// EXIT and CONTINUE [label] [WHEN …].
  void leave(BodyNode& node) {
    node.kind = is("exit") ? Kind::kExit : Kind::kContinue;
    ++at_;
    node.label = read_name();
    node.raises = !is("when");
    if (is("when")) {
      ++at_;
      node.expression = expression_up_to({});
    }
    expect_semicolon();
  }

  /// OPEN cursor FOR query, or FOR EXECUTE.
  void open(BodyNode& node) {
    at_ = find({"for"});
    if (is("for")) {
      ++at_;
      if (is("execute")) {
        execute(node);
      } else {
        node.keyword_span = place();
        sql(end_of_sql(), node);
      }
    }
    skip_to_semicolon();
  }

  BodyScratch& scratch_;
  std::set<Name> variables_;
  int depth_ = 0;
};

}  // namespace

std::string_view put(std::string& room, std::uint32_t place, std::string_view text) {
  if (room.size() < place + text.size()) room.resize(place + text.size());
  std::copy(text.begin(), text.end(), room.begin() + place);
  return std::string_view(room).substr(0, place + text.size());
}

void parse_body(std::string_view text, std::string_view file, Span region,
                const std::vector<Name>& parameters, BodyScratch& scratch, Body& body) {
  BodyParser(text, file, region, scratch, body).parse(parameters);
}

}  // namespace unwedge::sql
