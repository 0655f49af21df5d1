// A run over many files. Each thread takes the next history, whose files it goes through in order.
// A file is in memory only while it is being linted, and until the end of its history only if it
// left something behind that a later migration may mend.

#include "lint/engine.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

#include "lint/active_rules.h"
#include "lint/ahead.h"
#include "lint/change_set.h"
#include "lint/file_results.h"
#include "lint/registry.h"
#include "lint/replay.h"

namespace unwedge::lint {
namespace {

using RulesByOptions = std::map<const Options*, ActiveRules>;

/// Where results go, and whoever waits for them.
struct Run {
  const RulesByOptions* rules = nullptr;
  std::vector<FileResult>* results = nullptr;
  std::vector<char>* finished = nullptr;  ///< by place
  const std::function<void(std::size_t)>* progress = nullptr;
  const std::function<bool()>* cancelled = nullptr;
  std::mutex mutex{};  ///< of progress
  std::size_t done = 0;
};

/// A file that is ready to be linted by itself, or why it cannot be read.
struct Prepared {
  std::unique_ptr<ChangeSet> change_set;
  std::string error;
};

/// Lints what is wanted of one history.
class HistoryLint {
 public:
  /// `helpers`: threads that prepare files while others are being linted.
  HistoryLint(const InputHistory& history, unsigned helpers, Run& run)
      : history_(history), run_(run) {
    for (const Input& file : history.files) {
      if (!file.is_migration) continue;
      numbers_.emplace(&file, files_.size());
      files_.push_back({.path = file.path,
                        .version = file.version,
                        .applied = file.applied,
                        .repeatable = file.repeatable,
                        .change = file.change,
                        .was = file.was,
                        .trouble = file.trouble,
                        .head = {},
                        .way_back = file.has_down_file ? WayBack::kThere : WayBack::kMissing});
    }
    if (history.one_change_set) return;
    for (const Input& file : history.files) {
      if (file.wanted) wanted_.push_back(&file);
    }
    ahead_ = std::make_unique<Ahead<Prepared>>(
        wanted_.size(), wanted_.size() > 1 ? helpers : 0,
        [this](std::size_t number) { return prepare(*wanted_[number]); });
  }

  void lint() {
    schema::Catalog catalog;
    set_table_sizes(catalog);
    walk_history(
        history_, catalog,
        [this](const std::vector<const Input*>& files, schema::Catalog& before) {
          lint_safely(files, before);
        },
        *run_.cancelled);
    for (const Pending& pending : pending_) {
      pending.change_set->lint_end(catalog, files_);
      hand_out(*pending.change_set, pending.places);
    }
  }

 private:
  void set_table_sizes(schema::Catalog& catalog) const {
    const auto wanted = std::find_if(history_.files.begin(), history_.files.end(),
                                     [](const Input& file) { return file.wanted; });
    if (wanted != history_.files.end()) catalog.set_sizes(wanted->options->table_sizes);
  }

  struct Pending {
    std::unique_ptr<ChangeSet> change_set;
    std::vector<std::size_t> places;
  };

  /// The only exceptions that come this far are those of memory and of the system: they cost these
  /// files' findings, not the others'.
  void lint_safely(const std::vector<const Input*>& files, schema::Catalog& catalog) {
    try {
      if (ahead_ != nullptr) {
        lint_prepared(ahead_->take(), *files.front(), catalog);
      } else {
        lint_together(files, catalog);
      }
    } catch (const std::exception& failure) {
      for (const Input* file : files) {
        hand_out(file->place,
                 unreadable_file(file->path,
                                 std::string("it could not be analysed (") + failure.what() + ")"));
      }
    }
  }

  [[nodiscard]] Prepared prepare(const Input& input) const {
    tl::expected<text::SourceFile, std::string> file = input.read();
    if (!file) return {.change_set = nullptr, .error = std::move(file).error()};
    std::vector<ChangeSetFile> files;
    files.push_back(change_set_file(input, std::move(*file)));
    return {.change_set = std::make_unique<ChangeSet>(std::move(files), history_.changed_code),
            .error = {}};
  }

  [[nodiscard]] ChangeSetFile change_set_file(const Input& input, text::SourceFile file) const {
    return {.file = std::move(file),
            .options = input.options,
            .rules = &run_.rules->at(input.options),
            .in_history = number_of(input),
            .applies = input.is_migration && input.applied};
  }

  void lint_prepared(Prepared file, const Input& input, schema::Catalog& catalog) {
    if (file.change_set != nullptr) {
      lint(std::move(file.change_set), {input.place}, catalog);
    } else {
      hand_out(input.place, unreadable_file(input.path, std::move(file.error)));
      catalog.set_complete(false);
    }
  }

  /// A file that cannot be read costs its own findings, not the others'.
  void lint_together(const std::vector<const Input*>& inputs, schema::Catalog& catalog) {
    std::vector<ChangeSetFile> files;
    std::vector<std::size_t> places;
    std::uint64_t size = 0;
    for (const Input* input : inputs) {
      tl::expected<text::SourceFile, std::string> file = input->read();
      if (!file) {
        hand_out(input->place, unreadable_file(input->path, std::move(file).error()));
        catalog.set_complete(false);
        continue;
      }
      size += file->contents.size() + 1;                       // with what is put between them
      if (size > std::numeric_limits<std::uint32_t>::max()) {  // more than positions can count
        lint_files(std::exchange(files, {}), std::exchange(places, {}), catalog);
        size = file->contents.size() + 1;
      }
      files.push_back(change_set_file(*input, std::move(*file)));
      places.push_back(input->place);
    }
    lint_files(std::move(files), std::move(places), catalog);
  }

