// Which settings hold for which file: its config with the command line on top.

#pragma once

#include <deque>
#include <filesystem>
#include <map>
#include <string>

#include "cli/check_request.h"
#include "cli/files.h"
#include "config/config.h"
#include "config/discovery.h"
#include "lint/options.h"

namespace unwedge::cli {

struct FileSettings {
  const config::Config* config = nullptr;
  const lint::Options* options = nullptr;
  config::FailOn fail_on = config::FailOn::kWarning;
  bool excluded = false;
};

class Settings {
 public:
  explicit Settings(const CheckRequest& request);

  /// What holds for a file. Lives as long as this. When its config has errors, they are kept for
  /// errors() and all fields are empty.
  FileSettings of(const FoundFile& file);

  /// Of all configs seen so far, each once.
  [[nodiscard]] const config::ConfigErrors& errors() const { return errors_; }

 private:
  /// A config, and the options made from it for files without acks.
  struct Loaded {
    config::Config config;
    lint::Options options;
    std::filesystem::path folder;
    bool valid = false;
  };

  const Loaded& loaded(const FoundFile& file);
  /// The config with this path, or the defaults if the path is empty.
  const Loaded& load(const std::filesystem::path& path);
  [[nodiscard]] lint::Options make_options(const config::Config& config) const;
  [[nodiscard]] bool is_excluded(const FoundFile& file, const Loaded& loaded) const;

  const CheckRequest* request_;
  std::filesystem::path current_;
  lint::Date today_;
  config::Discovery discovery_;
  std::map<std::filesystem::path, Loaded> configs_;  ///< by path; "" for none
  std::deque<lint::Options> options_with_acks_;
  config::ConfigErrors errors_;
};

}  // namespace unwedge::cli
