// See followed.h. A relation that the code itself creates is no effect of the statement: nobody can
// have been there before.

#include "timeline/followed.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "effects/effects_of.h"
#include "schema/apply.h"
#include "sql/script.h"
#include "timeline/body_walk.h"

namespace unwedge::timeline {
namespace {

constexpr std::size_t kDeepestCall = 5;
/// Calls, and rounds of loops in them, that are followed for one statement.
constexpr std::size_t kMostWork = 200;
constexpr std::string_view kCallUnknown = "whether the function is called is not known";

struct Stack {
  std::vector<std::string> sources;  ///< that are being run, from the outermost on
  std::size_t work_left = kMostWork;
};

/// Where the effects of what is called go.
struct Sink {
  Effects* effects = nullptr;  ///< null: only the schema matters
  bool certain = true;         ///< false: whether it is called is not known
  bool may_commit = false;     ///< what CALL runs may end the transaction
};

/// A function that is called.
struct Followed {
  schema::Function function;
  bool certain = true;
};

void follow(const Statement& statement, const Session& session, PgVersion postgres,
            schema::Catalog& catalog, Sink to, Stack& stack);

template <typename Effect>
void doubt(Effect& effect) {
  if (effect.certainty == Certainty::kPossible) return;
  effect.certainty = Certainty::kPossible;
  effect.reason = kCallUnknown;
}

/// Adds the effects of one statement after the other to those of the statement that runs them.
class Collector : public BodyHost {
 public:
  Collector(Session session, PgVersion postgres, Span cause, schema::Catalog& catalog, Sink sink,
            Stack& stack)
      : session_(std::move(session)),
        postgres_(postgres),
        cause_(cause),
        catalog_(catalog),
        sink_(sink),
        stack_(stack) {
    // Where COMMIT cannot run in any case, it does not matter what the tool opens.
    TransactionKind& kind = session_.transaction.kind;
    const bool is_open =
        kind == TransactionKind::kAssumed ? sink.may_commit : kind != TransactionKind::kNone;
    if (!is_open) kind = TransactionKind::kDo;
  }

  schema::Catalog& catalog() override { return catalog_; }
  Session session_before(const Statement& /*statement*/) override { return session_; }
  void guard(const sql::RowQuery& /*query*/) override {}
  void begin_block() override {
    before_blocks_.push_back(sink_.effects == nullptr ? Effects() : *sink_.effects);
  }
  void end_block(bool failed) override {
    const bool undone = failed && sink_.effects != nullptr && !sink_.effects->refusal;
    if (undone) *sink_.effects = std::move(before_blocks_.back());
    before_blocks_.pop_back();
  }
  [[nodiscard]] bool may_commit() const override {
    return sink_.may_commit && may_end(session_.transaction);
  }
  [[nodiscard]] bool wants_effects() const override { return sink_.effects != nullptr; }

  void run(BodyStep step) override {
    // Once it is refused, nothing more runs.
    if (sink_.effects != nullptr && !sink_.effects->refusal) add(std::move(step.effects));
    if (step.statement->get<TransactionControl>() != nullptr) return;
    Sink sink = sink_;
    sink.may_commit = sink_.may_commit && !step.place.caught;
    follow(*step.statement, session_, postgres_, catalog_, sink, stack_);
    schema::apply(*step.statement, *session_.settings, catalog_, postgres_);
  }

 private:
  void add(Effects more) {
    if (!sink_.certain) {
      for (Lock& lock : more.locks) doubt(lock);
      for (Work& work : more.work) doubt(work);
      if (more.refusal) doubt(*more.refusal);
    }
    Effects& all = *sink_.effects;
    for (const Lock& lock : more.locks) add(lock);
    for (Work& work : more.work) {
      if (!work.existing) continue;
      work.cause = cause_;
      all.work.push_back(std::move(work));
    }
    all.filled.insert(all.filled.end(), more.filled.begin(), more.filled.end());
    all.changed.insert(all.changed.end(), more.changed.begin(), more.changed.end());
    if (more.refusal) {
      all.refusal = std::move(more.refusal);
      all.refusal->at = cause_;  // its own place is one in the function's source
    }
    if (!more.not_followed.empty()) all.not_followed = more.not_followed;
  }

  void add(const Lock& lock) const {
    if (!lock.existing) return;
    auto& locks = sink_.effects->locks;
    const auto held = std::find_if(locks.begin(), locks.end(), [&lock](const Lock& each) {
      return each.relation == lock.relation;
    });
    if (held == locks.end()) {
      locks.push_back(lock);
    } else if (lock.mode > held->mode ||
               (lock.mode == held->mode && held->certainty == Certainty::kPossible)) {
      *held = lock;
    }
  }

