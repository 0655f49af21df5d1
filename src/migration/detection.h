// Which runner a file is for, and how that is known. The evidence, heaviest first: what the file
// says itself; files beside it; configuration and then dependencies in its folder or above; weaker
// hints in its text; its path; what other files in its folder and in those beside it say. When what
// is left leaves several runners possible, they are candidates.

#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migration/profile.h"
#include "migration/surroundings.h"

namespace unwedge::migration {

struct Recognised {
  const RunnerProfile* runner = nullptr;  ///< never null; unknown_runner() if not recognised
  std::string by;                         ///< "the line '-- +goose Up'"; "" if not recognised
  std::vector<const RunnerProfile*> candidates;  ///< runner unknown: those whose shape of path fits
};

/// Recognises runners; made once for a run. Safe to use from several threads.
class Detector {
 public:
  /// The profiles and the surroundings outlive the detector.
  Detector(std::span<const RunnerProfile> runners, Surroundings& surroundings);
  ~Detector();
  Detector(const Detector&) = delete;
  Detector& operator=(const Detector&) = delete;
  Detector(Detector&&) = delete;
  Detector& operator=(Detector&&) = delete;

  /// The file of that name in the folder, with this text.
  [[nodiscard]] Recognised recognise(const Folder& folder, std::string_view name,
                                     std::string_view text) const;
  /// A text that is in no folder.
  [[nodiscard]] Recognised recognise(std::string_view path, std::string_view text) const;

  [[nodiscard]] Surroundings& surroundings() const { return surroundings_; }

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
  Surroundings& surroundings_;
};

/// The built-in runner that a text gives away by itself; the unknown one if it does not.
const RunnerProfile& recognise_by_content(std::string_view text);

}  // namespace unwedge::migration
