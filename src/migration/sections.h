// The parts of a migration file for each direction, and how the runner runs each.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "migration/profile.h"
#include "unwedge/span.h"

namespace unwedge::migration {

enum class Direction : std::uint8_t { kUp, kDown, kVerify };

struct Section {
  Direction direction = Direction::kUp;
  Span region;       ///< the SQL between the markers
  Span marker;       ///< the line that begins it; empty where none does
  std::string name;  ///< of a changeset or revision: "ana:3", "a1b2 -> c3d4"; mostly empty
  Mode mode = Mode::kUnknown;
  Splitter splitter = Splitter::kStatements;
  bool opted_out = false;  ///< a person chose to run it without the runner's transaction
  Span opt_out;            ///< where the file says so; empty: another file does, or the name
  /// Parts that the runner sends as one chunk whatever is in them (StatementBegin … StatementEnd).
  std::vector<Span> blocks;
};

/// A section with the line that begins it.
inline Span whole(const Section& section) {
  return section.marker.empty() ? section.region : cover(section.marker, section.region);
}

/// The direction that a file's path gives; up where the file's own lines say it.
Direction direction_of(std::string_view path, const SectionRules& rules);

/// The sections of a file in their order, with the profile's own mode: variants.h finds the one
/// that holds. Text that no section covers is not run.
std::vector<Section> sections_of(std::string_view path, std::string_view text,
                                 const RunnerProfile& runner);

}  // namespace unwedge::migration
