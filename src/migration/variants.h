// The cases in which a runner does something else than usual: an opt-out in the file, its name or a
// file beside it; another version of the tool; a setting.

#pragma once

#include <string_view>
#include <vector>

#include "migration/profile.h"
#include "migration/sections.h"
#include "migration/surroundings.h"

namespace unwedge::migration {

/// A migration file, as far as variants depend on it.
struct MigrationFile {
  std::string_view path;  ///< in the repository, with forward slashes
  std::string_view text;
  bool had_byte_order_mark = false;  ///< before the text: a marker is not at the beginning then
  const Folder* folder = nullptr;    ///< null: nothing beside the file is known
};

/// Sets mode, splitter and opt-out of each section by the first variant of the runner that holds.
/// Returns the variants of which it is not known whether they hold: those for versions of a package
/// that the repository does not tell. `assumed`: one of them, taken to hold.
std::vector<const Variant*> resolve_variants(const MigrationFile& file, const RunnerProfile& runner,
                                             std::vector<Section>& sections,
                                             const Variant* assumed = nullptr);

/// The lines that look like an opt-out of this runner and are none, in a file with these sections:
/// outside of sections that are opted out.
struct IgnoredLine {
  Span span;
  std::string_view why;
};
std::vector<IgnoredLine> ignored_opt_outs(std::string_view text, const RunnerProfile& runner,
                                          const std::vector<Section>& sections);

}  // namespace unwedge::migration
