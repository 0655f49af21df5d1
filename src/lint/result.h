// The outcome of a run, complete in itself: findings with their places as lines and columns and
// with the lines of source that a report shows, so that no file need be kept in memory for it.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/line_index.h"
#include "unwedge/finding.h"
#include "unwedge/rule.h"

namespace unwedge::lint {

/// Source lines for display: the first line of a region, and whether it goes on.
struct Excerpt {
  std::string line;  ///< at most kExcerptBytes bytes of it, around the region's start
  std::uint32_t cut_columns =
      0;                 ///< code points cut off in front; 0: the line's beginning is there
  bool cut_end = false;  ///< more of the line follows

  static constexpr std::size_t kExcerptBytes = 240;
};

struct ReportedRelated {
  std::string path;  ///< of another file; "": the finding's own
  text::Region region;
  std::string message;
  Excerpt excerpt;
};

/// Who accepted a finding, and why.
struct Acknowledgement {
  std::string reason;
  std::string ticket;     ///< "" when none is given
  std::string until;      ///< "2027-03-31", "" when none is given
  bool in_source = true;  ///< false: in the config
};

struct ReportedFinding {
  const RuleInfo* rule = nullptr;  ///< in the registry: lives as long as the program
  Severity severity = Severity::kWarning;
  text::Region region;
  std::string message;
  std::string help;
  std::string section;  ///< of the changeset or revision that it is in: "a1b2 -> c3d4"; mostly ""
  std::vector<ReportedRelated> related;
  Excerpt excerpt;
  /// Stable when lines move: of the rule, the statement's own text without comments and white
  /// space, and an ordinal among equals in the file. 16 hex digits.
  std::string fingerprint;
  /// GitHub's primaryLocationLineHash.
  std::string line_hash;
  std::optional<Acknowledgement> ack;
};

struct FileResult {
  std::string path;  ///< as given or found, with forward slashes
  /// Of a file that is looked at only because another includes it: that one, whose settings hold.
  std::string included_by;
  std::string runner;  ///< "dbmate"; "unknown"
  std::size_t statements = 0;
  std::size_t unanalysed = 0;             ///< statements that did not parse
  std::string error;                      ///< why the file could not be read; "" when it could
  std::vector<ReportedFinding> findings;  ///< by place, then rule
  /// Of what it includes, once for each command; in a Result they are files of their own.
  std::vector<FileResult> included;
};

struct Summary {
  std::size_t errors = 0;  ///< findings that are not acknowledged
  std::size_t warnings = 0;
  std::size_t infos = 0;
  std::size_t acked = 0;
  std::size_t files = 0;  ///< looked at, unreadable ones included
  std::size_t unreadable = 0;
};

struct Result {
  /// In the order of the command line, folders sorted; behind each what it includes.
  std::vector<FileResult> files;
  std::vector<const RuleInfo*> rules;  ///< all that ran, sorted by id
  Summary summary;
};

}  // namespace unwedge::lint
