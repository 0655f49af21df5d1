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

constexpr std::size_t kMostCalls = 5;

/// The sources that are being run, from the outermost on.
using Stack = std::vector<std::string>;

void follow(const Statement& statement, const Session& session, PgVersion postgres,
            schema::Catalog& catalog, Effects* effects, Stack& stack);

/// Adds the effects of one statement after the other to those of the statement that runs them.
class Collector : public BodyHost {
 public:
  Collector(Session session, PgVersion postgres, Span cause, schema::Catalog& catalog,
            Effects* effects, Stack& stack)
      : session_(std::move(session)),
        postgres_(postgres),
        cause_(cause),
        catalog_(catalog),
        effects_(effects),
        stack_(stack) {
    may_commit_ = !session_.transaction.is_block();
    if (session_.transaction.kind == TransactionKind::kNone) {
      session_.transaction.kind = TransactionKind::kDo;
    }
  }

  schema::Catalog& catalog() override { return catalog_; }
  Session session_before(const Statement& /*statement*/) override { return session_; }
  [[nodiscard]] bool may_commit() const override { return may_commit_; }
  [[nodiscard]] bool wants_effects() const override { return effects_ != nullptr; }

  void run(BodyStep step) override {
    // Once it is refused, nothing more runs.
    if (effects_ != nullptr && !effects_->refusal) add(std::move(step.effects));
    if (step.statement->get<TransactionControl>() != nullptr) return;
    follow(*step.statement, session_, postgres_, catalog_, effects_, stack_);
    schema::apply(*step.statement, *session_.settings, catalog_, postgres_);
  }

 private:
  void add(Effects more) {
    for (const Lock& lock : more.locks) add(lock);
    for (Work& work : more.work) {
      if (!work.existing) continue;
      work.cause = cause_;
      effects_->work.push_back(std::move(work));
    }
    if (more.refusal) effects_->refusal = std::move(more.refusal);
    if (!more.not_followed.empty()) effects_->not_followed = more.not_followed;
  }

  void add(const Lock& lock) {
    if (!lock.existing) return;
    auto& locks = effects_->locks;
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
  Effects* effects_;
  Stack& stack_;
  bool may_commit_ = false;
};

std::vector<QualifiedName> calls_of(const Statement& statement) {
  if (const auto* call = statement.get<Call>()) return {call->procedure};
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

void run_function(const schema::Function& function, Collector& collector, PgVersion postgres) {
  sql::BodyScratch scratch;
  const std::string& source = function.source;
  if (function.language == "plpgsql") {
    const std::vector<Name> parameters(function.parameters.begin(), function.parameters.end());
    sql::Body body = sql::parse_plpgsql_source(source, parameters, scratch);
    const Span all{0, static_cast<std::uint32_t>(source.size())};
    walk_body(body, {.block = all, .text = source, .postgres = postgres}, scratch, collector);
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
            schema::Catalog& catalog, Effects* effects, Stack& stack) {
  const std::vector<QualifiedName> calls = calls_of(statement);
  std::vector<schema::Function> functions;
  for (const QualifiedName& name : calls) {
    const schema::Function* known = find_function(name, session, catalog);
    if (known != nullptr) functions.push_back(*known);
    if (known == nullptr && may_build_statements(name, session, catalog)) {
      catalog.note_unseen_changes();
    }
  }
  if (functions.empty() || stack.size() >= kMostCalls) return;
  // What is said of the statement without them, if they are all that it calls.
  if (effects != nullptr && functions.size() == calls.size()) effects->not_followed = {};
  for (const schema::Function& function : functions) {
    if (std::find(stack.begin(), stack.end(), function.source) != stack.end()) continue;
    stack.push_back(function.source);
    Collector collector(session_inside(session, function), postgres, statement.span, catalog,
                        effects, stack);
    run_function(function, collector, postgres);
    stack.pop_back();
  }
}

}  // namespace

void follow_calls(const Statement& statement, const Session& session, PgVersion postgres,
                  schema::Catalog& catalog, Effects* effects) {
  Stack stack;
  follow(statement, session, postgres, catalog, effects, stack);
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
  Collector collector(session, postgres, statement.span, catalog, &effects, stack);
  sql::BodyScratch scratch;
  sql::Body body = sql::parse_plpgsql(text, block->literal, {}, scratch);
  walk_body(body, {.block = statement.span, .text = text, .postgres = postgres}, scratch,
            collector);
  return effects;
}

}  // namespace unwedge::timeline
