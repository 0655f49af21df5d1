// The session as statements change it: settings, the locks that the open transaction holds, and
// what it has not finished yet. All follow transactions and savepoints.

#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "unwedge/effects.h"
#include "unwedge/session.h"
#include "unwedge/statement.h"

namespace unwedge::timeline {

class SessionState {
 public:
  using SharedSettings = std::shared_ptr<const Settings>;

  [[nodiscard]] const SharedSettings& settings() const { return now_.current; }
  [[nodiscard]] HeldLocks locks() const { return HeldLocks(locks_); }
  [[nodiscard]] const std::shared_ptr<const Unfinished>& unfinished() const {
    return now_.unfinished;
  }
  [[nodiscard]] const std::shared_ptr<const std::vector<RelationId>>& emptied() const {
    return now_.emptied;
  }
  [[nodiscard]] const std::shared_ptr<const std::vector<NoRow>>& guards() const {
    return now_.guards;
  }

  /// SET, RESET, DISCARD ALL, SET CONSTRAINTS, in the transaction that the statement runs in.
  void apply(const Statement& statement);
  /// What the runner itself sets.
  void set(std::string_view name, std::string_view value);
  /// RESET ALL by the runner.
  void reset_settings();
  /// Remembers the locks of a statement that block reads or writes.
  void hold(const Effects& effects, Span taken_by);
  /// Remembers what a statement leaves for the end of the transaction, and the tables it empties.
  void leave_unfinished(const Effects& effects);
  /// Remembers for this transaction what a guard has made sure of.
  void guard(NoRow guard);

  void begin();
  void commit();
  void rollback();
  void savepoint(std::string_view name);
  void release(std::string_view name);
  void rollback_to(std::string_view name);

 private:
  /// What a transaction or a savepoint restores.
  struct State {
    SharedSettings current = std::make_shared<const Settings>();
    SharedSettings after_commit = current;  ///< without what SET LOCAL did
    std::size_t lock_count = 0;
    std::shared_ptr<const Unfinished> unfinished;
    std::shared_ptr<const std::vector<RelationId>> emptied;
    std::shared_ptr<const std::vector<NoRow>> guards;
  };
  struct Savepoint {
    std::string name;
    State state;
  };

  /// The savepoint of that name that was set last, or the end.
  [[nodiscard]] std::vector<Savepoint>::iterator find(std::string_view name);
  void set(const SetVariable& set, Settings& settings) const;
  void forget_guards(const Effects& effects);
  void release_locks();
  void release_locks_since(std::size_t count);

  State now_;
  State at_begin_;
  std::vector<Savepoint> savepoints_;
  /// Shared with the steps, so it is only ever appended to; null: none.
  std::shared_ptr<HeldLocks::List> locks_;
  std::map<RelationId, LockMode> strongest_;  ///< of locks_
};

}  // namespace unwedge::timeline
