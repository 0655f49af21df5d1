// The block's statements run in one after the other, on a copy of the catalog if they change it.
// What stands inside IF or a loop, or may be undone by an exception handler, is only possible.

#include "effects/do_block.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "effects/effects_of.h"
#include "effects/plpgsql.h"
#include "effects/refusals.h"
#include "schema/apply.h"
#include "sql/script.h"

namespace unwedge::effects {
namespace {

constexpr std::string_view kMayNotRun = "whether that part of the block runs is not known";
constexpr std::string_view kBuiltAtRunTime = "what the block executes is put together at run time";
constexpr std::string_view kMayBeUndone = "whether an exception handler undoes it is not known";

class BlockEffects {
 public:
  BlockEffects(Span statement, const schema::Catalog& before, const Session& session,
               PgVersion version)
      : statement_(statement), before_(before), session_(session), version_(version) {}

  void run(const std::vector<BodyStatement>& body) {
    for (const BodyStatement& inner : body) {
      if (inner.kind == BodyStatement::Kind::kCommit) end_transaction(inner);
      if (inner.kind == BodyStatement::Kind::kDynamic) effects_.not_followed = kBuiltAtRunTime;
      if (inner.kind != BodyStatement::Kind::kSql) continue;
      const Span whole{0, static_cast<std::uint32_t>(inner.text.size())};
      const sql::Script script = sql::parse_script(inner.text, whole);
      const bool last = &inner == &body.back();
      for (const Statement& statement : script.statements) {
        if (counts(statement, inner.text)) run(inner, statement, last);
      }
    }
  }

  Effects take() { return std::move(effects_); }

 private:
  /// SELECT … INTO sets a variable here; how deep blocks are nested is not ours to follow.
  static bool counts(const Statement& statement, std::string_view text) {
    if (statement.get<DoBlock>() != nullptr) return false;
    const bool selects = !slice(text, statement.span).starts_with("c") &&
                         !slice(text, statement.span).starts_with("C");
    return !(selects && statement.get<CreateTableAs>() != nullptr);
  }

  void run(const BodyStatement& inner, const Statement& statement, bool last) {
    const Lookup lookup{.catalog = &now(), .search_path = session_.settings->search_path};
    if (refused_in_block(statement, version_, lookup)) {
      refuse_in_function(inner, statement, lookup);
      return;
    }
    Session inside = session_;
    inside.transaction.kind = TransactionKind::kExplicit;  // LOCK TABLE may stand in a function
    const Effects effects = effects_of(statement, now(), inside, version_);
    if (effects.refusal && effects.refusal->certainty == Certainty::kCertain) {
      if (!inner.caught) refuse(inner, *effects.refusal);
      return;
    }
    const std::string_view doubt = inner.conditional ? kMayNotRun
                                   : inner.caught    ? kMayBeUndone
                                                     : "";
    for (const Lock& lock : effects.locks) add(lock, doubt);
    for (const Work& work : effects.work) add(work, doubt);
    if (!effects.not_followed.empty()) effects_.not_followed = effects.not_followed;
    if (last || statement.get<Dml>() != nullptr) return;
    if (!changed_) changed_ = before_;
    schema::apply(statement, *session_.settings, *changed_);
  }

  [[nodiscard]] const schema::Catalog& now() const { return changed_ ? *changed_ : before_; }

  /// What the block itself created is not there before it.
  [[nodiscard]] bool was_there(const RelationId& relation) const {
    const schema::Relation* known = now().find(relation);
    return known == nullptr || !known->is_new || before_.find(relation) != nullptr;
  }

  void add(Lock lock, std::string_view doubt) {
    if (!was_there(lock.relation)) return;
    if (lock.certainty == Certainty::kCertain && !doubt.empty()) {
      lock.certainty = Certainty::kPossible;
      lock.reason = doubt;
    }
    const auto held = std::ranges::find(effects_.locks, lock.relation, &Lock::relation);
    if (held == effects_.locks.end()) {
      effects_.locks.push_back(lock);
    } else if (lock.mode > held->mode ||
               (lock.mode == held->mode && held->certainty == Certainty::kPossible)) {
      *held = lock;
    }
  }

  void add(Work work, std::string_view doubt) {
    if (!was_there(work.relation)) return;
    if (work.certainty == Certainty::kCertain && !doubt.empty()) {
      work.certainty = Certainty::kPossible;
      work.reason = doubt;
    }
    work.cause = statement_;
    effects_.work.push_back(work);
  }

  // access/transam/xact.c, PreventInTransactionBlock: a function is no top level, but the
  // transaction around it is noticed first
  void refuse_in_function(const BodyStatement& inner, const Statement& statement,
                          const Lookup& lookup) {
    TransactionState function;
    function.kind = TransactionKind::kExplicit;
    auto refusal = transaction_refusal(statement, function, version_, lookup);
    if (!refusal || inner.caught) return;
    const auto around = transaction_refusal(statement, session_.transaction, version_, lookup);
    refusal->message = around && around->sqlstate == refusal->sqlstate
                           ? around->message
                           : fmt::format("{} cannot be executed from a function", refusal->command);
    refuse(inner, *refusal);
  }

  // executor/spi.c, _SPI_commit: only a block that is its own transaction may end it
  void end_transaction(const BodyStatement& inner) {
    if (!session_.transaction.is_block()) return;
    refuse(inner,
           {.sqlstate = "2D000", .command = "DO", .message = "invalid transaction termination"});
    if (session_.transaction.kind != TransactionKind::kAssumed) return;
    effects_.refusal->certainty = Certainty::kPossible;
    effects_.refusal->reason = "whether the migration tool opens a transaction is not known";
  }

  void refuse(const BodyStatement& inner, Refusal refusal) {
    if (effects_.refusal) return;
    if (inner.conditional) {
      refusal.certainty = Certainty::kPossible;
      refusal.reason = kMayNotRun;
    }
    effects_.refusal = std::move(refusal);
  }

  Span statement_;
  const schema::Catalog& before_;
  std::optional<schema::Catalog> changed_;  ///< by the statements so far
  const Session& session_;
  PgVersion version_;
  Effects effects_;
};

}  // namespace

Effects effects_of_block(const DoBlock& block, Span statement, const schema::Catalog& before,
                         const Session& session, PgVersion version) {
  BlockEffects effects(statement, before, session, version);
  if (block.language != "plpgsql") return effects.take();
  effects.run(body_statements(block.body));
  return effects.take();
}

}  // namespace unwedge::effects
