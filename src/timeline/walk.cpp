// Transactions as the server sees them (access/transam/xact.c, tcop/postgres.c): BEGIN in the file,
// BEGIN by the runner, and the implicit block of a message with several statements. A COMMIT in
// such a message ends the block, and what follows in the message is a block of its own.

#include "timeline/walk.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "effects/effects_of.h"
#include "schema/apply.h"
#include "timeline/session_state.h"

namespace unwedge::timeline {
namespace {

using ControlKind = TransactionControl::Kind;

bool is_begin(const TransactionControl& control) {
  return control.kind == ControlKind::kBegin || control.kind == ControlKind::kStart;
}

bool is_end(const TransactionControl& control) {
  return control.kind == ControlKind::kCommit || control.kind == ControlKind::kRollback;
}

/// A BEGIN that no COMMIT precedes: the file expects no transaction to be open.
bool begins_transaction(const std::vector<Statement>& statements) {
  for (const Statement& statement : statements) {
    const auto* control = statement.get<TransactionControl>();
    if (control == nullptr) continue;
    if (is_begin(*control)) return true;
    if (is_end(*control)) return false;
  }
  return false;
}

class Walker {
 public:
  Walker(const WalkOptions& options, schema::Catalog& catalog,
         const std::function<void(const Step&)>& visit)
      : options_(options), catalog_(catalog), visit_(visit) {}

  Timeline walk(const migration::Section& section, const std::vector<Statement>& statements,
                const std::vector<migration::Message>& messages) {
    timeline_.steps.reserve(statements.size());
    bool runner_commits = true;
    if (migration::opens_transaction(section.mode)) {
      open(TransactionKind::kRunner, {});
    } else if (section.mode == migration::Mode::kUnknown && !begins_transaction(statements)) {
      // A file with a BEGIN of its own is meant to be run as it is; any other is judged as most
      // runners would run it.
      open(TransactionKind::kAssumed, {});
    } else {
      runner_commits = false;
    }
    for (const migration::Message& message : messages) {
      const Span span = cover(statements[message.first].span, statements[message.last - 1].span);
      for (std::size_t i = message.first; i < message.last; ++i) {
        if (!open_ && message.size() > 1) open(TransactionKind::kImplicit, span);
        step(statements[i]);
      }
      if (open_ && open_->state.kind == TransactionKind::kImplicit) end(false);
    }
    if (open_) {
      open_->unclosed = !runner_commits && open_->state.kind == TransactionKind::kExplicit;
      end(false);
    }
    return std::move(timeline_);
  }

 private:
  void step(const Statement& statement) {
    const auto* control = statement.get<TransactionControl>();
    if (control != nullptr && is_begin(*control)) begin(statement.span);
    const bool alone = !open_;
    if (alone) open(TransactionKind::kNone, statement.span);

    Session session{.transaction = open_->state,
                    .settings = session_.settings(),
                    .held_locks = session_.locks()};
    Effects effects = effects::effects_of(statement, catalog_, session, options_.postgres);
    const Step& current = timeline_.steps.emplace_back(
        statement, slice(options_.text, statement.span), std::move(effects), std::move(session),
        catalog_, options_.postgres, *options_.runner);
    visit_(current);

    schema::apply(statement, *session_.settings(), catalog_);
    session_.apply(statement, !alone);
    session_.hold(current.effects(), statement.keyword_span);
    if (control != nullptr && !is_begin(*control)) transaction_control(*control, statement.span);
    if (open_ && open_->state.kind == TransactionKind::kNone) end(false);
  }

  void begin(Span statement) {
    if (!open_) {
      open(TransactionKind::kExplicit, statement);
    } else if (open_->state.kind == TransactionKind::kImplicit) {
      // The message's block becomes an ordinary one: it outlives the message.
      open_->state.kind = TransactionKind::kExplicit;
      open_->state.opened_at = statement;
    }
  }

  void transaction_control(const TransactionControl& control, Span statement) {
    switch (control.kind) {
      case ControlKind::kCommit:
      case ControlKind::kRollback:
      case ControlKind::kPrepare:
        end(control.kind == ControlKind::kRollback);
        if (control.chain) open(TransactionKind::kExplicit, statement);
        break;
      case ControlKind::kSavepoint:
        session_.savepoint(control.savepoint);
        marks_.emplace_back(std::string(control.savepoint), catalog_.mark());
        break;
      case ControlKind::kRelease:
        session_.release(control.savepoint);
        marks_.erase(find_mark(control.savepoint), marks_.end());
        break;
      case ControlKind::kRollbackTo: {
        session_.rollback_to(control.savepoint);
        const auto mark = find_mark(control.savepoint);
        if (mark != marks_.end()) {
          catalog_.undo_to(mark->second);
          marks_.erase(std::next(mark), marks_.end());
        }
        break;
      }
      default: break;
    }
  }

  std::vector<std::pair<std::string, schema::Catalog::Mark>>::iterator find_mark(
      std::string_view name) {
    const auto found = std::find_if(marks_.rbegin(), marks_.rend(),
                                    [name](const auto& mark) { return mark.first == name; });
    return found == marks_.rend() ? marks_.end() : std::prev(found.base());
  }

  void open(TransactionKind kind, Span opened_at) {
    open_ = TransactionRange{.first = timeline_.steps.size()};
    open_->state = {.kind = kind, .number = ++transactions_, .opened_at = opened_at};
    session_.begin();
  }

  void end(bool rolled_back) {
    if (!open_) return;
    open_->last = timeline_.steps.size();
    open_->rolled_back = rolled_back;
    // An empty one, a runner's before the file's own BEGIN say, is of no interest.
    if (open_->last > open_->first) timeline_.transactions.push_back(*open_);
    open_.reset();
    marks_.clear();
    if (rolled_back) {
      catalog_.undo_to(0);
      session_.rollback();
    } else {
      session_.commit();
    }
    catalog_.commit();
  }

  const WalkOptions& options_;
  schema::Catalog& catalog_;
  const std::function<void(const Step&)>& visit_;
  Timeline timeline_;
  SessionState session_;
  std::optional<TransactionRange> open_;
  std::vector<std::pair<std::string, schema::Catalog::Mark>> marks_;
  int transactions_ = 0;
};

}  // namespace

Timeline walk(const migration::Section& section, const std::vector<Statement>& statements,
              const std::vector<migration::Message>& messages, const WalkOptions& options,
              schema::Catalog& catalog, const std::function<void(const Step&)>& visit) {
  return Walker(options, catalog, visit).walk(section, statements, messages);
}

}  // namespace unwedge::timeline
