// See body_walk.h.

#include "timeline/body_walk.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "effects/effects_of.h"
#include "effects/refusals.h"
#include "effects/schema_refusals.h"
#include "timeline/body_effects.h"
#include "timeline/flow.h"
#include "timeline/frames.h"
#include "timeline/guards.h"
#include "timeline/known_text.h"
#include "timeline/moved.h"
#include "timeline/row_guards.h"

namespace unwedge::timeline {
namespace {

using sql::BodyBranch;
using sql::BodyExpression;
using sql::BodyNode;
using Kind = BodyNode::Kind;
using Loop = BodyNode::Loop;
using Nodes = std::vector<BodyNode>;
using RowQueries = std::vector<sql::RowQuery>;

constexpr std::string_view kAssumedTransaction =
    "whether the migration tool opens a transaction is not known";
constexpr std::string_view kInvalidTermination = "2D000";

/// Loops over constants are followed for as many rounds in all.
constexpr std::size_t kMostRounds = 1000;

constexpr int kMostNested = 5;

bool has(const Nodes& nodes, Kind kind) {
  return std::any_of(nodes.begin(), nodes.end(), [kind](const BodyNode& node) {
    return node.kind == kind ||
           std::any_of(node.branches.begin(), node.branches.end(),
                       [kind](const BodyBranch& branch) { return has(branch.statements, kind); });
  });
}

class BodyWalk {
 public:
  BodyWalk(sql::Body& body, const BodyContext& context, sql::BodyScratch& scratch, BodyHost& host)
      : body_(body), context_(context), scratch_(scratch), host_(host) {}

  Flow walk() {
    if (body_.error) {
      Statement& wrong = added_statement(body_.error->at);
      wrong.node = *body_.error;
      run(wrong, {});
    }
    for (const sql::BodyVariable& variable : body_.variables) evaluate(variable.value);
    Flow flow = block(body_.root);
    if (body_.incomplete) unknown(context_.block, {});
    return flow;
  }

 private:
  // -------------------------------------------------------------------------------------------
  // Statements

  Flow run_all(const Nodes& nodes) {
    const std::size_t frames = frames_.size();
    Flow flow;
    for (std::size_t i = 0; i < nodes.size() && flow.goes_on(); ++i) {
      Flow next = run_node(nodes[i]);
      if (std::exchange(fails_, false)) next = {.ends = Flow::kCaught};
      const bool has_rest = next.goes_on() && i + 1 < nodes.size();
      // IF … THEN RETURN; END IF: the rest runs only otherwise.
      if (has_rest && next.ends_early()) {
        frames_.enter_rest(branch_frame(next.words, nodes[i + 1].span, nodes.back().span));
      }
      flow.ends &= ~unsigned{Flow::kGoesOn};
      flow.add(std::move(next));
    }
    frames_.leave_to(frames);
    return flow;
  }

  Frame branch_frame(const GuardWords& words, Span first, Span last) {
    if (!words_) words_.emplace(context_.text, context_.block);
    const bool guarded = !words.empty() && words_->any_in(cover(first, last), words);
    return {.possible = !guarded, .guarded = guarded};
  }

  Flow run_node(const BodyNode& node) {
    row_guards_.note(node, !may_be_passed_over());
    switch (node.kind) {
      case Kind::kBlock: return block(node);
      case Kind::kIf:
      case Kind::kCase: return branches(node);
      case Kind::kLoop: return loop(node);
      case Kind::kSql:
        last_query_ = &node;
        forget(node.targets);
        query(node);
        return {};
      case Kind::kAssign:
        evaluate(node.expression);
        bind(node);
        return {};
      case Kind::kEvaluate: evaluate(node.expression); return {};
      case Kind::kAssert: {
        const RowQueries no_row = host_.wants_effects() ? row_guards_.passed(node) : RowQueries();
        evaluate(node.expression, no_row);
        guard(no_row);
        return {};
      }
      case Kind::kExecute:
        last_query_ = &node;
        execute(node);
        forget(node.targets);
        return {};
      case Kind::kCommit:
        if (node.statement) end_transaction(*node.statement);
        return {};
      case Kind::kReturn:
        if (node.statement) run(*node.statement, {});
        evaluate(node.expression);
        return {.ends = Flow::kReturns};
      case Kind::kRaise:
        if (!node.raises) return {};
        return {.ends = frames_.take_raise(node.condition) ? Flow::kCaught : 0U};
      case Kind::kExit:
      case Kind::kContinue: return left_by(node);
      case Kind::kOther: forget(node.targets); break;
    }
    return {};
  }

