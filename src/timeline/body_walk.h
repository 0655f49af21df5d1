// Walks through a body of PL/pgSQL in the order in which its statements run, each as a statement of
// the transaction that the body runs in.
//
// What is inside IF, CASE, a loop that may not be entered, or an exception handler may not run: its
// effects are possible, and of what it changes in the schema only that stays known which holds
// either way. A condition that asks the server's catalogs for what the statements are about is how
// a block says IF NOT EXISTS and IF EXISTS: on a database that is as the migrations have made it,
// the statements run; if the schema shows that they cannot, they are passed over.

#pragma once

#include <cstddef>
#include <string_view>

#include "sql/plpgsql.h"
#include "sql/row_question.h"
#include "unwedge/effects.h"
#include "unwedge/schema.h"
#include "unwedge/session.h"
#include "unwedge/statement.h"
#include "unwedge/step.h"

namespace unwedge::timeline {

/// One statement of a body, with its effects on the schema before it.
struct BodyStep {
  const Statement* statement = nullptr;  ///< of the body, or of the text that it executes
  std::string_view sql;                  ///< empty: as the file has it
  Effects effects;
  Session session;
  InBlock place;
};

/// What a body runs in.
class BodyHost {
 public:
  BodyHost() = default;
  BodyHost(const BodyHost&) = delete;
  BodyHost& operator=(const BodyHost&) = delete;
  BodyHost(BodyHost&&) = delete;
  BodyHost& operator=(BodyHost&&) = delete;
  virtual ~BodyHost() = default;

  virtual schema::Catalog& catalog() = 0;
  virtual Session session_before(const Statement& statement) = 0;
  /// Takes the statement, and applies it to the schema and the session.
  virtual void run(BodyStep step) = 0;
  /// What runs from here on in the transaction runs only if the query had no row.
  virtual void guard(const sql::RowQuery& query) = 0;
  /// A block with handlers is a savepoint: released behind it, or rolled back to.
  virtual void begin_block() = 0;
  virtual void end_block(bool failed) = 0;
  /// Whether COMMIT and ROLLBACK may stand in the body.
  [[nodiscard]] virtual bool may_commit() const = 0;
  /// False: the schema is all that matters.
  [[nodiscard]] virtual bool wants_effects() const = 0;
};

struct BodyContext {
  Span block;             ///< the statement that runs the body
  std::string_view text;  ///< that the spans are places in
  PgVersion postgres;
  /// How often loops are followed, shared with what else runs; null: as often as one body's are.
  std::size_t* rounds_left = nullptr;
};

void walk_body(sql::Body& body, const BodyContext& context, sql::BodyScratch& scratch,
               BodyHost& host);

}  // namespace unwedge::timeline
