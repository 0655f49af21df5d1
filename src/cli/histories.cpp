// See histories.h.

#include "cli/histories.h"

#include <utility>

#include "cli/source.h"
#include "config/discovery.h"
#include "migration/detection.h"
#include "migration/runner.h"

namespace unwedge::cli {
namespace {

namespace fs = std::filesystem;

/// As much of a file as is looked at to recognise its runner.
constexpr std::size_t kBeginning = std::size_t{1} << 16U;

/// The runner that applies the file: the one that the settings name, or the recognised one.
const migration::RunnerProfile& runner_of(const migration::Folder& folder, const std::string& name,
                                          const lint::Options& options) {
  if (!options.runner.empty()) {
    const migration::RunnerProfile* named =
        options.runners == nullptr ? migration::find_runner(options.runner)
                                   : migration::find_runner(options.runner, *options.runners);
    if (named != nullptr) return *named;
  }
  const std::string text = folder.beginning(name, kBeginning).value_or("");
  return *options.detector->recognise(folder, name, text).runner;
}

}  // namespace

Histories::Histories(Settings& settings, const Environment& environment, bool one_change_set)
    : settings_(settings),
      environment_(environment),
      one_change_set_(one_change_set),
      current_(config::normal_path(".")) {}

void Histories::add(const FoundFile& file, const lint::Options& options) {
  lint::Input input = wanted(file, options);
  const bool has_place = file.place.filename() != "-" && options.detector != nullptr;
  if (!has_place || !file.refusal.empty()) {
    add_alone(std::move(input));
    return;
  }
  const std::string path = file.place.string();
  if (!places_.contains(path)) plan_history_of(file, options);
  const auto found = places_.find(path);
  if (found == places_.end()) {
    add_alone(std::move(input));
    return;
  }
  Slot& slot = planned_[found->second.history].slots[found->second.slot];
  input.is_migration = slot.input.is_migration;
  input.version = std::move(slot.input.version);
  input.trouble = std::move(slot.input.trouble);
  input.applied = slot.input.applied;
  slot = {.input = std::move(input), .is_read = true};
}

lint::Input Histories::wanted(const FoundFile& file, const lint::Options& options) {
  lint::Input input{.path = file.shown, .read = {}, .options = &options, .place = count_++};
  if (file.is_stdin) {
    // At once: while it waits for somebody to type, ^C must end it.
    input.read = [source = read_source(file, environment_)] { return source; };
  } else {
    input.read = [file, &environment = environment_] { return read_source(file, environment); };
  }
  return input;
}

void Histories::add_alone(lint::Input input) { alone_.push_back(std::move(input)); }

void Histories::plan_history_of(const FoundFile& file, const lint::Options& options) {
  const std::string name = file.place.filename().string();
  const migration::Folder& folder =
      options.detector->surroundings().folder(file.place.parent_path());
  const migration::FolderHistory found =
      migration::history_of(folder, name, runner_of(folder, name, options));
  const std::size_t number = planned_.size();
  planned_.emplace_back().history.from_beginning = found.from_beginning;
  for (const migration::HistoryEntry& entry : found.entries) {
    plan(found, entry.name, true, entry, number);
    for (const std::string& other : entry.others) plan(found, other, false, entry, number);
  }
}

void Histories::plan(const migration::FolderHistory& found, const std::string& name,
                     bool is_migration, const migration::HistoryEntry& entry,
                     std::size_t history) {
  FoundFile file;
  file.place = (found.folder->path() / name).lexically_normal();
  file.path = file.place;
  file.shown = shown(file.place);
  const FileSettings held = settings_.of(file);
  if (held.options == nullptr) return;
  lint::Input input{
      .path = file.shown, .read = {}, .options = held.options, .wanted = false, .place = 0};
  input.read = [file, &environment = environment_] { return read_source(file, environment); };
  input.is_migration = is_migration;
  input.version = entry.version;
  input.trouble = entry.trouble;
  input.applied = entry.applied;
  std::deque<Slot>& slots = planned_[history].slots;
  const bool is_new =
      places_.emplace(file.place.string(), Place{.history = history, .slot = slots.size()}).second;
  if (is_new) slots.push_back({.input = std::move(input), .is_read = is_migration});
}

std::string Histories::shown(const fs::path& place) const {
  const fs::path below = place.lexically_relative(current_);
  return below.empty() || *below.begin() == ".." ? place.generic_string() : below.generic_string();
}

std::vector<lint::InputHistory> Histories::take() {
  std::vector<lint::InputHistory> histories;
  for (Planned& planned : planned_) {
    lint::InputHistory& history = histories.emplace_back(std::move(planned.history));
    history.one_change_set = one_change_set_;
    for (Slot& slot : planned.slots) {
      if (slot.is_read) history.files.push_back(std::move(slot.input));
    }
  }
  if (one_change_set_ && !alone_.empty()) {
    histories.push_back({.files = std::move(alone_), .one_change_set = true});
  } else {
    for (lint::Input& input : alone_) {
      histories.emplace_back().files.push_back(std::move(input));
    }
  }
  return histories;
}

}  // namespace unwedge::cli
