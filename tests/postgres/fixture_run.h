// How the statements of a fixture reach a server: whole, in the messages and transactions of its
// runner; or one by one, each with all that must have run before it.

#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "postgres/fixture.h"
#include "postgres/observe.h"
#include "postgres/script.h"
#include "unwedge/step.h"

namespace unwedge::postgres {

/// The step that will be the first to fail, by what unwedge predicts; null when none will.
/// A message with a syntax error is rejected before any of its statements runs.
const Step* first_to_fail(const FixtureRun& run);

/// Text that the server's grammar does not accept: none's, or not yet this server's.
bool is_unreadable(const Step& step);

/// Refused because of the rows that are there.
bool is_rejected_by_rows(const Step& step);

/// A message, and the first step in it; null: the runner's own BEGIN or COMMIT.
struct RunnerMessage {
  Message message;
  const Step* first_step = nullptr;
};

/// All that the runner sends, in its transactions. Of a runner that is not known: as most would.
std::vector<RunnerMessage> messages_of_runner(std::string_view text, const FixtureRun& run);
std::vector<RunnerMessage> messages_of_runner(const Fixture& fixture, const FixtureRun& run);

/// The statements with the transactions that the runner puts around them, one by one; without
/// those that the server refuses. What is run to get to the state after it.
std::string transcript(const FixtureRun& run);

/// The statements before this one, their transactions closed.
std::string transcript_before(const FixtureRun& run, const Step& step);

/// One statement and what the server did.
struct ObservedStep {
  const Step* step = nullptr;
  std::vector<const Step*> inner;  ///< The statements in it, where it is a DO block.
  /// Nothing for BEGIN and the like, for settings, and for text that is no statement.
  std::optional<Observation> seen;
  /// Tables, views, indexes and so on that were there before the file ran, by the names that they
  /// have just before the statement.
  std::set<std::string> from_before;
  std::set<std::string> partitions;  ///< Those of them that are partitions.
};

/// All statements of a run, each observed in a database of its own in which `setup` and the
/// statements before it have been run. Throws std::runtime_error if one of these fails.
std::vector<ObservedStep> observe_run(Server& server, const std::string& setup,
                                      const FixtureRun& run);

}  // namespace unwedge::postgres
