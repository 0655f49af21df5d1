// What the runner adds to the file: the transactions that it opens, how far they reach, and what it
// sends as one message. Several statements in a simple-query message form an implicit block, in
// which a COMMIT ends the block and begins the next one of the same message; in a pipeline
// the first statement runs as if alone (tcop/postgres.c).

#include "timeline/walk.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "effects/effects_of.h"
#include "timeline/transactions.h"

namespace unwedge::timeline {
namespace {

using migration::Mode;
using Runs = std::span<const SectionRun>;

/// True when no transaction of the runner, and no connection of its own, ends between the two.
bool goes_on(const SectionRun& before, const SectionRun& next) {
  if (before.delivery->mode != next.delivery->mode) return false;
  switch (next.delivery->mode) {
    case Mode::kTransactionPerSection:
    case Mode::kTransactionPerChangeset:
    case Mode::kTransactionPerFileHoist:  // what was moved behind the COMMIT has ended it
      return false;
    case Mode::kTransactionPerDirectory: return before.directory == next.directory;
    case Mode::kTransactionAllPending: return true;
    default: return !next.begins_file;
  }
}

/// The sections at the beginning that belong together.
Runs first_scope(Runs runs) {
  std::size_t count = 1;
  while (count < runs.size() && goes_on(runs[count - 1], runs[count])) ++count;
  return runs.first(count);
}

/// A BEGIN that no COMMIT precedes: the file expects no transaction to be open.
bool begins_transaction(Runs scope) {
  for (const SectionRun& run : scope) {
    for (const Statement& statement : *run.statements) {
      const auto* control = statement.get<TransactionControl>();
      if (control == nullptr) continue;
      if (is_begin(*control)) return true;
      if (is_end(*control)) return false;
    }
  }
  return false;
}

/// What the runner opens before the sections; kNone: nothing.
TransactionKind opened_for(Runs scope) {
  const Mode mode = scope.front().delivery->mode;
  if (migration::opens_transaction(mode)) return TransactionKind::kRunner;
  // A file with a BEGIN of its own is meant to be run as it is; any other is judged as most runners
  // would run it.
  const bool assumed = mode == Mode::kUnknown && !begins_transaction(scope);
  return assumed ? TransactionKind::kAssumed : TransactionKind::kNone;
}

class Walker {
 public:
  /// Without `visit` there are no steps.
  Walker(const WalkOptions& options, schema::Catalog& catalog,
         const std::function<void(const Step&)>* visit)
      : options_(options), catalog_(catalog), visit_(visit), transactions_(catalog) {}

  Timeline walk(Runs runs) {
    std::size_t count = 0;
    for (const SectionRun& run : runs) count += run.statements->size();
    if (visit_ != nullptr) timeline_.steps.reserve(count);
    while (!runs.empty()) {
      const Runs scope = first_scope(runs);
      walk_scope(scope);
      runs = runs.subspan(scope.size());
    }
    timeline_.transactions = transactions_.take();
    return std::move(timeline_);
  }

 private:
  /// The sections of one transaction of the runner, or of one file.
  void walk_scope(Runs scope) {
    begin_file(scope.front());
    opened_ = opened_for(scope);
    open_for_runner(scope.front());
    for (const SectionRun& run : scope) {
      if (&run != &scope.front()) begin_file(run);
      walk_section(run);
    }
    end_scope();
  }

  void begin_file(const SectionRun& run) {
    if (!run.begins_file) return;
    const Mode mode = run.delivery->mode;
    SessionState& session = transactions_.session();
    if (mode == Mode::kScriptDefined || mode == Mode::kUnknown) {
      session = SessionState();  // each file has a connection of its own
    } else if (run.resets_settings) {
      session.reset_settings();
    }
    const std::string_view lock_timeout = run.runner->lock_timeout;
    if (!lock_timeout.empty()) session.set("lock_timeout", lock_timeout);
  }

  void open_for_runner(const SectionRun& run) {
    if (opened_ == TransactionKind::kNone) return;
    transactions_.open({.kind = opened_, .refused_by_runner = run.delivery->refused_by_runner});
  }

  void end_scope() {
    if (opened_ == TransactionKind::kNone && transactions_.is_open(TransactionKind::kExplicit)) {
      transactions_.end_unclosed();
    }
    transactions_.end();
    opened_ = TransactionKind::kNone;
  }

  void walk_section(const SectionRun& run) {
    const std::size_t first = timeline_.steps.size();
    for (const migration::Message& message : run.delivery->messages) {
      if (message.after_commit) end_scope();
      if (run.reopens && !transactions_.is_open()) open_for_runner(run);
      walk_message(run, message);
    }
    timeline_.sections.push_back({.first = first, .last = timeline_.steps.size()});
  }

  void walk_message(const SectionRun& run, const migration::Message& message) {
    const std::vector<Statement>& statements = *run.statements;
    const Span span = cover(statements[message.first].span, statements[message.last - 1].span);
    const bool several = message.size() > 1;
    // The runners that reopen are those on JDBC, whose driver cuts a text of several statements
    // itself and pipelines them.
    const bool pipeline =
        run.delivery->mode == Mode::kPipelineWholeMessage || (run.reopens && several);
    const TransactionState block{
        .kind = pipeline ? TransactionKind::kPipeline : TransactionKind::kImplicit,
        .opened_at = span,
        .pipeline_start = pipeline};
    for (std::size_t i = message.first; i < message.last; ++i) {
      if (!transactions_.is_open() && (pipeline || several)) transactions_.open(block);
      walk_statement(run, statements[i]);
    }
    if (transactions_.is_open(block.kind)) transactions_.end();
  }

  void walk_statement(const SectionRun& run, const Statement& statement) {
    Session session = transactions_.before(statement);
    if (visit_ == nullptr) {
      transactions_.after(statement, {}, options_.postgres);
      return;
    }
    Effects effects = effects::effects_of(statement, catalog_, session, options_.postgres);
    if (const auto* refusal = known_refusal(statement)) effects.refusal = *refusal;
    const Step& current = timeline_.steps.emplace_back(
        statement, slice(options_.text, statement.span), std::move(effects), std::move(session),
        catalog_, options_.postgres, *run.runner);
    (*visit_)(current);
    transactions_.after(statement, current.effects(), options_.postgres);
  }

  [[nodiscard]] const std::optional<Refusal>* known_refusal(const Statement& statement) const {
    if (options_.known_refusals == nullptr) return nullptr;
    const auto found = options_.known_refusals->find(statement.span.begin);
    return found == options_.known_refusals->end() ? nullptr : &found->second;
  }

  const WalkOptions& options_;
  schema::Catalog& catalog_;
  const std::function<void(const Step&)>* visit_;
  Timeline timeline_;
  Transactions transactions_;
  /// What the runner, or the server in its place, opens around the statements of this scope.
  TransactionKind opened_ = TransactionKind::kNone;
};

}  // namespace

Timeline walk(std::span<const SectionRun> sections, const WalkOptions& options,
              schema::Catalog& catalog, const std::function<void(const Step&)>& visit) {
  return Walker(options, catalog, &visit).walk(sections);
}

void replay(std::span<const SectionRun> sections, const WalkOptions& options,
            schema::Catalog& catalog) {
  Walker(options, catalog, nullptr).walk(sections);
}

}  // namespace unwedge::timeline
