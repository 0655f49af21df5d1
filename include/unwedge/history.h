// All migrations of one folder, in the order in which the runner applies them, as a rule made with
// on_history<> sees them: once for each change set, with the schema after it, and, if it reported
// anything and there are later migrations, a second time with the schema after the last of them.
// What it reports then is what counts: an index that a later migration adds is there today.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "unwedge/schema.h"
#include "unwedge/span.h"
#include "unwedge/step.h"

namespace unwedge {

/// What became of a file since the revision that the change set starts from.
enum class FileChange : std::uint8_t {
  kUnknown,   ///< no revision was given
  kMerged,    ///< it was there, and is the same
  kReworded,  ///< it was there with other comments or white space
  kEdited,    ///< it was there with other bytes
  kRenamed,   ///< it was there under another name
  kAdded,
  kRemoved,  ///< it was there and is no more
  kIgnored,  ///< git is told to ignore it
};

/// What a file has for the way back.
enum class WayBack : std::uint8_t {
  kNotAsked,  ///< its runner has no down sections, or does not ask for them
  kMissing,
  kEmpty,  ///< a section without a statement
  kThere,
};

struct HistoryFile {
  std::string_view path;     ///< as in reports
  std::string_view version;  ///< that the runner gives it: "20240102030405", "1.2"; "": its name
  bool applied = true;       ///< false: the runner passes over it
  bool repeatable = false;   ///< applied again whenever it has changed, after all versions
  FileChange change = FileChange::kUnknown;
  std::string_view was{};  ///< kRenamed: its path at that revision, from the repository's root
  /// What is wrong with its place in the history: "its entry in meta/_journal.json is older than
  /// the one before it, so Drizzle skips it"; "": nothing.
  std::string_view trouble;
  /// Where a finding about the file as a whole belongs; empty: it is not of this change set.
  Span head;
  WayBack way_back = WayBack::kNotAsked;  ///< of a file of this change set
};

struct History {
  RunnerInfo runner;
  std::span<const HistoryFile> files;       ///< all, in the order in which they are applied
  std::size_t last = 0;                     ///< in `files`: the last file of the change set
  std::span<const Migration> migrations;    ///< the up migrations of the change set, in order
  const schema::Catalog* schema = nullptr;  ///< after the change set, or after all files
  /// What rules have found in the change set that breaks the code which is running: where it is.
  std::span<const Span> breaks{};
  /// A file of code that has changed since that revision, too, from the repository's root; "": none
  /// has, or it is not known.
  std::string_view changed_code{};

  /// What a name in one of the change set's steps stands for in `schema`.
  [[nodiscard]] RelationId resolve(const QualifiedName& name, const Step& step) const {
    return schema->resolve(name, step.session().settings->search_path);
  }
};

}  // namespace unwedge
