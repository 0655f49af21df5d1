// See body_walk.h.

#include "timeline/body_walk.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "effects/effects_of.h"
#include "effects/refusals.h"
#include "effects/schema_refusals.h"
#include "timeline/guards.h"
#include "timeline/known_text.h"

namespace unwedge::timeline {
namespace {

using sql::BodyBranch;
using sql::BodyExpression;
using sql::BodyNode;
using Kind = BodyNode::Kind;
using Loop = BodyNode::Loop;
using Nodes = std::vector<BodyNode>;

constexpr std::string_view kMayNotRun = "whether that part of the block runs is not known";
constexpr std::string_view kLoopUnbounded = "how often the loop runs is not known";
constexpr std::string_view kScanUnknown = "whether an index answers it is not known";
constexpr std::string_view kAssumedTransaction =
    "whether the migration tool opens a transaction is not known";
constexpr std::string_view kInvalidTermination = "2D000";

/// A loop over more constants than these is followed for the first ones alone.
constexpr std::size_t kMostRounds = 200;

/// What surrounds a statement: a branch, a loop, a block with handlers.
struct Frame {
  bool possible = false;
  bool guarded = false;
  bool unbounded_loop = false;
  bool handler = false;               ///< what it handles has been undone
  const BodyNode* handled = nullptr;  ///< the block whose handlers take what fails
  schema::Catalog::Mark mark = 0;     ///< the schema before it
};

bool has(const Nodes& nodes, Kind kind) {
  return std::any_of(nodes.begin(), nodes.end(), [kind](const BodyNode& node) {
    return node.kind == kind ||
           std::any_of(node.branches.begin(), node.branches.end(),
                       [kind](const BodyBranch& branch) { return has(branch.statements, kind); });
  });
}

/// The schema shows that the statement has nothing to do: what it makes is there, what it takes
/// away or changes is not.
bool is_repetition(const Refusal& refusal) {
  using Cause = RefusalCause;
  return refusal.cause == Cause::kAlreadyThere || refusal.cause == Cause::kMissing;
}

class BodyWalk {
 public:
  BodyWalk(sql::Body& body, const BodyContext& context, sql::BodyScratch& scratch, BodyHost& host)
      : body_(body), context_(context), scratch_(scratch), host_(host) {}

  void walk() {
    if (body_.error) {
      Statement& wrong = added_statement(body_.error->at);
      wrong.node = *body_.error;
      run(wrong, {});
    }
    for (const sql::BodyVariable& variable : body_.variables) evaluate(variable.value);
    block(body_.root);
    if (body_.incomplete) unknown(context_.block, {});
  }

 private:
  /// Whether what follows is reached.
  enum class Flow { kGoesOn, kLeaves };

  // -------------------------------------------------------------------------------------------
  // Where a statement stands

  [[nodiscard]] InBlock place() const {
    InBlock place{.block = context_.block};
    for (const Frame& frame : frames_) {
      place.possible = place.possible || frame.possible;
      place.guarded = place.guarded || frame.guarded;
      place.caught = place.caught || frame.handled != nullptr;
      place.in_loop = place.in_loop || frame.unbounded_loop;
    }
    return place;
  }

  [[nodiscard]] bool is_caught(const Refusal& refusal) const {
    for (const Frame& frame : frames_) {
      if (frame.handled == nullptr) continue;
      const auto& branches = frame.handled->branches;
      const bool catches_it =
          std::any_of(branches.begin() + 1, branches.end(), [&refusal](const BodyBranch& handler) {
            return catches(handler, refusal.sqlstate) && !raises_again(handler);
          });
      if (catches_it) return true;
    }
    return false;
  }

  void enter(Frame frame) {
    frame.mark = host_.catalog().mark();
    frames_.push_back(frame);
  }

  void leave(Flow flow = Flow::kGoesOn) {
    const Frame frame = frames_.back();
    frames_.pop_back();
    if (!frame.possible) return;
    if (flow == Flow::kLeaves) {
      host_.catalog().undo_to(frame.mark);
    } else {
      host_.catalog().doubt_since(frame.mark);
    }
  }

