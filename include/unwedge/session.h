// The session that runs the migration, as it is before a step: the open transaction and how it was
// opened, and the settings in force.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unwedge/effects.h"
#include "unwedge/expression.h"
#include "unwedge/lock_mode.h"
#include "unwedge/name.h"
#include "unwedge/span.h"

namespace unwedge {

/// The server's major version, 11 to 18.
struct PgVersion {
  int major = 15;
  friend constexpr auto operator<=>(PgVersion, PgVersion) = default;
};

enum class TransactionKind : std::uint8_t {
  kNone,      ///< autocommit: the statement is its own transaction
  kExplicit,  ///< BEGIN in the file
  kRunner,    ///< the runner sent BEGIN
  kImplicit,  ///< one message with several statements (simple query protocol)
  kPipeline,  ///< an extended-protocol pipeline after its first statement
  kAssumed,   ///< the runner is not known; most would run the file in one transaction
  kDo,        ///< a DO block outside any other: its statements, up to a COMMIT in it
};

/// The transaction that a step runs in.
struct TransactionState {
  TransactionKind kind = TransactionKind::kNone;
  int number = 0;  ///< counts the transactions of the run from 1; a kNone step has its own too
  Span opened_at;  ///< kExplicit: the BEGIN; kImplicit: the message; kDo: the block
  /// kPipeline: nothing has run in it yet, so that the server takes the statement for one of its
  /// own (XACT_FLAGS_PIPELINING, tcop/postgres.c).
  bool pipeline_start = false;
  /// kRunner: the runner itself refuses the file, for it mixes statements that need a transaction
  /// with ones that must not be in one.
  bool refused_by_runner = false;
  /// A transaction block for PreventInTransactionBlock: for kAssumed only probably.
  [[nodiscard]] bool is_block() const { return kind != TransactionKind::kNone && !pipeline_start; }
};

/// What SET, RESET and the runner have made of the session's settings.
struct Settings {
  /// By lower-case name; a name that is absent has the server's, database's or role's value, which
  /// is not known.
  std::map<std::string, std::string, std::less<>> values;
  /// The schemas that unqualified names are looked up in; the first takes new objects.
  std::vector<std::string> search_path = {"public"};

  [[nodiscard]] std::optional<std::string_view> value(std::string_view name) const {
    auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  }

  /// A wait for a lock is known to have an end.
  [[nodiscard]] bool has_lock_timeout() const {
    const auto timeout = value("lock_timeout");
    return timeout && timeout->find_first_of("123456789") != std::string_view::npos;
  }
};

/// A table-level lock that the open transaction holds; Postgres keeps it until the transaction ends
/// or is rolled back to a savepoint set before the lock was taken.
struct HeldLock {
  RelationId relation;
  LockMode mode = LockMode::kNone;
  bool existing = true;   ///< the relation was there before this change set
  bool is_index = false;  ///< an index, and with it its table, whose name is not known
  bool of_table = false;  ///< an index or sequence of a known table
  bool certain = true;    ///< false: whether it is taken depends on what is not known
  Span taken_by;          ///< the command of the statement that took it
};

/// The locks held at one moment that block reads or writes, in the order in which they were taken:
/// the beginning of a list that the steps of a transaction share and that only grows.
class HeldLocks {
 public:
  using List = std::vector<HeldLock>;

  HeldLocks() = default;
  explicit HeldLocks(std::shared_ptr<const List> list)
      : list_(std::move(list)), size_(list_ == nullptr ? 0 : list_->size()) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] const HeldLock& operator[](std::size_t index) const { return (*list_)[index]; }
  /// Equal lists: the shorter one's locks are the first of the longer one's.
  [[nodiscard]] const List* list() const { return list_.get(); }

 private:
  std::shared_ptr<const List> list_;
  std::size_t size_ = 0;
};

/// What the open transaction has begun and not finished.
struct Unfinished {
  std::vector<PendingEvents> events;
  std::vector<NewEnumValue> enum_values;
  /// By SET CONSTRAINTS ALL; nothing: each as it was declared.
  std::optional<bool> all_deferred{};
  /// By SET CONSTRAINTS of those that it names, after that.
  std::map<std::string, bool, std::less<>> deferred{};
};

/// A DO block has raised an exception if there was a row of the table that satisfies the condition,
/// or, without a condition, any row.
struct NoRow {
  RelationId table;
  std::optional<Expression> condition;
};

/// The session before a step. Copies are cheap: what seldom changes is shared.
struct Session {
  TransactionState transaction;
  std::shared_ptr<const Settings> settings = std::make_shared<const Settings>();  ///< never null
  HeldLocks held_locks;
  std::shared_ptr<const Unfinished> unfinished{};  ///< null: nothing
  /// The tables that an earlier statement left without a row; null: none.
  std::shared_ptr<const std::vector<RelationId>> emptied{};
  /// What was made sure of in this transaction, and has not been written to since; null: nothing.
  std::shared_ptr<const std::vector<NoRow>> guards{};

  /// Whether the migration itself has emptied the table, or goes on only if it has no row.
  [[nodiscard]] bool known_empty(const RelationId& table) const {
    const auto is_it = [&table](const NoRow& each) {
      return each.table == table && !each.condition;
    };
    return (emptied != nullptr &&
            std::find(emptied->begin(), emptied->end(), table) != emptied->end()) ||
           (guards != nullptr && std::any_of(guards->begin(), guards->end(), is_it));
  }
};

}  // namespace unwedge
