// One statement at its place in the timeline, and the transaction and migration made of such
// steps: what rules look at.

#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

#include "unwedge/effects.h"
#include "unwedge/schema.h"
#include "unwedge/session.h"
#include "unwedge/statement.h"

namespace unwedge {

/// What is known of the tool that applies the migration.
struct RunnerInfo {
  std::string_view name;  ///< "dbmate"; "unknown"
  bool known = false;
  /// The line that tells this runner to run a file or section outside a transaction.
  std::string_view way_out;
  /// With it a section is still one message: a second statement makes it a transaction.
  bool way_out_wants_single_statement = false;
};

class Step {
 public:
  Step(const Statement& statement, std::string_view sql, Effects effects, Session session,
       const schema::Catalog& catalog, PgVersion postgres, const RunnerInfo& runner)
      : statement_(&statement),
        sql_(sql),
        effects_(std::move(effects)),
        session_(std::move(session)),
        catalog_(&catalog),
        postgres_(postgres),
        runner_(&runner) {}

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
};

/// The steps between the beginning and the end of one transaction, BEGIN and COMMIT included where
/// the file has them.
struct Transaction {
  TransactionState state;
  bool rolled_back = false;
  bool unclosed = false;  ///< the file's own BEGIN has no end, and no runner's COMMIT follows
  std::span<const Step> steps;
};

/// The steps of one file's sections for one direction.
struct Migration {
  std::string_view path;
  RunnerInfo runner;
  std::span<const Step> steps;
};

}  // namespace unwedge