  /// A COMMIT ends what could be undone: what may not have happened is doubtful from here on.
  void settle_marks() {
    for (Frame& frame : frames_) {
      if (frame.possible) host_.catalog().doubt_since(frame.mark);
    }
  }

  // -------------------------------------------------------------------------------------------
  // Statements

  Flow run_all(const Nodes& nodes) {
    const std::size_t frames = frames_.size();
    Flow flow = Flow::kGoesOn;
    for (std::size_t i = 0; i < nodes.size() && flow == Flow::kGoesOn; ++i) {
      flow = run_node(nodes[i]);
      // IF … THEN RETURN; END IF: the rest runs only otherwise.
      if (returns_early_) enter_rest(nodes, i);
    }
    while (frames_.size() > frames) leave();
    return flow;
  }

  void enter_rest(const Nodes& nodes, std::size_t at) {
    const GuardWords words = std::exchange(returns_early_, std::nullopt).value_or(GuardWords());
    if (at + 1 < nodes.size()) enter(branch_frame(words, nodes[at + 1].span, nodes.back().span));
  }

  Frame branch_frame(const GuardWords& words, Span first, Span last) const {
    const bool guarded =
        !words.empty() && is_about(words, slice(context_.text, cover(first, last)));
    return {.possible = !guarded, .guarded = guarded};
  }

  Flow run_node(const BodyNode& node) {
    switch (node.kind) {
      case Kind::kBlock: return block(node);
      case Kind::kIf:
      case Kind::kCase: return branches(node);
      case Kind::kLoop: loop(node); return Flow::kGoesOn;
      case Kind::kSql:
        last_query_ = &node;
        forget(node.targets);
        if (node.statement) run(*node.statement, {});
        return Flow::kGoesOn;
      case Kind::kAssign:
        evaluate(node.expression);
        bind(node);
        return Flow::kGoesOn;
      case Kind::kEvaluate: evaluate(node.expression); return Flow::kGoesOn;
      case Kind::kExecute:
        last_query_ = &node;
        execute(node);
        forget(node.targets);
        return Flow::kGoesOn;
      case Kind::kCommit:
        if (node.statement) end_transaction(*node.statement);
        return Flow::kGoesOn;
      case Kind::kReturn:
        if (node.statement) run(*node.statement, {});
        evaluate(node.expression);
        return Flow::kLeaves;
      case Kind::kRaise: return node.raises ? Flow::kLeaves : Flow::kGoesOn;
      case Kind::kExit:
        evaluate(node.expression);
        return node.raises ? Flow::kLeaves : Flow::kGoesOn;
      case Kind::kOther: forget(node.targets); break;
    }
    return Flow::kGoesOn;
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
    if (node.branches.empty()) return Flow::kGoesOn;
    const Nodes& statements = node.branches.front().statements;
    if (node.branches.size() == 1) return run_all(statements);
    const auto first = node.branches.begin() + 1;
    const bool guarded = std::any_of(first, node.branches.end(), tolerates_repetition);
    const bool swallows = std::any_of(first, node.branches.end(), [](const BodyBranch& handler) {
      return !tolerates_repetition(handler) && !raises_again(handler);
    });
    enter({.guarded = guarded, .handled = &node});
    const Flow flow = run_all(statements);
    const schema::Catalog::Mark mark = frames_.back().mark;
    leave();
    // What a handler swallows is undone with all that was done before in the block.
    if (swallows) host_.catalog().doubt_since(mark);
    for (auto handler = first; handler != node.branches.end(); ++handler) {
      enter({.possible = true, .handler = true});
      leave(run_all(handler->statements));
    }
    return flow;
  }