  /// EXIT and CONTINUE.
  Flow left_by(const BodyNode& node) {
    evaluate(node.expression);
    Flow flow{.ends = node.kind == Kind::kExit ? Flow::kExits : Flow::kContinues};
    if (!node.label.empty()) flow = {.ends = Flow::kLeavesLabel, .labels = {node.label}};
    if (node.raises) return flow;
    flow.ends |= Flow::kGoesOn;
    flow.words = guard_words(node.expression, body_, bindings_, last_query_);
    return flow;
  }

  void bind(const BodyNode& node) {
    if (node.targets.empty()) return;
    const Name target = node.targets.front();
    const std::optional<Expression>& value = node.expression.value;
    const bool grows = value && any_part(*value, [target](const Expression& part) {
                         return part.kind == Expression::Kind::kColumn && part.name == target;
                       });
    // What is added to in a loop is known only after the last round.
    const bool is_known = value && !(grows && in_loop_);
    bindings_.insert_or_assign(std::string(target), is_known ? known_text(*value, body_, bindings_)
                                                             : KnownText{.ends = false});
  }

  void forget(const std::vector<Name>& variables) {
    for (const Name variable : variables) {
      bindings_.insert_or_assign(std::string(variable), KnownText{.ends = false});
    }
  }

  /// What is set in a part that may not run is not known behind it.
  void forget_set_in(const Nodes& nodes) {
    for (const BodyNode& node : nodes) {
      if (node.kind != Kind::kLoop) forget(node.targets);
      for (const BodyBranch& branch : node.branches) forget_set_in(branch.statements);
    }
  }

  Flow block(const BodyNode& node) {
    if (node.branches.empty()) return {};
    const bool has_handlers = node.branches.size() > 1;
    Flow flow = has_handlers ? handled(node) : run_all(node.branches.front().statements);
    flow.leave(node.label);
    return flow;
  }

  Flow handled(const BodyNode& node) {
    const auto first = node.branches.begin() + 1;
    const bool guarded = std::any_of(first, node.branches.end(), tolerates_repetition);
    const bool swallows = std::any_of(first, node.branches.end(), [](const BodyBranch& handler) {
      return !tolerates_repetition(handler) && !raises_again(handler);
    });
    host_.begin_block();
    frames_.enter({.guarded = guarded, .handled = &node});
    Flow flow = run_all(node.branches.front().statements);
    const schema::Catalog::Mark mark = frames_.innermost().mark;
    const std::vector<const BodyBranch*> reached = std::move(frames_.innermost().reached);
    frames_.leave();
    const bool fails = flow.ends == Flow::kCaught;
    host_.end_block(fails);
    if (fails) {
      host_.catalog().undo_to(mark);
    } else if (swallows || !reached.empty()) {
      // What a handler swallows is undone with all that was done before in the block.
      host_.catalog().doubt_since(mark);
    }
    if (!frames_.are_reached()) flow.ends &= ~unsigned{Flow::kCaught};
    for (auto handler = first; handler != node.branches.end(); ++handler) {
      frames_.enter({.possible = true, .handler = true});
      Flow behind = run_all(handler->statements);
      frames_.leave(behind.goes_on_somewhere());
      const bool runs = std::find(reached.begin(), reached.end(), &*handler) != reached.end();
      if (runs) flow.add(std::move(behind));
    }
    return flow;
  }

