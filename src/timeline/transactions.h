// The transactions of one session as the runner and the statements open and end them, and what
// follows them: the settings, the locks and the schema.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "timeline/session_state.h"
#include "timeline/walk.h"
#include "unwedge/effects.h"
#include "unwedge/schema.h"
#include "unwedge/session.h"
#include "unwedge/statement.h"

namespace unwedge::timeline {

bool is_begin(const TransactionControl& control);
bool is_end(const TransactionControl& control);

class Transactions {
 public:
  explicit Transactions(schema::Catalog& catalog) : catalog_(catalog) {}

  [[nodiscard]] bool is_open() const { return open_.has_value(); }
  [[nodiscard]] bool is_open(TransactionKind kind) const {
    return open_ && open_->state.kind == kind;
  }

  /// The number of the open one; 0: none is open.
  [[nodiscard]] int open_number() const { return open_ ? open_->state.number : 0; }

  void open(TransactionState state);
  void end(bool rolled_back = false);
  /// Ends it as the end of the file does: with nobody to commit it.
  void end_unclosed();

  /// The session as the statement finds it: a BEGIN in the transaction that it opens, a statement
  /// outside any in one of its own.
  Session before(const Statement& statement);
  /// What the statement does to the schema, the session and the transaction.
  void after(const Statement& statement, const Effects& effects, PgVersion version);

  /// A statement that would change the transaction, and is refused.
  void after_refused() { ++steps_; }

  void set_savepoint(std::string_view name);
  void roll_back_to(std::string_view savepoint);
  void release(std::string_view savepoint);

  SessionState& session() { return session_; }
  /// Those that have ended, in that order.
  std::vector<TransactionRange> take() { return std::move(ended_); }

 private:
  using Marks = std::vector<std::pair<std::string, schema::Catalog::Mark>>;

  void begin(Span statement);
  void control(const TransactionControl& control, Span statement);
  void go_on_in_pipeline(const Statement& statement, PgVersion version);
  Marks::iterator find_mark(std::string_view savepoint);

  schema::Catalog& catalog_;
  SessionState session_;
  std::optional<TransactionRange> open_;
  schema::Catalog::Mark begin_ = 0;  ///< of the open one
  Marks marks_;
  std::vector<TransactionRange> ended_;
  std::size_t steps_ = 0;
  int count_ = 0;
};

}  // namespace unwedge::timeline
