// Files that are linted together: applied one after the other in one run of the runner, on a schema
// in which what an earlier file created is new. First all of them are put to the rules; then, when
// the end of the history is known, so are the rules that look at what they leave behind.

#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "lint/active_rules.h"
#include "lint/options.h"
#include "lint/result.h"
#include "text/source_file.h"
#include "unwedge/history.h"
#include "unwedge/schema.h"

namespace unwedge::lint {

/// A file of a change set and what holds for it; options and rules outlive the change set.
struct ChangeSetFile {
  text::SourceFile file;
  const Options* options = nullptr;
  const ActiveRules* rules = nullptr;
  /// Its number among the files of the history; nothing: it is not a migration of its own.
  std::optional<std::size_t> in_history = std::nullopt;
  bool applies = true;  ///< false: what it does is not there for the files after it
};

/// Never fails: what is wrong with a file is a finding.
class ChangeSet {
 public:
  /// In the order in which they are applied; at least one, of together at most 4 GiB.
  /// `changed_code`: as History::changed_code; it outlives the change set.
  explicit ChangeSet(std::vector<ChangeSetFile> files, std::string_view changed_code = {});
  ~ChangeSet();
  ChangeSet(const ChangeSet&) = delete;
  ChangeSet& operator=(const ChangeSet&) = delete;
  ChangeSet(ChangeSet&&) = delete;
  ChangeSet& operator=(ChangeSet&&) = delete;

  /// Lints the files and applies them to the catalog, which is the schema before them and settled.
  /// `history` has all files of theirs, and says what is known of these while they are linted.
  void lint(schema::Catalog& catalog, std::span<HistoryFile> history);

  /// Whether later migrations may undo what it was reported for.
  [[nodiscard]] bool waits_for_end() const;

  /// Of one that waits: says what still holds in the schema after all files.
  void lint_end(const schema::Catalog& catalog, std::span<HistoryFile> history);

  /// In the order of the files. What was found is handed out.
  std::vector<FileResult> results();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace unwedge::lint
