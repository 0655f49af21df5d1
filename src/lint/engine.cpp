// A run over many files. Each thread takes the next file, so that a large one does not hold up the
// others; a file is in memory only while it is being linted.

#include "lint/engine.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <mutex>
#include <span>
#include <thread>
#include <utility>

#include "lint/active_rules.h"
#include "lint/change_set.h"
#include "lint/registry.h"

namespace unwedge::lint {
namespace {

/// The inputs [first, last) are linted together.
struct Unit {
  std::size_t first = 0;
  std::size_t last = 0;
};

std::vector<Unit> units_of(const std::vector<Input>& inputs) {
  std::vector<Unit> units;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const bool joins =
        i > 0 && inputs[i].change_set > 0 && inputs[i].change_set == inputs[i - 1].change_set;
    if (!joins) units.push_back({i, i});
    units.back().last = i + 1;
  }
  return units;
}

using RulesByOptions = std::map<const Options*, ActiveRules>;

/// A file that cannot be read costs its own findings, not the others'.
void lint_readable(std::span<const Input> inputs, const RulesByOptions& rules,
                   std::span<FileResult> results) {
  std::vector<text::SourceFile> files;
  std::vector<std::size_t> numbers;
  files.reserve(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    tl::expected<text::SourceFile, std::string> file = inputs[i].read();
    if (!file) {
      results[i] = unreadable_file(inputs[i].path, std::move(file).error());
      continue;
    }
    files.push_back(std::move(*file));
    numbers.push_back(i);
  }
  std::vector<ChangeSetFile> change_set;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Options* options = inputs[numbers[i]].options;
    change_set.push_back({.file = &files[i], .options = options, .rules = &rules.at(options)});
  }
  std::vector<FileResult> linted = lint_change_set(change_set);
  for (std::size_t i = 0; i < linted.size(); ++i) results[numbers[i]] = std::move(linted[i]);
}

void lint_unit(std::span<const Input> inputs, const RulesByOptions& rules,
               std::span<FileResult> results) {
  // The only exceptions that come this far are those of memory and of the system: they cost these
  // files' findings, not the others'.
  try {
    lint_readable(inputs, rules, results);
  } catch (const std::exception& failure) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      results[i] = unreadable_file(
          inputs[i].path, std::string("it could not be analysed (") + failure.what() + ")");
    }
  }
}

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
RulesByOptions rules_by_options(const std::vector<Input>& inputs) {
  RulesByOptions rules;
  for (const Input& input : inputs) {
    if (rules.find(input.options) == rules.end()) {
      rules.emplace(input.options, ActiveRules(*input.options));
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

Result run(const std::vector<Input>& inputs, unsigned jobs,
           const std::function<void(std::size_t)>& progress,
           const std::function<bool()>& cancelled) {
  Result result;
  result.files.resize(inputs.size());
  std::vector<char> finished(inputs.size(), 0);
  const std::vector<Unit> units = units_of(inputs);
  const RulesByOptions rules = rules_by_options(inputs);
  std::atomic<std::size_t> next{0};
  std::size_t done = 0;
  std::mutex progress_mutex;

  const auto work = [&] {
    for (std::size_t i = next++; i < units.size(); i = next++) {
      if (cancelled && cancelled()) return;
      const Unit& unit = units[i];
      const std::size_t size = unit.last - unit.first;
      lint_unit(std::span(inputs).subspan(unit.first, size), rules,
                std::span(result.files).subspan(unit.first, size));
      std::fill_n(finished.begin() + static_cast<std::ptrdiff_t>(unit.first), size, char{1});
      if (progress) {
        const std::lock_guard lock(progress_mutex);
        progress(done += size);
      }
    }
  };

  if (jobs == 0) jobs = std::max(1U, std::thread::hardware_concurrency());
  jobs = static_cast<unsigned>(std::min<std::size_t>(jobs, inputs.size()));
  if (jobs <= 1) {
    work();
  } else {
    std::vector<std::jthread> threads;
    threads.reserve(jobs);
    for (unsigned i = 0; i < jobs; ++i) threads.emplace_back(work);
  }

  // After a cancellation, what was not reached is left out.
  std::size_t kept = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (finished[i] == 0) continue;
    if (kept != i) result.files[kept] = std::move(result.files[i]);
    ++kept;
  }
  result.files.resize(kept);
  for (const FileResult& file : result.files) count(file, result.summary);
  result.rules = rules_that_ran(rules);
  return result;
}

}  // namespace unwedge::lint
