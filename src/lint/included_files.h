// The texts of files that are linted together, and of what they include with psql's \i and \ir, as
// one text. Only files of the repository are read, no link is followed out of it, and there is an
// end to how deep and how much.

#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "lint/file_parts.h"
#include "lint/options.h"
#include "sql/dialect.h"
#include "sql/split.h"
#include "text/source_file.h"

namespace unwedge::lint {

/// A file and what holds for it; both outlive what is made of them.
struct OwnFile {
  const text::SourceFile* file = nullptr;
  const Options* options = nullptr;
};

class IncludedFiles {
 public:
  /// Their texts are together at most 4 GiB.
  explicit IncludedFiles(std::span<const OwnFile> files);
  explicit IncludedFiles(const OwnFile& file) : IncludedFiles(std::span(&file, 1)) {}
  IncludedFiles(const IncludedFiles&) = delete;
  IncludedFiles& operator=(const IncludedFiles&) = delete;
  IncludedFiles(IncludedFiles&&) = delete;
  IncludedFiles& operator=(IncludedFiles&&) = delete;
  ~IncludedFiles() = default;

  /// First those of the files, in their order.
  [[nodiscard]] const FileParts& parts() const { return parts_; }

  static constexpr std::size_t kMostDepth = 16;
  /// What one file includes, directly and through others.
  static constexpr std::size_t kMostFiles = 500;
  static constexpr std::size_t kMostBytes = std::size_t{16} << 20U;

 private:
  /// What is known while the commands of one file, and of what it includes, are followed. psql has
  /// its variables for all of them together.
  struct Run {
    const Options* options = nullptr;
    sql::PlaceholderValues values{};
    std::set<std::string, std::less<>> forgotten{};  ///< forms of variables with no one value
    bool changed_folder = false;                     ///< by \cd
    std::size_t files = 0;
    std::size_t bytes = 0;
  };

  /// A part whose commands are followed, in the one that includes it.
  struct Place {
    std::size_t part = 0;
    std::size_t depth = 0;
    bool conditional = false;      ///< it may not be run
    std::filesystem::path real{};  ///< links followed
    const Place* parent = nullptr;
  };

  void add(const text::SourceFile& file);
  void follow(const Place& place, Run& run);
  /// The file of this name; otherwise why it is not included, as a clause.
  tl::expected<text::SourceFile, std::string> read(std::string_view name, bool relative,
                                                   const Place& place, Run& run);
  static void learn(const sql::RawScript& script, bool conditional, Run& run);
  void join();

  FileParts parts_;
  std::deque<text::SourceFile> files_;
  std::deque<sql::PlaceholderValues> values_;
  std::size_t size_ = 0;
  std::string joined_;  ///< the texts of several parts
};

}  // namespace unwedge::lint
