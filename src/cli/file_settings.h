// Which settings hold for which file: its config with the command line on top.

#pragma once

#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "cli/check_request.h"
#include "cli/files.h"
#include "config/config.h"
#include "config/discovery.h"
#include "lint/options.h"
#include "migration/detection.h"
#include "migration/surroundings.h"

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

  /// The same for a dump of the schema, which psql would run. They live as long.
  const lint::Options& for_dump(lint::Options options);

  /// Of all configs seen so far, each once; and that one of them does not know the runner that the
  /// command line names.
  [[nodiscard]] config::ConfigErrors errors() const;

 private:
  /// A runner's name, a mode and a dump of the schema, as `migrations:` may choose them.
  using Choice = std::tuple<std::string, std::optional<migration::Mode>, std::filesystem::path>;

  /// A config, and the options made from it for files without acks.
  struct Loaded {
    config::Config config;
    lint::Options options;                   ///< of files that `migrations:` does not mention
    std::map<Choice, lint::Options> chosen;  ///< of those that it does
    std::filesystem::path folder;
    bool valid = false;
  };

  Loaded& loaded(const FoundFile& file);
  /// The config with this path, or the defaults if the path is empty.
  Loaded& load(const std::filesystem::path& path);
  [[nodiscard]] lint::Options make_options(const config::Config& config);
  /// Those for the file with this path from the config's folder, but for its acks.
  const lint::Options& options_for(std::string_view path, Loaded& loaded) const;
  [[nodiscard]] bool is_excluded(const FoundFile& file, const Loaded& loaded) const;

  const CheckRequest* request_;
  std::filesystem::path current_;
  lint::Date today_;
  config::Discovery discovery_;
  migration::Surroundings surroundings_;
  /// By the profiles that a config adds to the built-in ones; null: none.
  std::map<const void*, std::shared_ptr<const migration::Detector>> detectors_;
  std::map<std::filesystem::path, Loaded> configs_;  ///< by path; "" for none
  std::deque<lint::Options> own_options_;
  config::ConfigErrors errors_;
};

}  // namespace unwedge::cli
