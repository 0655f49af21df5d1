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

/// The word CONCURRENTLY in a step that runs, and that waits for every transaction which still has
/// an older snapshot: CREATE INDEX and REINDEX do, DROP INDEX and DETACH PARTITION wait only for
/// those who use the table. Empty: it is no such step.
Span waits_for_snapshots(const Step& step);

}  // namespace unwedge
