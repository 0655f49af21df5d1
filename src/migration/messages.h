// What the runner sends to the server in one go. Several statements in one simple-query message
// form an implicit transaction block.

#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "migration/sections.h"
#include "unwedge/statement.h"

namespace unwedge::migration {

/// The statements [first, last) of a section that go to the server together.
struct Message {
  std::size_t first = 0;
  std::size_t last = 0;
  bool after_commit = false;  ///< sent after the runner's COMMIT, out of its place in the file

  [[nodiscard]] std::size_t size() const { return last - first; }
};

/// How the runner runs a section with these statements.
struct Delivery {
  Mode mode = Mode::kUnknown;      ///< of the section, with kTransactionPerFileAutodetect settled
  bool refused_by_runner = false;  ///< it mixes statements that the runner refuses to mix
  std::vector<Message> messages;   ///< in the order in which they are sent
};

/// Every statement is in exactly one message.
Delivery delivery_of(std::string_view text, const Section& section, const RunnerProfile& runner,
                     const std::vector<Statement>& statements);

}  // namespace unwedge::migration
