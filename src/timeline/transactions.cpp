// Transactions as the server sees them (access/transam/xact.c, tcop/postgres.c). Who opens one that
// no statement opens, and when such a one ends, is the business of walk.cpp.

#include "timeline/transactions.h"

#include <algorithm>
#include <iterator>

#include "effects/refusals.h"
#include "schema/apply.h"

namespace unwedge::timeline {
namespace {

using ControlKind = TransactionControl::Kind;

/// A DROP that is refused changes nothing. What others would do is taken to be there: they are
/// mended more often than taken out.
bool leaves_what_it_drops(const Effects& effects) {
  return effects.refusal && effects.refusal->certainty == Certainty::kCertain &&
         (effects.refusal->cause == RefusalCause::kStillReferenced ||
          effects.refusal->cause == RefusalCause::kIndexOfConstraint);
}

}  // namespace

bool is_begin(const TransactionControl& control) {
  return control.kind == ControlKind::kBegin || control.kind == ControlKind::kStart;
}

bool is_end(const TransactionControl& control) {
  return control.kind == ControlKind::kCommit || control.kind == ControlKind::kRollback;
}

void Transactions::open(TransactionState state) {
  open_ = TransactionRange{.state = state, .first = steps_};
  open_->state.number = ++count_;
  begin_ = catalog_.mark();
  session_.begin();
}

void Transactions::end(bool rolled_back) {
  if (!open_) return;
  open_->last = steps_;
  open_->rolled_back = rolled_back;
  // An empty one, a runner's before the file's own BEGIN say, is of no interest.
  if (open_->last > open_->first) ended_.push_back(*open_);
  open_.reset();
  marks_.clear();
  if (rolled_back) {
    catalog_.undo_to(begin_);
    session_.rollback();
  } else {
    schema::drop_on_commit(*session_.settings(), catalog_);
    session_.commit();
  }
}

void Transactions::end_unclosed() {
  if (open_) open_->unclosed = true;
  end();
}

Session Transactions::before(const Statement& statement) {
  const auto* control = statement.get<TransactionControl>();
  if (control != nullptr && is_begin(*control)) begin(statement.span);
  if (!open_) open({.kind = TransactionKind::kNone, .opened_at = statement.span});
  return {.transaction = open_->state,
          .settings = session_.settings(),
          .held_locks = session_.locks(),
          .unfinished = session_.unfinished(),
          .emptied = session_.emptied(),
          .guards = session_.guards()};
}

void Transactions::after(const Statement& statement, const Effects& effects, PgVersion version) {
  ++steps_;
  if (const auto* client = statement.get<ClientCommand>();
      client != nullptr && client->kind == ClientCommand::Kind::kConnect) {
    end(!is_open(TransactionKind::kNone));
    schema::apply(statement, *session_.settings(), catalog_, version);
    session_ = SessionState();
    return;
  }
  if (!leaves_what_it_drops(effects)) {
    const schema::Catalog::Mark mark = catalog_.mark();
    schema::apply(statement, *session_.settings(), catalog_, version);
    // Nobody knows whether it will be mended or left out.
    if (effects.refusal && effects.refusal->certainty == Certainty::kCertain) {
      catalog_.doubt_since(mark);
    }
  }
  session_.apply(statement);
  session_.hold(effects, statement.keyword_span);
  session_.leave_unfinished(effects);
  const auto* command = statement.get<TransactionControl>();
  if (command != nullptr && !is_begin(*command)) control(*command, statement.span);
  if (is_open(TransactionKind::kPipeline)) go_on_in_pipeline(statement, version);
  if (is_open(TransactionKind::kNone)) end();
}

void Transactions::begin(Span statement) {
  if (!open_) {
    open({.kind = TransactionKind::kExplicit, .opened_at = statement});
  } else if (is_open(TransactionKind::kImplicit) || is_open(TransactionKind::kPipeline)) {
    // The message's block becomes an ordinary one: it outlives the message.
    open_->state.kind = TransactionKind::kExplicit;
    open_->state.opened_at = statement;
    open_->state.pipeline_start = false;
  }
}

void Transactions::control(const TransactionControl& control, Span statement) {
  switch (control.kind) {
    case ControlKind::kCommit:
    case ControlKind::kRollback:
    case ControlKind::kPrepare:
      end(control.kind == ControlKind::kRollback);
      if (control.chain) open({.kind = TransactionKind::kExplicit, .opened_at = statement});
      break;
    case ControlKind::kSavepoint: set_savepoint(control.savepoint); break;
    case ControlKind::kRelease: release(control.savepoint); break;
    case ControlKind::kRollbackTo: roll_back_to(control.savepoint); break;
    default: break;
  }
}

void Transactions::set_savepoint(std::string_view name) {
  session_.savepoint(name);
  marks_.emplace_back(std::string(name), catalog_.mark());
}

void Transactions::roll_back_to(std::string_view savepoint) {
  session_.rollback_to(savepoint);
  const auto mark = find_mark(savepoint);
  if (mark == marks_.end()) return;
  catalog_.undo_to(mark->second);
  marks_.erase(std::next(mark), marks_.end());
}

void Transactions::release(std::string_view savepoint) {
  session_.release(savepoint);
  marks_.erase(find_mark(savepoint), marks_.end());
}

/// A statement that must not be in a transaction block commits at once. Where it did so in
/// transactions of its own, the server has lost sight of that, and takes what follows for the
/// second statement (XACT_FLAGS_NEEDIMMEDIATECOMMIT, exec_execute_message).
void Transactions::go_on_in_pipeline(const Statement& statement, PgVersion version) {
  const TransactionState state = open_->state;
  const effects::Lookup lookup{.catalog = &catalog_,
                               .search_path = session_.settings()->search_path};
  open_->state.pipeline_start = false;
  if (!state.pipeline_start || !effects::refused_in_block(statement, version, lookup)) return;
  end();
  if (!effects::has_own_transactions(statement)) return;
  open({.kind = TransactionKind::kPipeline, .opened_at = state.opened_at});
}

Transactions::Marks::iterator Transactions::find_mark(std::string_view savepoint) {
  const auto found = std::find_if(marks_.rbegin(), marks_.rend(), [savepoint](const auto& mark) {
    return mark.first == savepoint;
  });
  return found == marks_.rend() ? marks_.end() : std::prev(found.base());
}

}  // namespace unwedge::timeline
