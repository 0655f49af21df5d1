// Every config is loaded once; files that the config has acks for get options of their own.

#include "cli/file_settings.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "cli/runners.h"
#include "lint/registry.h"

namespace unwedge::cli {
namespace {

namespace fs = std::filesystem;

/// In UTC, so that an acknowledgement ends everywhere at once.
lint::Date today() {
  const std::chrono::year_month_day date(
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
  return {.year = static_cast<int>(date.year()),
          .month = static_cast<int>(static_cast<unsigned>(date.month())),
          .day = static_cast<int>(static_cast<unsigned>(date.day()))};
}

bool contains(const std::vector<std::string_view>& ids, std::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

bool any_matches(const std::vector<config::Glob>& globs, const fs::path& place,
                 const fs::path& folder) {
  if (globs.empty()) return false;
  const std::string path = place.lexically_relative(folder).generic_string();
  if (path.empty() || path == ".." || path.starts_with("../")) return false;
  return std::any_of(globs.begin(), globs.end(),
                     [&](const config::Glob& glob) { return glob.matches(path); });
}

}  // namespace

Settings::Settings(const CheckRequest& request)
    : request_(&request), current_(config::normal_path(".")), today_(today()) {
  // Its errors are worth reporting even if there is no file to use it for.
  if (!request.overrides.config.empty()) load(request.overrides.config);
}

FileSettings Settings::of(const FoundFile& file) {
  const Loaded& found = loaded(file);
  if (!found.valid) return {};
  FileSettings settings{.config = &found.config,
                        .options = &found.options,
                        .fail_on = request_->overrides.fail_on.value_or(found.config.fail_on)};
  settings.excluded = (!file.named || request_->force_exclude) && is_excluded(file, found);

  if (found.config.acks.empty() || request_->no_ack) return settings;
  const std::string path = file.place.lexically_relative(found.folder).generic_string();
  std::vector<lint::ConfiguredAck> acks;
  std::copy_if(found.config.acks.begin(), found.config.acks.end(), std::back_inserter(acks),
               [&](const lint::ConfiguredAck& ack) { return ack.path == path; });
  if (!acks.empty()) {
    lint::Options& options = options_with_acks_.emplace_back(found.options);
    options.acks = std::move(acks);
    settings.options = &options;
  }
  return settings;
}

const Settings::Loaded& Settings::loaded(const FoundFile& file) {
  if (!request_->overrides.config.empty()) return load(request_->overrides.config);
  if (request_->overrides.isolated) return load({});
  const config::Discovery::Answer& answer = discovery_.config_for(file.place.parent_path());
  if (answer) return load(*answer);
  const auto [entry, is_new] = configs_.try_emplace(answer.error().file);
  if (is_new) errors_.push_back(answer.error());
  return entry->second;
}

const Settings::Loaded& Settings::load(const fs::path& path) {
  const auto [entry, is_new] = configs_.try_emplace(path);
  Loaded& loaded = entry->second;
  if (!is_new) return loaded;
  const fs::path place = config::normal_path(path);
  // Errors call it what the user would.
  const fs::path below = place.lexically_relative(current_);
  const bool is_below = !path.empty() && !below.empty() && *below.begin() != "..";
  tl::expected<config::Config, config::ConfigErrors> config =
      path.empty() ? config::default_config(vocabulary())
                   : config::load_config(is_below ? below : path, vocabulary());
  if (!config) {
    std::move(config.error().begin(), config.error().end(), std::back_inserter(errors_));
    return loaded;
  }
  loaded.config = std::move(*config);
  loaded.options = make_options(loaded.config);
  loaded.folder = path.empty() ? current_ : place.parent_path();
  loaded.valid = true;
  return loaded;
}

lint::Options Settings::make_options(const config::Config& config) const {
  const Overrides& overrides = request_->overrides;
  lint::Options options;
  options.postgres.major = overrides.postgres.value_or(config.postgres.major);
  options.runner = overrides.runner.value_or(config.runner);
  options.rules = config.rules;
  options.today = today_;
  options.fingerprints =
      report::needs_fingerprints(request_->format) ||
      std::any_of(request_->reports.begin(), request_->reports.end(),
                  [](const ReportFile& file) { return report::needs_fingerprints(file.format); });

  for (const Rule* rule : lint::builtin_rules()) {
    const std::string_view id = rule->info.id;
    // What does not parse was not looked at by the selected rules either: say so.
    if (!overrides.selected.empty() && id != "syntax-error") {
      options.rules[std::string(id)].enabled = contains(overrides.selected, id);
    }
    if (contains(overrides.ignored, id)) options.rules[std::string(id)].enabled = false;
  }
  for (const auto& [id, setting] : overrides.severities) {
    options.rules.insert_or_assign(std::string(id), setting);
  }
  return options;
}

bool Settings::is_excluded(const FoundFile& file, const Loaded& loaded) const {
  return any_matches(loaded.config.exclude, file.place, loaded.folder) ||
         any_matches(request_->exclude, file.place, current_);
}

}  // namespace unwedge::cli