  Flow branches(const BodyNode& node) {
    evaluate(node.expression);
    bool all_leave = true;
    bool has_else = false;
    for (const BodyBranch& branch : node.branches) {
      has_else = has_else || branch.condition.empty();
      evaluate(branch.condition);
      const GuardWords words = guard_words(branch.condition, body_, last_query_);
      const Nodes& statements = branch.statements;
      enter(statements.empty()
                ? Frame{.possible = true}
                : branch_frame(words, statements.front().span, statements.back().span));
      const Flow flow = run_all(statements);
      leave(flow);
      if (flow == Flow::kGoesOn) forget_set_in(statements);
      all_leave = all_leave && flow == Flow::kLeaves;
      const bool returns = flow == Flow::kLeaves && statements.back().kind == Kind::kReturn;
      if (returns && &branch == &node.branches.front()) returns_early_ = words;
    }
    if (all_leave && has_else) returns_early_.reset();
    return all_leave && has_else ? Flow::kLeaves : Flow::kGoesOn;
  }

  // -------------------------------------------------------------------------------------------
  // Loops

  void loop(const BodyNode& node) {
    if (node.branches.empty()) return;
    const Nodes& statements = node.branches.front().statements;
    std::optional<std::vector<std::string>> elements;
    if (node.loop == Loop::kArray && node.expression.value) {
      elements = known_elements(*node.expression.value, body_, bindings_);
    }
    if (node.loop == Loop::kDynamic) {
      execute(node);
    } else {
      evaluate(node.expression);
    }
    if (elements) {
      run_for_each(*elements, node);
      return;
    }
    const bool entered = node.loop == Loop::kForever || node.constant;
    enter({.possible = !entered, .unbounded_loop = is_unbounded(node)});
    forget(node.targets);
    leave(run_round(statements));
    forget_set_in(statements);
  }

  Flow run_round(const Nodes& statements) {
    const bool outer = std::exchange(in_loop_, true);
    const Flow flow = run_all(statements);
    in_loop_ = outer;
    return flow;
  }