  Flow branches(const BodyNode& node) {
    evaluate(node.expression);
    Flow flow{.ends = 0};
    bool has_else = false;
    bool all_ask = true;
    GuardWords asked;  // what the conditions so far ask for
    for (const BodyBranch& branch : node.branches) {
      has_else = has_else || branch.condition.empty();
      // It is asked in any case if all that the conditions before it lead to is a failure.
      const bool may_guard = flow.ends == 0 && host_.wants_effects();
      const RowQueries no_row = may_guard ? row_guards_.passed(branch) : RowQueries();
      evaluate(branch.condition, no_row);
      if (fails_) break;
      const GuardWords words = guard_words(branch.condition, body_, bindings_, last_query_);
      all_ask = all_ask && (branch.condition.empty() || !words.empty());
      asked.insert(words.begin(), words.end());
      const Nodes& statements = branch.statements;
      frames_.enter(statements.empty()
                        ? Frame{.possible = true}
                        : branch_frame(words, statements.front().span, statements.back().span));
      Flow end = run_all(statements);
      frames_.leave(end.goes_on_somewhere());
      if (end.goes_on_somewhere()) forget_set_in(statements);
      guard(no_row);
      // What decides whether it ends early: these conditions alone, or others inside.
      end.words = end.goes_on() || !all_ask ? GuardWords() : asked;
      flow.add(std::move(end));
    }
    if (!has_else) flow.ends |= Flow::kGoesOn;
    return flow;
  }

  /// What comes next runs only if none of these had a row.
  void guard(const RowQueries& no_row) {
    if (may_be_passed_over()) return;
    for (const sql::RowQuery& query : no_row) host_.guard(query);
  }

  [[nodiscard]] bool may_be_passed_over() const {
    const InBlock here = frames_.place(context_.block);
    return here.possible || here.caught;
  }

  // -------------------------------------------------------------------------------------------
  // Loops

  Flow loop(const BodyNode& node) {
    if (node.branches.empty()) return {};
    std::optional<std::vector<std::string>> elements;
    if (node.loop == Loop::kArray && node.expression.value) {
      elements = known_elements(*node.expression.value, body_, bindings_);
    }
    if (node.loop == Loop::kDynamic) {
      execute(node);
    } else {
      evaluate(node.expression);
    }
    Flow flow;
    if (fails_) return flow;
    if (elements) {
      run_for_each(*elements, node, flow);
    } else {
      const bool entered = node.loop == Loop::kForever || node.constant;
      frames_.enter({.possible = !entered, .unbounded_loop = is_unbounded(node)});
      forget(node.targets);
      const Flow round = run_round(node, flow);
      frames_.leave(round.goes_on_somewhere());
      if (!entered) flow.ends |= Flow::kGoesOn;
    }
    forget_set_in(node.branches.front().statements);
    flow.leave(node.label);
    return flow;
  }

  /// One round, and what it makes of the way in which the loop ends.
  Flow run_round(const BodyNode& loop, Flow& flow) {
    const bool outer = std::exchange(in_loop_, true);
    Flow round = run_all(loop.branches.front().statements);
    in_loop_ = outer;
    Flow behind{.ends = round.ends & ~unsigned{Flow::kExits | Flow::kContinues},
                .labels = round.labels};
    if ((round.ends & (Flow::kExits | Flow::kContinues)) != 0) behind.ends |= Flow::kGoesOn;
    flow.ends &= ~unsigned{Flow::kGoesOn};
    flow.add(std::move(behind));
    return round;
  }

  void run_for_each(const std::vector<std::string>& elements, const BodyNode& node, Flow& flow) {
    const std::size_t frames = frames_.size();
    const bool differ = has(node.branches.front().statements, Kind::kExecute);
    for (std::size_t i = 0; i < elements.size() && (i == 0 || differ); ++i) {
      std::size_t& rounds_left = *context_.rounds_left;
      if (i > 0 && rounds_left == 0) {
        unknown(node.keyword_span, {});
        break;
      }
      if (rounds_left > 0) --rounds_left;
      if (node.targets.size() == 1) {
        bindings_.insert_or_assign(std::string(node.targets.front()),
                                   KnownText{.text = elements[i]});
      }
      const Flow round = run_round(node, flow);
      if ((round.ends & (Flow::kGoesOn | Flow::kContinues)) == 0) break;
      if (flow.ends_early()) frames_.enter_rest({.possible = true});
    }
    frames_.leave_to(frames);
    forget(node.targets);
  }

