// A run over many files. Each thread takes the next file, so that a large one does not hold up the
// others; a file is in memory only while it is being linted.

#include "lint/engine.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "lint/registry.h"

namespace unwedge::lint {
namespace {

FileResult lint_input(const Input& input) {
  // The only exceptions that come this far are those of memory and of the system: they cost this
  // file's findings, not the others'.
  try {
    tl::expected<text::SourceFile, std::string> file = input.read();
    if (!file) return unreadable_file(input.path, std::move(file).error());
    return lint_file(*file, *input.options);
  } catch (const std::exception& failure) {
    return unreadable_file(input.path,
                           std::string("it could not be analysed (") + failure.what() + ")");
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

/// The rules that are on for at least one file.
std::vector<const RuleInfo*> rules_that_ran(const std::vector<Input>& inputs) {
  std::vector<const RuleInfo*> rules;
  std::vector<const Options*> distinct;
  for (const Input& input : inputs) {
    if (distinct.empty() || distinct.back() != input.options) distinct.push_back(input.options);
  }
  for (const Rule* rule : builtin_rules()) {
    const bool on = distinct.empty() ||
                    std::any_of(distinct.begin(), distinct.end(), [rule](const Options* options) {
                      const auto setting = options->rules.find(rule->info.id);
                      return setting == options->rules.end() || setting->second.enabled;
                    });
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
  std::atomic<std::size_t> next{0};
  std::size_t done = 0;
  std::mutex progress_mutex;

  const auto work = [&] {
    for (std::size_t i = next++; i < inputs.size(); i = next++) {
      if (cancelled && cancelled()) return;
      result.files[i] = lint_input(inputs[i]);
      finished[i] = 1;
      if (progress) {
        const std::lock_guard lock(progress_mutex);
        progress(++done);
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
  result.rules = rules_that_ran(inputs);
  return result;
}

}  // namespace unwedge::lint
