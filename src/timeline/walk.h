// Walks over the statements of a section in the order in which they run: one step each, with the
// session and the schema before it and the effects of it.

#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "migration/messages.h"
#include "migration/sections.h"
#include "unwedge/schema.h"
#include "unwedge/step.h"

namespace unwedge::timeline {

/// The steps [first, last) of one transaction.
struct TransactionRange {
  TransactionState state;
  std::size_t first = 0;
  std::size_t last = 0;
  bool rolled_back = false;
  bool unclosed = false;  ///< the file's own BEGIN has no end, and no runner's COMMIT follows
};

struct Timeline {
  std::vector<Step> steps;
  std::vector<TransactionRange> transactions;
};

struct WalkOptions {
  PgVersion postgres;
  const RunnerInfo* runner = nullptr;  ///< outlives the timeline
  std::string_view text;               ///< the file; outlives the timeline
};

/// Walks one section. `catalog` is the schema before it and becomes the schema after it.
/// `visit` is called with each step while the catalog is still as it was before the step.
/// The statements and the catalog must outlive the timeline.
Timeline walk(const migration::Section& section, const std::vector<Statement>& statements,
              const std::vector<migration::Message>& messages, const WalkOptions& options,
              schema::Catalog& catalog, const std::function<void(const Step&)>& visit);

}  // namespace unwedge::timeline