  /// How often it runs depends on the rows there are, and all of it is one transaction.
  static bool is_unbounded(const BodyNode& node) {
    if (has(node.branches.front().statements, Kind::kCommit)) return false;
    switch (node.loop) {
      case Loop::kForever:
      case Loop::kWhile: return true;
      case Loop::kRange: return !node.constant;
      case Loop::kQuery: {
        const auto* query =
            node.expression.evaluation ? node.expression.evaluation->get<Dml>() : nullptr;
        return query != nullptr && !query->reads.empty() && !reads_only_catalogs(*query);
      }
      case Loop::kDynamic:
      case Loop::kArray: return false;
    }
    return false;
  }

  // -------------------------------------------------------------------------------------------
  // One statement

  /// A condition or value: what it reads counts, unless that is the catalogs. `no_row`: queries in
  /// it that must not have found a row.
  void evaluate(const BodyExpression& expression, const RowQueries& no_row = {}) {
    if (!expression.evaluation) return;
    const auto* dml = expression.evaluation->get<Dml>();
    if (dml != nullptr && calls_only_the_servers(*dml) && reads_only_catalogs(*dml)) return;
    run(*expression.evaluation, {}, &no_row);
  }

  /// A statement of SQL. One that counts rows is there for a condition, and what it reads counts as
  /// it does there.
  void query(const BodyNode& node) {
    if (!node.statement) return;
    const auto* dml = node.statement->get<Dml>();
    const bool asks = dml != nullptr && dml->writes.empty() && host_.wants_effects();
    const RowQueries counted = asks ? row_guards_.counted(node) : RowQueries();
    run(*node.statement, {}, counted.empty() ? nullptr : &counted);
  }

  void execute(const BodyNode& node) {
    const std::optional<Expression>& value = node.expression.value;
    KnownText known = value ? known_text(*value, body_, bindings_) : KnownText{.ends = false};
    known.text = body_.filled(std::move(known.text));
    if (!known.ends || known.text.size() > context_.block.size()) {
      unknown(node.span.empty() ? node.keyword_span : node.span, known.text);
      return;
    }
    // All places are to be inside the block.
    const std::uint32_t last_place =
        context_.block.end - static_cast<std::uint32_t>(known.text.size());
    const std::optional<std::uint32_t> written = place_of(*value);
    sql::Executed& executed = sql::parse_executed(
        known.text, std::min(written.value_or(node.span.begin), last_place), body_, scratch_);
    auto& statements = executed.script.statements;
    const bool wrong = std::any_of(statements.begin(), statements.end(), [](const Statement& each) {
      return each.get<SyntaxError>() != nullptr;
    });
    if (wrong && (known.names_unknown || sql::has_placeholders(known.text))) {
      unknown(node.span, {});
      return;
    }
    for (Statement& statement : statements) {
      const std::string_view sql = executed.text_of(statement);
      if (!written) move_to(node.kind == Kind::kLoop ? node.keyword_span : node.span, statement);
      run(statement, sql, nullptr, known.names_unknown);
      if (fails_) return;
    }
  }

  /// Where the text of an EXECUTE begins: inside the quotes of its first string; nothing: it is not
  /// there, but in a variable.
  [[nodiscard]] std::optional<std::uint32_t> place_of(const Expression& value) const {
    const Expression* first = &value;
    while (first->kind != Expression::Kind::kConstant && !first->operands.empty()) {
      first = &first->operands.front();
    }
    if (first->kind != Expression::Kind::kConstant) return std::nullopt;
    std::uint32_t place = first->span.begin;
    const std::string_view written = context_.text.substr(place, 2);
    if (written.starts_with('\'')) ++place;
    if (written.starts_with('$')) {
      place = static_cast<std::uint32_t>(context_.text.find('$', place + 1)) + 1;
    }
    return place;
  }

