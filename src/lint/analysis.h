// What is known of a file before its statements are walked: its runner, its sections, what is in
// them, and how the runner sends it to the server.

#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "lint/file_parts.h"
#include "lint/options.h"
#include "migration/detection.h"
#include "migration/messages.h"
#include "migration/sections.h"
#include "sql/script.h"
#include "text/source_file.h"
#include "timeline/walk.h"
#include "unwedge/step.h"

namespace unwedge::lint {

/// A file that a section includes. Its statements are among those of the section.
struct IncludedScript {
  std::size_t part = 0;
  Span region;  ///< of the part
  sql::Script script;
};

struct AnalysedSection {
  migration::Section section;
  sql::Script script;
  std::list<IncludedScript> included;  ///< directly, or through one another
  migration::Delivery delivery;
  RunnerInfo runner;
};

struct AnalysedFile {
  const text::SourceFile* file = nullptr;
  Span region;  ///< of its text in the text that the spans are places in
  migration::Recognised recognised;
  /// The cases of the runner of which it is not known which one holds: versions of the tool.
  std::vector<const migration::Variant*> undecided;
  std::string directory;
  std::vector<AnalysedSection> sections;
  std::vector<IgnoredOptOut> ignored_opt_outs;
  /// For the statements whose refusal depends on what is not known of the runner.
  timeline::KnownRefusals refusals;
};

/// Analyses one of the files, with what it includes. Their text outlives the result.
AnalysedFile analyse(const FileParts& parts, std::size_t file, const Options& options);

/// The same for a file that has been applied long ago: only its up sections, and nothing that only
/// matters for findings.
AnalysedFile analyse_for_replay(const FileParts& parts, std::size_t file, const Options& options);

/// The sections of one direction, as they are walked. The file outlives them.
std::vector<timeline::SectionRun> runs_of(const AnalysedFile& file, migration::Direction direction);

}  // namespace unwedge::lint
