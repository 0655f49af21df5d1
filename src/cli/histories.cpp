// See histories.h.

#include "cli/histories.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "cli/since.h"
#include "cli/source.h"
#include "config/discovery.h"
#include "migration/detection.h"
#include "migration/runner.h"
#include "migration/sections.h"

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

Histories::Histories(Settings& settings, const Environment& environment, bool one_change_set,
                     const Since* since)
    : settings_(settings),
      environment_(environment),
      one_change_set_(one_change_set),
      since_(since),
      current_(config::normal_path(".")) {}

void Histories::add(const FoundFile& file, const lint::Options& options) {
  lint::Input input = wanted(file, options);
  const bool has_place = file.place.filename() != "-" && options.detector != nullptr;
  if (!has_place || !file.refusal.empty()) {
    add_alone(file, std::move(input));
    return;
  }
  const std::string path = file.place.string();
  if (!places_.contains(path)) plan_history_of(file, options);
  const auto found = places_.find(path);
  if (found == places_.end()) {
    add_alone(file, std::move(input));
    return;
  }
  Slot& slot = planned_[found->second.history].slots[found->second.slot];
  slot.is_read = true;
  lint::Input& planned = slot.input;
  planned.path = std::move(input.path);
  planned.read = std::move(input.read);
  planned.options = input.options;
  planned.wanted = true;
  planned.place = input.place;
  const migration::Folder& folder =
      options.detector->surroundings().folder(file.place.parent_path());
  compare(file, runner_of(folder, file.place.filename().string(), options), planned);
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

void Histories::add_alone(const FoundFile& file, lint::Input input) {
  const bool is_foreign =
      since_ != nullptr && since_->file(file.place).change == FileChange::kUnknown;
  (is_foreign ? foreign_ : alone_).push_back(std::move(input));
}

void Histories::plan_history_of(const FoundFile& file, const lint::Options& options) {
  const std::string name = file.place.filename().string();
  const migration::Folder& folder =
      options.detector->surroundings().folder(file.place.parent_path());
  const migration::RunnerProfile& runner = runner_of(folder, name, options);
  const migration::FolderHistory found = migration::history_of(folder, name, runner);
  const std::size_t number = planned_.size();
  lint::InputHistory& history = planned_.emplace_back().history;
  history.from_beginning = found.from_beginning;
  fs::path dump = options.schema_dump;
  if (dump.empty() && !found.schema_dump.empty()) {
    dump = found.folder->root().path() / found.schema_dump;
  }
  if (!dump.empty()) history.base = base(dump, options);
  for (const migration::HistoryEntry& entry : found.entries) {
    plan(found, entry.name, true, entry, runner, number);
    for (const std::string& other : entry.others) plan(found, other, false, entry, runner, number);
  }
}

lint::Input Histories::base(const fs::path& dump, const lint::Options& options) {
  FoundFile file;
  file.place = dump.lexically_normal();
  file.path = file.place;
  file.shown = shown(file.place);
  lint::Input input{
      .path = file.shown, .read = {}, .options = &settings_.for_dump(options), .wanted = false};
  input.read = [file, &environment = environment_] { return read_source(file, environment); };
  return input;
}

void Histories::plan(const migration::FolderHistory& found, const std::string& name,
                     bool is_migration, const migration::HistoryEntry& entry,
                     const migration::RunnerProfile& runner, std::size_t history) {
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
  input.repeatable = entry.repeatable;
  input.has_down_file =
      std::any_of(entry.others.begin(), entry.others.end(), [&](const std::string& other) {
        return migration::direction_of(found.folder->in_repository(other), runner.sections) ==
               migration::Direction::kDown;
      });
  if (since_ != nullptr) input.change = since_->file(file.place).change;
  std::deque<Slot>& slots = planned_[history].slots;
  const bool is_new =
      places_.emplace(file.place.string(), Place{.history = history, .slot = slots.size()}).second;
  if (is_new) slots.push_back({.input = std::move(input), .is_read = is_migration});
}

/// What became of a wanted file. An edit of its comments, or of what undoes it, is none of what it
/// does.
void Histories::compare(const FoundFile& file, const migration::RunnerProfile& runner,
                        lint::Input& input) const {
  if (since_ == nullptr) return;
  FileSince found = since_->file(file.place);
  input.change = found.change;
  input.was = found.was;
  if (found.change != FileChange::kEdited) return;
  const auto now = input.read();
  const auto then = since_->text_then(found);
  if (!now || !then) return;
  const auto decoded = text::source_from_bytes(file.shown, *then);
  const auto up = [&](std::string_view text) {
    std::string all;
    for (const migration::Section& section : migration::sections_of(file.shown, text, runner)) {
      if (section.direction == migration::Direction::kUp) all += slice(text, section.region);
    }
    return all;
  };
  if (decoded && same_tokens(up(decoded->contents), up(now->contents))) {
    input.change = FileChange::kReworded;
  }
}

std::string Histories::shown(const fs::path& place) const {
  const fs::path below = place.lexically_relative(current_);
  return below.empty() || *below.begin() == ".." ? place.generic_string() : below.generic_string();
}

std::vector<lint::InputHistory> Histories::take() {
  std::vector<lint::InputHistory> histories;
  for (Planned& planned : planned_) {
    lint::InputHistory& history = histories.emplace_back(std::move(planned.history));
    const bool is_compared =
        since_ == nullptr ||
        std::any_of(planned.slots.begin(), planned.slots.end(),
                    [](const Slot& slot) { return slot.input.change != FileChange::kUnknown; });
    history.one_change_set = one_change_set_ && is_compared;
    if (since_ != nullptr) history.changed_code = changed_code(*since_);
    for (Slot& slot : planned.slots) {
      if (slot.is_read) history.files.push_back(std::move(slot.input));
    }
  }
  if (one_change_set_ && !alone_.empty()) {
    histories.push_back({.files = std::exchange(alone_, {}), .one_change_set = true});
  }
  for (std::vector<lint::Input>* inputs : {&alone_, &foreign_}) {
    for (lint::Input& input : *inputs) histories.emplace_back().files.push_back(std::move(input));
  }
  return histories;
}

}  // namespace unwedge::cli
