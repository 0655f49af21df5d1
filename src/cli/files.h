// From the paths on the command line to the files to lint.

#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace unwedge::cli {

struct FoundFile {
  std::filesystem::path path;   ///< to open it
  std::filesystem::path place;  ///< absolute and normal: to find its config, to tell it from others
  std::string shown;            ///< for reports: from the current folder where it lies below that
  bool named = false;           ///< on the command line, rather than found in a folder
  bool is_stdin = false;
  std::string refusal;  ///< why it will not be read; "" when it will
};

struct FoundFiles {
  std::vector<FoundFile> files;     ///< each once, in the order of the paths, folders sorted
  std::vector<std::string> errors;  ///< paths that are not there, folders that cannot be read
  std::vector<std::string> notes;
};

/// Looks every path up. Folders are searched for *.sql, without .git and node_modules. Links to
/// folders are not followed, nor are links to files out of the repository.
FoundFiles find_files(const std::vector<std::string>& paths, const std::string& stdin_filename);

}  // namespace unwedge::cli
