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

  [[nodiscard]] std::size_t size() const { return last - first; }
};

/// The messages of a section with these statements, in order, every statement in exactly one.
std::vector<Message> messages_of(std::string_view text, const Section& section,
                                 const std::vector<Statement>& statements);

}  // namespace unwedge::migration
