// The tools that apply migrations, and how one is recognised. Facts from the tools' sources, each
// measured; a profile is data, and only the ways of running and of splitting are code.

#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "migration/mode.h"

namespace unwedge::migration {

/// A line that begins a section or changes how it is run, for runners that mark them in comments.
/// All regular expressions are RE2's, matched against whole lines without their end.
struct Markers {
  std::string_view up;
  std::string_view down;
  std::string_view no_transaction;       ///< a line, or part of the up or down marker
  bool no_transaction_for_file = false;  ///< it holds for both directions, wherever it stands
  std::string_view block_begin;          ///< "StatementBegin": all up to the end is one chunk
  std::string_view block_end;
  /// A literal that every file with markers has: files without it need no closer look.
  std::string_view literal;
};

struct RunnerProfile {
  std::string_view name;
  std::string_view source;  ///< where its behaviour was read
  Mode mode = Mode::kUnknown;
  Mode opted_out_mode = Mode::kUnknown;
  Splitter splitter = Splitter::kStatements;
  Splitter opted_out_splitter = Splitter::kStatements;
  Markers markers;
  /// Files whose path this matches (anywhere) are for the down direction.
  std::string_view down_path;
  /// How a file or section is told to run without a transaction; for help texts.
  std::string_view way_out;
  std::string_view down_way_out;  ///< the same for the down section, where it differs
  /// With the way out, a section is still one message: a second statement makes it a transaction.
  bool way_out_wants_single_statement = false;
};

/// All known runners, sorted by name; "unknown" is not among them.
std::span<const RunnerProfile> runners();

/// The profile of that name; null when there is none.
const RunnerProfile* find_runner(std::string_view name);

/// The profile used when no runner is recognised.
const RunnerProfile& unknown_runner();

/// The runner that a file's own markers give away; the unknown one when none do.
const RunnerProfile& recognise_runner(std::string_view text);

}  // namespace unwedge::migration
