// See history_files.h. A folder may have files of several kinds in it: the longest history counts.

#include "postgres/history/history_files.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <stdexcept>
#include <string>

#include "migration/detection.h"
#include "migration/history.h"
#include "migration/runner.h"
#include "text/source_file.h"

namespace unwedge::postgres {
namespace {

namespace fs = std::filesystem;

/// "2_b" before "10_a".
bool before(const std::string& left, const std::string& right) {
  const auto is_digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < left.size() && j < right.size()) {
    if (is_digit(left[i]) && is_digit(right[j])) {
      const auto number = [&is_digit](const std::string& text, std::size_t& at) {
        while (at < text.size() && text[at] == '0') ++at;
        const std::size_t start = at;
        while (at < text.size() && is_digit(text[at])) ++at;
        return text.substr(start, at - start);
      };
      const std::string one = number(left, i);
      const std::string other = number(right, j);
      if (one.size() != other.size()) return one.size() < other.size();
      if (one != other) return one < other;
    } else {
      if (left[i] != right[j]) return left[i] < right[j];
      ++i;
      ++j;
    }
  }
  return left.size() - i < right.size() - j;
}

/// All SQL files below the folder, by the numbers in their names.
std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.path().extension() != ".sql") continue;
    names.push_back(entry.path().lexically_relative(folder).generic_string());
  }
  std::sort(names.begin(), names.end(), before);
  std::vector<fs::path> files;
  for (const std::string& name : names) files.push_back(folder / name);
  return files;
}

migration::FolderHistory history_of(const fs::path& file, const lint::Options& options) {
  const migration::Folder& folder = options.detector->surroundings().folder(file.parent_path());
  const std::string name = file.filename().string();
  const auto source = text::read_source(file, name);
  const migration::RunnerProfile* runner = migration::find_runner(options.runner);
  if (runner == nullptr && source) {
    runner = options.detector->recognise(folder, name, source->contents).runner;
  }
  return runner == nullptr ? migration::FolderHistory()
                           : migration::history_of(folder, name, *runner);
}

}  // namespace

std::vector<fs::path> migrations_in(const fs::path& folder, const lint::Options& options) {
  const std::vector<fs::path> files = files_in(folder);
  if (files.empty()) throw std::runtime_error("there are no SQL files in " + folder.string());
  std::vector<fs::path> ordered = files;
  std::size_t most = 1;
  for (const std::size_t i : {std::size_t{0}, files.size() / 2, files.size() - 1}) {
    const migration::FolderHistory history = history_of(files[i], options);
    if (history.entries.size() <= most) continue;
    most = history.entries.size();
    ordered.clear();
    for (const migration::HistoryEntry& entry : history.entries) {
      if (entry.applied) ordered.push_back(history.folder->path() / entry.name);
    }
  }
  return ordered;
}

}  // namespace unwedge::postgres