  void lint_files(std::vector<ChangeSetFile> files, std::vector<std::size_t> places,
                  schema::Catalog& catalog) {
    if (files.empty()) return;
    lint(std::make_unique<ChangeSet>(std::move(files), history_.changed_code), std::move(places),
         catalog);
  }

  void lint(std::unique_ptr<ChangeSet> change_set, std::vector<std::size_t> places,
            schema::Catalog& catalog) {
    change_set->lint(catalog, files_);
    if (change_set->waits_for_end()) {
      pending_.push_back({std::move(change_set), std::move(places)});
    } else {
      hand_out(*change_set, places);
    }
  }

  void hand_out(ChangeSet& change_set, const std::vector<std::size_t>& places) {
    std::vector<FileResult> results = change_set.results();
    for (std::size_t i = 0; i < results.size(); ++i) hand_out(places[i], std::move(results[i]));
  }

  void hand_out(std::size_t place, FileResult result) {
    (*run_.results)[place] = std::move(result);
    (*run_.finished)[place] = 1;
    if (!*run_.progress) return;
    const std::lock_guard lock(run_.mutex);
    (*run_.progress)(++run_.done);
  }

  /// Among the migrations of the history.
  [[nodiscard]] std::optional<std::size_t> number_of(const Input& input) const {
    const auto found = numbers_.find(&input);
    if (found == numbers_.end()) return std::nullopt;
    return found->second;
  }

  const InputHistory& history_;
  Run& run_;
  std::vector<HistoryFile> files_;
  std::unordered_map<const Input*, std::size_t> numbers_;  ///< in `files_`
  std::vector<Pending> pending_;
  std::vector<const Input*> wanted_;
  std::unique_ptr<Ahead<Prepared>> ahead_;  ///< null: they are linted together
};

void count(const FileResult& file, Summary& summary) {
  ++summary.files;
  if (!file.error.empty()) ++summary.unreadable;
  for (const ReportedFinding& finding : file.findings) {
    if (finding.ack) {
      ++summary.acked;
      continue;
    }
    switch (finding.severity) {
      case Severity::kError: ++summary.errors; break;
      case Severity::kWarning: ++summary.warnings; break;
      case Severity::kInfo: ++summary.infos; break;
    }
  }
}

/// What is made once for all files with the same options.
RulesByOptions rules_by_options(const std::vector<InputHistory>& histories) {
  RulesByOptions rules;
  for (const InputHistory& history : histories) {
    for (const Input& input : history.files) {
      if (input.wanted && rules.find(input.options) == rules.end()) {
        rules.emplace(input.options, ActiveRules(*input.options));
      }
    }
  }
  return rules;
}

/// The rules that are on for at least one file.
std::vector<const RuleInfo*> rules_that_ran(const RulesByOptions& rules_by_options) {
  std::vector<const RuleInfo*> rules;
  for (const Rule* rule : builtin_rules()) {
    const bool on =
        rules_by_options.empty() ||
        std::any_of(rules_by_options.begin(), rules_by_options.end(),
                    [rule](const auto& entry) { return is_enabled(rule->info, *entry.first); });
    if (on) rules.push_back(&rule->info);
  }
  return rules;
}

}  // namespace

FileResult lint_file(const text::SourceFile& file, const Options& options,
                     const ActiveRules& rules) {
  std::vector<ChangeSetFile> files;
  files.push_back({.file = file, .options = &options, .rules = &rules, .in_history = 0});
  ChangeSet change_set(std::move(files));
  schema::Catalog catalog;
  HistoryFile only{.path = file.path, .version = {}, .trouble = {}, .head = {}};
  change_set.lint(catalog, {&only, 1});
  return std::move(change_set.results().front());
}

FileResult lint_file(const text::SourceFile& file, const Options& options) {
  return lint_file(file, options, ActiveRules(options));
}

FileResult unreadable_file(std::string path, std::string error) {
  FileResult result;
  result.path = std::move(path);
  result.error = std::move(error);
  return result;
}

Result run(const std::vector<InputHistory>& histories, unsigned jobs,
           const std::function<void(std::size_t)>& progress,
           const std::function<bool()>& cancelled) {
  Result result;
  for (const InputHistory& history : histories) {
    for (const Input& input : history.files) {
      if (input.wanted) result.files.resize(std::max(result.files.size(), input.place + 1));
    }
  }
  std::vector<char> finished(result.files.size(), 0);
  const RulesByOptions rules = rules_by_options(histories);
  Run run{.rules = &rules,
          .results = &result.files,
          .finished = &finished,
          .progress = &progress,
          .cancelled = &cancelled};
  if (jobs == 0) jobs = std::max(1U, std::thread::hardware_concurrency());
  const auto threads_at_once = static_cast<unsigned>(std::min<std::size_t>(jobs, histories.size()));
  // Where there are fewer histories than cores, the others prepare files.
  const unsigned helpers = threads_at_once == 0 ? 0 : jobs / threads_at_once - 1;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < histories.size(); i = next++) {
      HistoryLint(histories[i], helpers, run).lint();
    }
  };

  if (threads_at_once <= 1) {
    work();
  } else {
    std::vector<std::jthread> threads;
    threads.reserve(threads_at_once);
    for (unsigned i = 0; i < threads_at_once; ++i) threads.emplace_back(work);
  }

  // After a cancellation, what was not reached is left out.
  std::size_t kept = 0;
  for (std::size_t i = 0; i < finished.size(); ++i) {
    if (finished[i] == 0) continue;
    if (kept != i) result.files[kept] = std::move(result.files[i]);
    ++kept;
  }
  result.files.resize(kept);
  place_included(result.files);
  for (const FileResult& file : result.files) count(file, result.summary);
  result.rules = rules_that_ran(rules);
  return result;
}

}  // namespace unwedge::lint