  /// What is executed is not known, beyond how it begins.
  void unknown(Span at, std::string_view beginning) {
    Statement& statement = added_statement(at);
    statement.node = Execute{.beginning = body_.storage->copy(beginning),
                             .body = slice(context_.text, context_.block)};
    run(statement, {});
  }

  Statement& added_statement(Span at) {
    sql::Executed& added = body_.executed.emplace_back();
    Statement& statement = added.script.statements.emplace_back();
    statement.span = at;
    const std::string_view written = slice(context_.text, at);
    const auto word =
        static_cast<std::uint32_t>(std::min(written.find_first_of(" \t\r\n("), written.size()));
    statement.keyword_span = {at.begin, at.begin + std::max(word, 1U)};
    return statement;
  }

  /// `no_row`: it is an expression, of which it matters what it reads; null: it is none.
  void run(const Statement& statement, std::string_view sql, const RowQueries* no_row = nullptr,
           bool names_unknown = false) {
    if (is_no_work(statement)) return;
    if (const auto* block = statement.get<DoBlock>()) {
      walk_nested(statement, *block);
      return;
    }
    BodyStep step{.statement = &statement,
                  .sql = sql,
                  .effects = {},
                  .session = host_.session_before(statement),
                  .place = frames_.place(context_.block)};
    if (host_.wants_effects() || step.place.guarded || step.place.caught) {
      step.effects =
          effects::effects_of(statement, host_.catalog(), step.session, context_.postgres);
    }
    refuse_in_function(step);
    if (names_unknown) {
      step.effects.refusal.reset();
      step.effects.not_followed = kMayNotRun;
    }
    if (!settle_refusal(step)) return;
    if (no_row != nullptr) add_scans(*no_row, host_.catalog(), step);
    if (step.place.in_loop) add_rows_of_loop(host_.catalog(), step);
    if (step.place.possible || names_unknown) make_possible(step.effects);
    const schema::Catalog::Mark mark = host_.catalog().mark();
    host_.run(std::move(step));
    // Which relation it was is not known, so that nothing is known of what it changed.
    if (names_unknown) undo_unknown(mark);
  }

  void undo_unknown(schema::Catalog::Mark mark) {
    schema::Catalog& catalog = host_.catalog();
    const bool changed = catalog.mark() != mark;
    catalog.undo_to(mark);
    if (changed) catalog.note_unseen_changes();
  }

  /// DO in DO: one more block of the same transaction, with variables of its own.
  void walk_nested(const Statement& statement, const DoBlock& block) {
    const bool is_there = !block.body_span.empty() && block.body_span.end <= context_.text.size() &&
                          slice(context_.text, block.body_span) == block.body;
    if (block.language != "plpgsql" || !is_there || depth_ >= kMostNested) {
      unknown(statement.span, {});
      return;
    }
    body_.nested.push_back(std::make_unique<sql::Body>(
        sql::parse_plpgsql(context_.text, block.literal, {}, scratch_)));
    BodyWalk inner(*body_.nested.back(), context_, scratch_, host_);
    inner.depth_ = depth_ + 1;
    inner.frames_ = frames_;
    fails_ = inner.walk().ends == Flow::kCaught;
    frames_ = std::move(inner.frames_);  // a COMMIT has moved their marks
  }

  /// A query of the catalogs; and what PL/pgSQL refuses in any case, which nobody writes.
  static bool is_no_work(const Statement& statement) {
    if (const auto* control = statement.get<TransactionControl>()) {
      return control->kind != TransactionControl::Kind::kCommit &&
             control->kind != TransactionControl::Kind::kRollback;
    }
    const auto* dml = statement.get<Dml>();
    if (dml == nullptr || !dml->writes.empty() || !dml->sequences.empty()) return false;
    return calls_only_the_servers(*dml) && (dml->reads.empty() || reads_only_catalogs(*dml));
  }