  void run_for_each(const std::vector<std::string>& elements, const BodyNode& node) {
    const Nodes& statements = node.branches.front().statements;
    std::size_t rounds = has(statements, Kind::kExecute) ? elements.size() : 1;
    rounds = std::min({rounds, elements.size(), kMostRounds});
    for (std::size_t i = 0; i < rounds; ++i) {
      if (node.targets.size() == 1) {
        bindings_.insert_or_assign(std::string(node.targets.front()),
                                   KnownText{.text = elements[i]});
      }
      (void)run_round(statements);
    }
    forget(node.targets);
    forget_set_in(statements);
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

  /// A condition or value: what it reads counts, unless that is the catalogs.
  void evaluate(const BodyExpression& expression) {
    if (!expression.evaluation) return;
    const auto* dml = expression.evaluation->get<Dml>();
    if (dml != nullptr && calls_only_the_servers(*dml) && reads_only_catalogs(*dml)) return;
    run(*expression.evaluation, {}, true);
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
    const sql::Executed& executed =
        sql::parse_executed(known.text, std::min(place_of(*value), last_place), body_, scratch_);
    const auto& statements = executed.script.statements;
    const bool wrong = std::any_of(statements.begin(), statements.end(), [](const Statement& each) {
      return each.get<SyntaxError>() != nullptr;
    });
    if (wrong && (known.names_unknown || sql::has_placeholders(known.text))) {
      unknown(node.span, {});
      return;
    }
    for (const Statement& statement : statements) {
      run(statement, executed.text_of(statement), false, known.names_unknown);
    }
  }

  /// Where the text of an EXECUTE begins: inside the quotes of its first string.
  [[nodiscard]] std::uint32_t place_of(const Expression& value) const {
    const Expression* first = &value;
    while (first->kind != Expression::Kind::kConstant && !first->operands.empty()) {
      first = &first->operands.front();
    }
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

  /// `reads`: it is an expression, of which it matters what it reads.
  void run(const Statement& statement, std::string_view sql, bool reads = false,
           bool names_unknown = false) {
    if (is_no_work(statement)) return;
    if (statement.get<DoBlock>() != nullptr) {
      unknown(statement.span, {});
      return;
    }
    BodyStep step{.statement = &statement,
                  .sql = sql,
                  .effects = {},
                  .session = host_.session_before(statement),
                  .place = place()};
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
    if (reads) add_scans(step);
    if (step.place.in_loop) add_rows_of_loop(step);
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

  /// False: the statement is passed over, or fails without harm.
  bool settle_refusal(BodyStep& step) {
    std::optional<Refusal>& refusal = step.effects.refusal;
    if (!refusal) return true;
    if (step.place.guarded && is_repetition(*refusal)) return false;
    // The schema is that of a block that did not fail.
    const bool handles = std::any_of(frames_.begin(), frames_.end(),
                                     [](const Frame& frame) { return frame.handler; });
    if (handles && is_repetition(*refusal)) {
      refusal.reset();
      return true;
    }
    if (is_caught(*refusal)) {
      if (refusal->certainty == Certainty::kCertain) return false;
      refusal.reset();
    } else if (step.place.possible) {
      refusal->certainty = Certainty::kPossible;
      refusal->reason = kMayNotRun;
    }
    return true;
  }

  static void make_possible(Effects& effects) {
    const auto doubt = [](auto& each) {
      if (each.certainty == Certainty::kPossible) return;
      each.certainty = Certainty::kPossible;
      each.reason = kMayNotRun;
    };
    std::for_each(effects.locks.begin(), effects.locks.end(), doubt);
    std::for_each(effects.work.begin(), effects.work.end(), doubt);
    std::for_each(effects.rejected_by_rows.begin(), effects.rejected_by_rows.end(), doubt);
    for (PendingEvents& events : effects.pending_events) events.certain = false;
  }

  void add_scans(BodyStep& step) const {
    const auto* dml = step.statement->get<Dml>();
    if (dml == nullptr) return;
    for (const QualifiedName& relation : dml->reads) {
      add_work(WorkKind::kScan, relation, step.statement->keyword_span, kScanUnknown, step);
    }
  }

  /// One row at a time is any number of rows in a loop.
  void add_rows_of_loop(BodyStep& step) const {
    const auto* dml = step.statement->get<Dml>();
    if (dml == nullptr) return;
    for (const Write& write : dml->writes) {
      const auto& work = step.effects.work;
      const bool known = std::any_of(work.begin(), work.end(), [&write](const Work& each) {
        return each.kind == WorkKind::kRows && each.cause == write.span;
      });
      if (!known) add_work(WorkKind::kRows, write.target, write.span, kLoopUnbounded, step);
    }
  }

  void add_work(WorkKind kind, const QualifiedName& name, Span cause, std::string_view reason,
                BodyStep& step) const {
    const RelationId relation = host_.catalog().resolve(name, step.session.settings->search_path);
    step.effects.work.push_back({.kind = kind,
                                 .relation = relation,
                                 .existing = host_.catalog().existing(relation),
                                 .certainty = Certainty::kPossible,
                                 .reason = reason,
                                 .cause = cause});
  }

  /// executor/spi.c, _SPI_commit: only a block that is its own transaction may end it, and not
  /// where it has a savepoint for its handlers.
  void end_transaction(const Statement& statement) {
    BodyStep step{.statement = &statement,
                  .sql = {},
                  .effects = {},
                  .session = host_.session_before(statement),
                  .place = place()};
    const bool handled = std::any_of(frames_.begin(), frames_.end(),
                                     [](const Frame& frame) { return frame.handled != nullptr; });
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
      if (is_caught(refusal)) return;
      step.effects.refusal = std::move(refusal);
      host_.run(std::move(step));
      return;
    }
    settle_marks();
    host_.run(std::move(step));
    for (Frame& frame : frames_) frame.mark = host_.catalog().mark();
  }

  sql::Body& body_;
  const BodyContext& context_;
  sql::BodyScratch& scratch_;
  BodyHost& host_;
  std::vector<Frame> frames_;
  Bindings bindings_;
  bool in_loop_ = false;
  const BodyNode* last_query_ = nullptr;
  /// A branch has just ended the block; the names that its condition asks for.
  std::optional<GuardWords> returns_early_;
};

}  // namespace

void walk_body(sql::Body& body, const BodyContext& context, sql::BodyScratch& scratch,
               BodyHost& host) {
  BodyWalk(body, context, scratch, host).walk();
}

}  // namespace unwedge::timeline
