// Every config is loaded once; files that the config has acks for get options of their own.

#include "cli/file_settings.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "cli/runners.h"
#include "config/read_runners.h"
#include "lint/registry.h"
#include "migration/runner.h"

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

/// Those that a config may name.
std::span<const migration::RunnerProfile> runners_of(const config::Config& config) {
  if (config.runners) return *config.runners;
  return migration::builtin_runners();
}

}  // namespace

Settings::Settings(const CheckRequest& request)
    : request_(&request),
      current_(config::normal_path(".")),
      today_(today()),
      surroundings_(current_) {
  // Its errors are worth reporting even if there is no file to use it for.
  if (!request.overrides.config.empty()) load(request.overrides.config);
}

FileSettings Settings::of(const FoundFile& file) {
  Loaded& found = loaded(file);
  if (!found.valid) return {};
  FileSettings settings{.config = &found.config,
                        .options = &found.options,
                        .fail_on = request_->overrides.fail_on.value_or(found.config.fail_on)};
  settings.excluded = (!file.named || request_->force_exclude) && is_excluded(file, found);

  const bool has_acks = !found.config.acks.empty() && !request_->no_ack;
  if (found.config.migrations.empty() && !has_acks) return settings;
  const std::string path = file.place.lexically_relative(found.folder).generic_string();
  settings.options = &options_for(path, found);
  if (!has_acks) return settings;
  std::vector<lint::ConfiguredAck> acks;
  std::copy_if(found.config.acks.begin(), found.config.acks.end(), std::back_inserter(acks),
               [&](const lint::ConfiguredAck& ack) { return ack.path == path; });
  if (!acks.empty()) {
    lint::Options& options = own_options_.emplace_back(*settings.options);
    options.acks = std::move(acks);
    settings.options = &options;
  }
  return settings;
}

Settings::Loaded& Settings::loaded(const FoundFile& file) {
  if (!request_->overrides.config.empty()) return load(request_->overrides.config);
  if (request_->overrides.isolated) return load({});
  const config::Discovery::Answer& answer = discovery_.config_for(file.place.parent_path());
  if (answer) return load(*answer);
  const auto [entry, is_new] = configs_.try_emplace(answer.error().file);
  if (is_new) errors_.push_back(answer.error());
  return entry->second;
}

Settings::Loaded& Settings::load(const fs::path& path) {
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
  if (!path.empty()) loaded.options.config_folder = loaded.folder;
  if (!request_->no_ack) loaded.options.all_acks = &loaded.config.acks;
  loaded.valid = true;
  return loaded;
}

lint::Options Settings::make_options(const config::Config& config) {
  const Overrides& overrides = request_->overrides;
  lint::Options options;
  options.postgres.major = overrides.postgres.value_or(config.postgres.major);
  options.runner = overrides.runner.empty() ? config.runner : overrides.runner;
  options.runners = config.runners;
  std::shared_ptr<const migration::Detector>& detector = detectors_[config.runners.get()];
  if (detector == nullptr) {
    detector = std::make_shared<migration::Detector>(runners_of(config), surroundings_);
  }
  options.detector = detector;
  options.check_down = overrides.check_down || config.check_down;
  options.concurrent_runs = config.concurrent_runs;
  options.rules = config.rules;
  options.table_sizes = config.table_sizes;
  options.placeholders = config.placeholders;
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

const lint::Options& Settings::options_for(std::string_view path, Loaded& loaded) const {
  const std::vector<config::MigrationFiles>& all = loaded.config.migrations;
  const auto entry = std::find_if(
      all.begin(), all.end(),
      [&](const config::MigrationFiles& migrations) { return migrations.files.matches(path); });
  const bool is_below = !path.starts_with("../");
  if (entry == all.end() || !is_below) return loaded.options;
  const std::string& named = request_->overrides.runner;
  // A mode is that of the runner beside it; a dump is the folder's.
  const bool is_other = !named.empty() && !entry->runner.empty() && entry->runner != named;
  const Choice choice(entry->runner.empty() || is_other ? loaded.options.runner : entry->runner,
                      is_other ? std::nullopt : entry->mode, entry->schema);
  const auto [chosen, is_new] = loaded.chosen.try_emplace(choice);
  if (is_new) {
    chosen->second = loaded.options;
    std::tie(chosen->second.runner, chosen->second.mode, chosen->second.schema_dump) = choice;
  }
  return chosen->second;
}

const lint::Options& Settings::for_dump(lint::Options options) {
  options.runner = "psql";
  options.mode.reset();
  return own_options_.emplace_back(std::move(options));
}

config::ConfigErrors Settings::errors() const {
  config::ConfigErrors errors = errors_;
  const Overrides& overrides = request_->overrides;
  const std::string& name = overrides.runner;
  const bool is_builtin = migration::find_runner(name) != nullptr;
  if (!errors.empty() || name.empty() || is_builtin) return errors;

  const auto lacks_it = [&](const auto& each) {
    return migration::find_runner(name, runners_of(each.second.config)) == nullptr;
  };
  const auto found = std::find_if(configs_.begin(), configs_.end(), lacks_it);
  if (found == configs_.end() && !configs_.empty()) return errors;
  const auto runners =
      configs_.empty() ? migration::builtin_runners() : runners_of(found->second.config);
  errors.push_back(
      {.file = "unwedge",
       .message = fmt::format("{} must be the name of a runner, not {}", overrides.runner_setting,
                              config::unknown_runner_text(name, runners)),
       .help = config::known_runners_text(runners)});
  return errors;
}

bool Settings::is_excluded(const FoundFile& file, const Loaded& loaded) const {
  return any_matches(loaded.config.exclude, file.place, loaded.folder) ||
         any_matches(request_->exclude, file.place, current_);
}

}  // namespace unwedge::cli