  Session session_;
  PgVersion postgres_;
  Span cause_;
  schema::Catalog& catalog_;
  Sink sink_;
  Stack& stack_;
  std::vector<Effects> before_blocks_;
};

std::vector<FunctionCall> calls_of(const Statement& statement) {
  if (const auto* call = statement.get<Call>()) return {{.function = call->procedure}};
  if (const auto* dml = statement.get<Dml>()) return dml->calls;
  return {};
}

/// The one function of that name whose source is known; null: none, or which of several is not
/// known.
const schema::Function* find_function(const QualifiedName& name, const Session& session,
                                      const schema::Catalog& catalog) {
  const schema::Overloads* known =
      catalog.find_function(catalog.resolve_function(name, session.settings->search_path));
  if (known == nullptr || known->functions.size() != 1) return nullptr;
  const schema::Function& function = known->functions.front();
  const bool readable = function.language == "plpgsql" || function.language == "sql";
  return readable && !function.source.empty() ? &function : nullptr;
}

bool mentions_execute(std::string_view source) {
  constexpr std::string_view kExecute = "execute";
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  return std::search(source.begin(), source.end(), kExecute.begin(), kExecute.end(), same) !=
         source.end();
}

/// Whether one of several functions of that name has dynamic SQL: there may be anything after it.
bool may_build_statements(const QualifiedName& name, const Session& session,
                          const schema::Catalog& catalog) {
  const schema::Overloads* known =
      catalog.find_function(catalog.resolve_function(name, session.settings->search_path));
  if (known == nullptr) return false;
  return std::any_of(known->functions.begin(), known->functions.end(),
                     [](const schema::Function& function) {
                       return function.language == "plpgsql" && mentions_execute(function.source);
                     });
}

Session session_inside(const Session& session, const schema::Function& function) {
  if (function.search_path.empty()) return session;
  Session inside = session;
  Settings settings = *session.settings;
  settings.search_path = function.search_path;
  inside.settings = std::make_shared<const Settings>(std::move(settings));
  return inside;
}

void run_function(const schema::Function& function, Collector& collector, PgVersion postgres,
                  Stack& stack) {
  sql::BodyScratch scratch;
  const std::string& source = function.source;
  if (function.language == "plpgsql") {
    const std::vector<Name> parameters(function.parameters.begin(), function.parameters.end());
    sql::Body body = sql::parse_plpgsql_source(source, parameters, scratch);
    const Span all{0, static_cast<std::uint32_t>(source.size())};
    const BodyContext context{
        .block = all, .text = source, .postgres = postgres, .rounds_left = &stack.work_left};
    walk_body(body, context, scratch, collector);
    return;
  }
  const sql::Script script =
      sql::parse_script(source, {0, static_cast<std::uint32_t>(source.size())});
  for (const Statement& statement : script.statements) {
    Session session = collector.session_before(statement);
    Effects effects = effects::effects_of(statement, collector.catalog(), session, postgres);
    collector.run({.statement = &statement,
                   .sql = {},
                   .effects = std::move(effects),
                   .session = std::move(session),
                   .place = {}});
  }
}

void follow(const Statement& statement, const Session& session, PgVersion postgres,
            schema::Catalog& catalog, Sink to, Stack& stack) {
  Effects* effects = to.effects;
  const std::vector<FunctionCall> calls = calls_of(statement);
  std::vector<Followed> functions;
  for (const FunctionCall& call : calls) {
    const schema::Function* known = find_function(call.function, session, catalog);
    if (known != nullptr) functions.push_back({.function = *known, .certain = call.certain});
    if (known == nullptr && may_build_statements(call.function, session, catalog)) {
      catalog.note_unseen_changes();
    }
  }
  if (functions.empty()) return;
  if (stack.sources.size() >= kDeepestCall || stack.work_left < functions.size()) {
    catalog.note_unseen_changes();
    return;
  }
  stack.work_left -= functions.size();
  const bool calls_procedure = statement.get<Call>() != nullptr;
  // What is said of the statement without them, if they are all that it calls.
  if (effects != nullptr && functions.size() == calls.size()) effects->not_followed = {};
  for (const Followed& each : functions) {
    const schema::Function& function = each.function;
    if (std::find(stack.sources.begin(), stack.sources.end(), function.source) !=
        stack.sources.end()) {
      continue;
    }
    stack.sources.push_back(function.source);
    const schema::Catalog::Mark mark = catalog.mark();
    Collector collector(session_inside(session, function), postgres, statement.span, catalog,
                        {.effects = effects,
                         .certain = to.certain && each.certain,
                         .may_commit = calls_procedure && to.may_commit && !function.atomic},
                        stack);
    run_function(function, collector, postgres, stack);
    if (!each.certain) catalog.doubt_since(mark);
    stack.sources.pop_back();
  }
}

}  // namespace

void follow_calls(const Statement& statement, const Session& session, PgVersion postgres,
                  schema::Catalog& catalog, Effects* effects, bool caught) {
  Stack stack;
  follow(statement, session, postgres, catalog, {.effects = effects, .may_commit = !caught}, stack);
}

bool may_end(const TransactionState& transaction) {
  return transaction.kind == TransactionKind::kDo || !transaction.is_block();
}

Effects effects_with_bodies(const Statement& statement, std::string_view text,
                            const schema::Catalog& before, const Session& session,
                            PgVersion postgres) {
  Effects effects = effects::effects_of(statement, before, session, postgres);
  if (effects.refusal) return effects;
  const auto* block = statement.get<DoBlock>();
  const bool is_body = block != nullptr && block->language == "plpgsql";
  if (!is_body && calls_of(statement).empty()) return effects;
  schema::Catalog catalog = before;
  if (!is_body) {
    follow_calls(statement, session, postgres, catalog, &effects);
    return effects;
  }
  Stack stack;
  Collector collector(session, postgres, statement.span, catalog,
                      {.effects = &effects, .may_commit = true}, stack);
  sql::BodyScratch scratch;
  sql::Body body = sql::parse_plpgsql(text, block->literal, {}, scratch);
  walk_body(body, {.block = statement.span, .text = text, .postgres = postgres}, scratch,
            collector);
  return effects;
}

}  // namespace unwedge::timeline
