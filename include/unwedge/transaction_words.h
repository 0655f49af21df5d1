// How rules say that a statement is refused because of its transaction: which kind of transaction
// that is, and how this runner is told otherwise.

#pragma once

#include <string>
#include <string_view>

#include "unwedge/finding.h"
#include "unwedge/session.h"
#include "unwedge/span.h"
#include "unwedge/statement.h"
#include "unwedge/step.h"

namespace unwedge {

/// Message and help for a step that the server refuses inside a transaction block: `command` is
/// what the step is called in them. A refusal that is only possible makes the finding a warning.
void explain_refused_inside(const Step& step, std::string_view command, FindingBuilder& finding);

/// The same for a step that the server refuses outside a transaction block.
void explain_refused_outside(const Step& step, std::string_view command, FindingBuilder& finding);

/// The same for COMMIT or ROLLBACK in a DO block that is not a transaction of its own.
void explain_refused_termination(const Step& step, std::string_view command,
                                 FindingBuilder& finding);

/// How this runner is told to run `what` outside a transaction: "Put it alone into a migration that
/// has the line:" and the line.
std::string way_out(const RunnerInfo& runner, std::string_view what);

/// Where this runner runs SQL outside a transaction, for the end of a sentence, and below it what
/// to paste there: "a migration that runs outside a transaction:", its marker if that is a comment,
/// and `sql`.
std::string outside_transaction(const RunnerInfo& runner, std::string_view sql);

/// When the locks of a step are let go of: "its transaction ends", or "it is done" where the step
/// is a transaction of its own or may be one.
std::string_view locked_until(const Step& step);

/// Whether the server refuses the statement in any transaction block.
bool is_refused_in_transaction(const Statement& statement, PgVersion version);

/// A concurrent build, and its word CONCURRENTLY.
struct ConcurrentBuild {
  const Step* step = nullptr;  ///< null: none
  Span concurrently;
};

/// The first step of a migration that the runner's own lock puts into this danger: it runs, and it
/// waits for every transaction which still has an older snapshot. CREATE INDEX and REINDEX do, DROP
/// INDEX and DETACH PARTITION wait only for those who use the table. One is enough to know of: it
/// is a matter of the runner's configuration, not of each build.
ConcurrentBuild first_build_in_danger(const Migration& migration, BuildDanger danger);

}  // namespace unwedge