  /// access/transam/xact.c, PreventInTransactionBlock: a function is no top level, but the
  /// transaction around it is noticed first.
  void refuse_in_function(BodyStep& step) const {
    const effects::Lookup lookup{.catalog = &host_.catalog(),
                                 .search_path = step.session.settings->search_path};
    if (!effects::refused_in_block(*step.statement, context_.postgres, lookup)) return;
    TransactionState function;
    function.kind = TransactionKind::kExplicit;
    auto refusal =
        effects::transaction_refusal(*step.statement, function, context_.postgres, lookup);
    if (!refusal) return;
    const TransactionKind around = step.session.transaction.kind;
    if (around == TransactionKind::kDo) {
      refusal->message = fmt::format("{} cannot be executed from a function", refusal->command);
    } else if (step.effects.refusal && step.effects.refusal->sqlstate == refusal->sqlstate) {
      refusal->message = step.effects.refusal->message;
    }
    step.effects = {};
    step.effects.refusal = std::move(refusal);
  }

  /// False: the statement is passed over, or a handler takes its failure.
  bool settle_refusal(BodyStep& step) {
    std::optional<Refusal>& refusal = step.effects.refusal;
    if (!refusal) return true;
    switch (frames_.fate_of(*refusal)) {
      case Frames::Fate::kPassedOver: return false;
      case Frames::Fate::kCaught: fails_ = true; return false;
      case Frames::Fate::kForgiven: refusal.reset(); return true;
      case Frames::Fate::kStands: break;
    }
    if (step.place.possible) {
      refusal->certainty = Certainty::kPossible;
      refusal->reason = kMayNotRun;
    }
    return true;
  }

  /// executor/spi.c, _SPI_commit: only a block that is its own transaction may end it, and not
  /// where it has a savepoint for its handlers.
  void end_transaction(const Statement& statement) {
    BodyStep step{.statement = &statement,
                  .sql = {},
                  .effects = {},
                  .session = host_.session_before(statement),
                  .place = frames_.place(context_.block)};
    const bool handled = frames_.are_handled();
    if (!host_.may_commit() || handled) {
      Refusal refusal{.sqlstate = kInvalidTermination,
                      .command = command_name(statement),
                      .message = handled && host_.may_commit()
                                     ? "cannot commit while a subtransaction is active"
                                     : "invalid transaction termination",
                      .cause = RefusalCause::kTransaction};
      const bool assumed = step.session.transaction.kind == TransactionKind::kAssumed;
      if (step.place.possible || (assumed && !handled)) {
        refusal.certainty = Certainty::kPossible;
        refusal.reason = step.place.possible ? kMayNotRun : kAssumedTransaction;
      }
      const Frames::Fate fate = frames_.fate_by_handlers(refusal);
      fails_ = fate == Frames::Fate::kCaught;
      if (fate != Frames::Fate::kStands) return;
      step.effects.refusal = std::move(refusal);
      host_.run(std::move(step));
      return;
    }
    frames_.before_commit();
    host_.run(std::move(step));
    frames_.after_commit();
  }

  sql::Body& body_;
  const BodyContext& context_;
  sql::BodyScratch& scratch_;
  BodyHost& host_;
  Frames frames_{host_.catalog()};
  int depth_ = 0;  ///< of DO in DO
  Bindings bindings_;
  bool in_loop_ = false;
  const BodyNode* last_query_ = nullptr;
  RowGuards row_guards_{body_};
  std::optional<WordPlaces> words_;  ///< of the block, once they are asked for
  bool fails_ = false;               ///< the statement that has just run, and a handler takes it
};

}  // namespace

void walk_body(sql::Body& body, const BodyContext& context, sql::BodyScratch& scratch,
               BodyHost& host) {
  std::size_t rounds = kMostRounds;
  BodyContext counted = context;
  if (counted.rounds_left == nullptr) counted.rounds_left = &rounds;
  (void)BodyWalk(body, counted, scratch, host).walk();
}

}  // namespace unwedge::timeline
