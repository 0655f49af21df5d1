// What the runner adds to the file: the transactions that it opens, how far they reach, and what it
// sends as one message. Several statements in a simple-query message form an implicit block, in
// which a COMMIT ends the block and begins the next one of the same message; in a pipeline
// the first statement runs as if alone (tcop/postgres.c).

#include "timeline/walk.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "effects/effects_of.h"
#include "effects/refusals.h"
#include "effects/unfinished.h"
#include "timeline/body_walk.h"
#include "timeline/choices.h"
#include "timeline/followed.h"
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

/// A DO block with a COMMIT in it: the file is written for a tool that opens no transaction.
bool commits_in_block(Runs scope) {
  for (const SectionRun& run : scope) {
    for (const Statement& statement : *run.statements) {
      const auto* block = statement.get<DoBlock>();
      if (block != nullptr && sql::ends_transaction(block->body)) return true;
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
  const bool assumed =
      mode == Mode::kUnknown && !begins_transaction(scope) && !commits_in_block(scope);
  return assumed ? TransactionKind::kAssumed : TransactionKind::kNone;
}

class Walker {
 public:
  /// Without `visit` there are no steps.
  Walker(const WalkOptions& options, schema::Catalog& catalog,
         const std::function<void(const Step&)>* visit)
      : options_(options),
        catalog_(catalog),
        visit_(visit),
        transactions_(catalog),
        choices_(transactions_, catalog) {}

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
      autocommit_ = true;
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
    choices_.begin_section({.region = run.section->region, .choices = run.choices}, run.included);
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
    choices_.at(statement.span);
    if (!autocommit_) begin_for_psql(statement);
    const auto* command = statement.get<ClientCommand>();
    if (command != nullptr && command->kind == ClientCommand::Kind::kAutocommit) {
      autocommit_ = command->argument != "off";
    }
    const auto* block = statement.get<DoBlock>();
    if (block != nullptr && block->language == "plpgsql") {
      walk_block(run, statement, *block);
      return;
    }
    Session session = transactions_.before(statement);
    if (visit_ == nullptr) {
      follow_calls(statement, session, options_.postgres, catalog_, nullptr);
      transactions_.after(statement, {}, options_.postgres);
      return;
    }
    Effects effects = effects::effects_of(statement, catalog_, session, options_.postgres);
    if (const auto* refusal = known_refusal(statement)) effects.refusal = *refusal;
    const BodyStep step{.statement = &statement,
                        .sql = slice(options_.text, statement.span),
                        .effects = std::move(effects),
                        .session = std::move(session),
                        .place = {}};
    take(run, step, std::nullopt);
    if (const auto* function = statement.get<CreateFunction>()) {
      check_function(run, statement, *function);
    }
  }

  /// Without AUTOCOMMIT psql sends BEGIN before a statement that is in no transaction and may be in
  /// one (SendQuery and command_no_begin, bin/psql/common.c).
  void begin_for_psql(const Statement& statement) {
    if (transactions_.is_open() || statement.get<TransactionControl>() != nullptr) return;
    if (statement.get<ClientCommand>() != nullptr) return;
    const effects::Lookup lookup{.catalog = &catalog_,
                                 .search_path = transactions_.session().settings()->search_path};
    if (effects::refused_in_block(statement, options_.postgres, lookup)) return;
    transactions_.open({.kind = TransactionKind::kExplicit, .opened_at = statement.keyword_span});
  }

  /// The text in which bodies are read.
  [[nodiscard]] std::string_view text_of(const SectionRun& run) const {
    return run.masked.empty() ? options_.text : run.masked;
  }

  /// What is wrong with the body of a function: the server compiles it (plpgsql_validator,
  /// fmgr_sql_validator).
  void check_function(const SectionRun& run, const Statement& statement,
                      const CreateFunction& function) {
    const bool is_read = function.language == "plpgsql" || function.language == "sql";
    if (!is_read || function.literal.empty() || function.body_parsed) return;
    const Settings& settings = *transactions_.session().settings();
    const std::string_view checked = settings.value("check_function_bodies").value_or("on");
    if (checked == "off" || checked == "false") return;
    auto body =
        std::make_unique<sql::Body>(sql::check_function_body(text_of(run), function, scratch_));
    // With what is put in the place of a placeholder it may well be right.
    if (!body->error || statement.has_placeholder) return;
    Statement& wrong = body->executed.emplace_back().script.statements.emplace_back();
    wrong.node = *body->error;
    wrong.span = wrong.keyword_span = body->error->at;
    const BodyStep step{.statement = &wrong,
                        .sql = slice(options_.text, wrong.span),
                        .effects = {},
                        .session = transactions_.before(wrong),
                        .place = {}};
    take(run, step, InBlock{.block = statement.span});
    timeline_.bodies.push_back(std::move(body));
  }

  /// The statement as a step, and what it changes.
  void take(const SectionRun& run, BodyStep step, std::optional<InBlock> place) {
    const schema::Catalog::Mark mark = catalog_.mark();
    const bool caught = place && place->caught;
    follow_calls(*step.statement, step.session, options_.postgres, catalog_, &step.effects, caught);
    const bool follows = catalog_.mark() != mark;
    catalog_.undo_to(mark);
    if (!step.effects.refusal && step.session.unfinished != nullptr) {
      step.effects.refusal = effects::new_enum_value_refusal(*step.statement, step.sql, catalog_,
                                                             step.session, options_.postgres);
    }
    const Session session = step.session;
    const Step& current = timeline_.steps.emplace_back(
        *step.statement, step.sql, std::move(step.effects), std::move(step.session), catalog_,
        options_.postgres, *run.runner, place);
    (*visit_)(current);
    if (follows) {
      follow_calls(current.statement(), session, options_.postgres, catalog_, nullptr);
    }
    const bool ends = current.statement().get<TransactionControl>() != nullptr;
    if (place && ends && current.effects().refusal) {
      transactions_.after_refused();
    } else {
      transactions_.after(current.statement(), current.effects(), options_.postgres);
    }
  }

  /// DO, and after it as steps the statements that it runs.
  void walk_block(const SectionRun& run, const Statement& statement, const DoBlock& block) {
    const TransactionState alone{.kind = TransactionKind::kDo, .opened_at = statement.span};
    if (!transactions_.is_open()) transactions_.open(alone);
    Session session = transactions_.before(statement);
    const bool may_commit = may_end(session.transaction);
    if (visit_ == nullptr) {
      transactions_.after(statement, {}, options_.postgres);
    } else {
      take(run,
           {.statement = &statement,
            .sql = slice(options_.text, statement.span),
            .effects = {},
            .session = std::move(session),
            .place = {}},
           std::nullopt);
    }
    auto body = std::make_unique<sql::Body>(
        sql::parse_plpgsql(text_of(run), block.literal, {}, scratch_, run.values));
    if (statement.has_placeholder) body->error.reset();  // what is put there may well be right
    BlockHost host(*this, run, alone, may_commit);
    walk_body(*body, {.block = statement.span, .text = text_of(run), .postgres = options_.postgres},
              scratch_, host);
    if (visit_ != nullptr) timeline_.bodies.push_back(std::move(body));
    if (transactions_.is_open(TransactionKind::kDo)) transactions_.end();
  }

  /// Makes steps of the statements in a block.
  class BlockHost : public BodyHost {
   public:
    BlockHost(Walker& walker, const SectionRun& run, TransactionState alone, bool may_commit)
        : walker_(walker), run_(run), alone_(alone), may_commit_(may_commit) {}

    schema::Catalog& catalog() override { return walker_.catalog_; }
    Session session_before(const Statement& statement) override {
      return walker_.transactions_.before(statement);
    }
    void guard(const sql::RowQuery& query) override {
      SessionState& session = walker_.transactions_.session();
      const RelationId table =
          walker_.catalog_.resolve(query.table, session.settings()->search_path);
      session.guard({.table = table, .condition = query.where});
    }
    void begin_block() override { walker_.transactions_.set_savepoint(kBlock); }
    void end_block(bool failed) override {
      if (failed) walker_.transactions_.roll_back_to(kBlock);
      walker_.transactions_.release(kBlock);
    }
    [[nodiscard]] bool may_commit() const override { return may_commit_; }
    [[nodiscard]] bool wants_effects() const override { return walker_.visit_ != nullptr; }

    void run(BodyStep step) override {
      if (wants_effects()) {
        if (step.sql.empty()) step.sql = slice(walker_.options_.text, step.statement->span);
        const InBlock place = step.place;
        walker_.take(run_, std::move(step), place);
      } else if (step.statement->get<TransactionControl>() == nullptr || !step.effects.refusal) {
        follow_calls(*step.statement, step.session, walker_.options_.postgres, catalog(), nullptr);
        walker_.transactions_.after(*step.statement, {}, walker_.options_.postgres);
      }
      // After COMMIT the block goes on in a transaction of its own.
      if (!walker_.transactions_.is_open()) walker_.transactions_.open(alone_);
    }

   private:
    static constexpr std::string_view kBlock{};  ///< a name that no statement can write

    Walker& walker_;
    const SectionRun& run_;
    TransactionState alone_;
    bool may_commit_;
  };

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
  Choices choices_;
  sql::BodyScratch scratch_;
  /// What the runner, or the server in its place, opens around the statements of this scope.
  TransactionKind opened_ = TransactionKind::kNone;
  bool autocommit_ = true;  ///< of psql
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
