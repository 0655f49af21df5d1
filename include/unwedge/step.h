// One statement at its place in the timeline, and the transaction and migration made of such
// steps: what rules look at.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "unwedge/effects.h"
#include "unwedge/encoding.h"
#include "unwedge/schema.h"
#include "unwedge/session.h"
#include "unwedge/statement.h"

namespace unwedge {

/// What the runner's own lock does to a concurrent build (CREATE INDEX CONCURRENTLY and the like).
enum class BuildDanger : std::uint8_t {
  kNone,
  kHangs,      ///< the runner's own open transaction keeps a snapshot that the build waits for
  kDeadlocks,  ///< a second run that waits for the runner's lock keeps one: the build fails (40P01)
};

/// What the runner does when a migration that it has applied is not what it was.
enum class OnEdit : std::uint8_t {
  kUnknown,
  kIgnores,  ///< it does not notice
  kRefuses,  ///< it compares checksums and applies nothing
};

/// What the runner does with a new migration that comes before one that it has applied.
enum class OnLate : std::uint8_t { kUnknown, kApplies, kSkips, kRefuses };

/// What the runner does with two migrations of one version.
enum class OnDuplicate : std::uint8_t {
  kUnknown,
  kAllows,   ///< it knows them by more than that
  kSkips,    ///< where one has been applied, it takes the other for applied
  kRefuses,  ///< it applies nothing
};

/// How a runner is told to run a file or section outside a transaction.
struct WayOut {
  enum class Then : std::uint8_t {
    kSplit,  ///< every statement, or chunk, is sent by itself
    kAlone,  ///< all is still one message: a second statement makes it a transaction
    kFirst,  ///< all is still one pipeline: only its first statement runs outside a transaction
  };

  std::string_view line;   ///< what to write; "": the runner has none
  std::string_view place;  ///< where: "a migration that has the line"
  Then then = Then::kSplit;
};

/// What is known of the tool that applies the migration.
struct RunnerInfo {
  std::string_view name;  ///< "dbmate"; "unknown"
  bool known = false;
  WayOut way_out;
  /// What makes a statement a message of its own: "the only statement on its line"; "": it is one.
  std::string_view alone;
  std::string_view lock_timeout;  ///< that the runner sets in its session; "": none
  BuildDanger build_danger = BuildDanger::kNone;
  std::string_view build_cure;   ///< what to do about it, a sentence
  bool concurrent_runs = false;  ///< several processes may run it at once: the settings say so
  OnEdit on_edit = OnEdit::kUnknown;
  OnLate on_late = OnLate::kUnknown;
  OnDuplicate on_duplicate = OnDuplicate::kUnknown;
};

/// Where a statement stands in a DO block.
struct InBlock {
  Span block;             ///< the DO statement
  bool possible = false;  ///< in a branch, a loop or a handler: whether it runs is not known
  /// It runs only where what it makes is not there yet, or what it takes away still is: in
  /// IF NOT EXISTS (SELECT … FROM pg_constraint …), or with a handler for duplicate_object.
  bool guarded = false;
  bool caught = false;   ///< there is a handler for what makes it fail
  bool in_loop = false;  ///< it may run any number of times
};

class Step {
 public:
  Step(const Statement& statement, std::string_view sql, Effects effects, Session session,
       const schema::Catalog& catalog, PgVersion postgres, const RunnerInfo& runner,
       std::optional<InBlock> block = std::nullopt)
      : statement_(&statement),
        sql_(sql),
        effects_(std::move(effects)),
        session_(std::move(session)),
        catalog_(&catalog),
        postgres_(postgres),
        runner_(&runner),
        block_(block) {}

  [[nodiscard]] const Statement& statement() const { return *statement_; }
  [[nodiscard]] Span span() const { return statement_->span; }
  /// The statement as written, without the semicolon.
  [[nodiscard]] std::string_view sql() const { return sql_; }
  [[nodiscard]] const Effects& effects() const { return effects_; }
  /// The session before the step.
  [[nodiscard]] const Session& session() const { return session_; }
  [[nodiscard]] const TransactionState& transaction() const { return session_.transaction; }
  [[nodiscard]] PgVersion postgres() const { return postgres_; }
  [[nodiscard]] const RunnerInfo& runner() const { return *runner_; }
  /// The DO block that it is a statement of, which is a step before it; null: none.
  [[nodiscard]] const InBlock* block() const { return block_ ? &*block_ : nullptr; }

  /// Whether it locks a relation of that name which was there before the change set: what is asked
  /// when the schema has moved on.
  [[nodiscard]] bool locks_existing(const QualifiedName& name) const {
    for (const Lock& lock : effects_.locks) {
      const bool same = lock.relation.name == name.name && !lock.is_index &&
                        (name.schema.empty() || lock.relation.schema == name.schema);
      if (same) return lock.existing;
    }
    return false;
  }

  // Questions to the schema as it is before the step. They may be asked while the step is the
  // current one: by rules made with on<> and on_step. Rules that look back at several steps use
  // their effects, which know for each relation whether it existed.

  [[nodiscard]] const schema::Catalog& schema() const { return *catalog_; }
  [[nodiscard]] RelationId resolve(const QualifiedName& name) const {
    return catalog_->resolve(name, session_.settings->search_path);
  }
  [[nodiscard]] bool existing(const QualifiedName& name) const {
    return catalog_->existing(resolve(name));
  }

 private:
  const Statement* statement_;
  std::string_view sql_;
  Effects effects_;
  Session session_;
  const schema::Catalog* catalog_;
  PgVersion postgres_;
  const RunnerInfo* runner_;
  std::optional<InBlock> block_;
};

/// The steps between the beginning and the end of one transaction, BEGIN and COMMIT included where
/// the file has them.
struct Transaction {
  TransactionState state;
  bool rolled_back = false;
  bool unclosed = false;  ///< the file's own BEGIN has no end, and no runner's COMMIT follows
  std::span<const Step> steps;
};

/// Something in a file that looks as if it told the runner to use no transaction, and does not.
struct IgnoredOptOut {
  Span span;
  std::string_view why;  ///< "it must be the first line of the file"
};

/// The part of a file that the runner handles as a unit: a changeset, a revision, or simply all
/// there is for one direction.
struct MigrationSection {
  std::string_view name;  ///< "ana:3", "a1b2 -> c3d4"; mostly empty
  Span region;
  bool opted_out = false;  ///< a person chose to run it without the runner's transaction
  Span opt_out;            ///< where the file says so; empty: another file does, or the name
  std::span<const Step> steps;
};

/// The steps of one file's sections for one direction.
struct Migration {
  std::string_view path;
  RunnerInfo runner;
  std::span<const Step> steps;
  std::span<const MigrationSection> sections;
  std::span<const IgnoredOptOut> ignored_opt_outs;
  FileEncoding encoding;
};

}  // namespace unwedge
