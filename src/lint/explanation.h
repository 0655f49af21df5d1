// What unwedge makes of a file, complete in itself: the runner and why it was recognised, the
// sections, what is sent together, and each step with its transaction, locks and work.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "lint/options.h"
#include "migration/mode.h"
#include "migration/sections.h"
#include "text/line_index.h"
#include "text/source_file.h"
#include "unwedge/effects.h"
#include "unwedge/schema.h"
#include "unwedge/session.h"

namespace unwedge::lint {

/// A lock that an earlier step of the transaction took, and that others wait for.
struct ExplainedHold {
  RelationId relation;
  LockMode mode = LockMode::kNone;
  std::string path = {};  ///< as of the step
  text::Region taken_by;  ///< the command that took it
};

struct ExplainedStep {
  std::string path;  ///< of an included file; "": the file itself
  text::Region region;
  std::string sql;               ///< as written, without the semicolon
  std::size_t message = 0;       ///< the number of its message in the section, from 1
  bool in_block = false;         ///< a statement of the DO block before it
  TransactionState transaction;  ///< its number counts within the file and direction
  std::vector<Lock> locks;
  std::vector<Work> work;
  std::optional<Refusal> refusal;
  std::string_view not_followed;  ///< why it may do more than this; "": this is all
  /// Of a step with work: on existing relations, so that what waits for them waits for the work
  /// too.
  std::vector<ExplainedHold> held;
};

struct ExplainedSection {
  migration::Direction direction = migration::Direction::kUp;
  std::string name;  ///< of a changeset or revision; mostly empty
  text::Region region;
  migration::Mode mode = migration::Mode::kUnknown;
  bool opted_out = false;
  bool refused_by_runner = false;
  std::vector<ExplainedStep> steps;  ///< in the order in which they run
};

struct Explanation {
  std::string path;
  std::string runner;         ///< "dbmate"; "unknown"
  std::string recognised_by;  ///< "the line '-- +goose Up'"; "" when it was not
  /// Runners that it may be, when it was not recognised; or the versions of the runner.
  std::vector<std::string> candidates;
  std::vector<ExplainedSection> sections;
  std::string error;  ///< why the file could not be read; "" when it could
};

/// `catalog` is the schema before the file, and settled; it becomes the schema after it.
Explanation explain_file(const text::SourceFile& file, const Options& options,
                         schema::Catalog& catalog);

}  // namespace unwedge::lint
