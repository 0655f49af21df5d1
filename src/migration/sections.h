// The parts of a migration file for each direction, and how the runner runs each.

#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "migration/runner.h"
#include "unwedge/span.h"

namespace unwedge::migration {

enum class Direction : std::uint8_t { kUp, kDown };

struct Section {
  Direction direction = Direction::kUp;
  Span region;  ///< the SQL between the markers
  Mode mode = Mode::kUnknown;
  Splitter splitter = Splitter::kStatements;
  /// Parts that the runner sends as one chunk whatever is in them (StatementBegin … StatementEnd).
  std::vector<Span> blocks;
};

/// The sections of a file in their order. Text before the first marker belongs to none. A file of a
/// runner without markers, or without any, is one section: of the direction that its path says.
std::vector<Section> sections_of(std::string_view path, std::string_view text,
                                 const RunnerProfile& runner);

}  // namespace unwedge::migration
