// Finds the files, settles what holds for each, lints them and writes the reports.

#include "cli/check_command.h"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/check_request.h"
#include "cli/file_settings.h"
#include "cli/files.h"
#include "cli/histories.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/since.h"
#include "cli/terminal.h"
#include "config/discovery.h"
#include "lint/engine.h"
#include "lint/registry.h"
#include "sql/grammar.h"

namespace unwedge::cli {
namespace {

namespace fs = std::filesystem;

/// The files to lint, with their histories; `fail_on` by the path that the result has.
struct Plan {
  std::vector<lint::InputHistory> histories;
  std::size_t count = 0;  ///< of the files to lint
  std::map<std::string, config::FailOn, std::less<>> fail_on;
};

/// Whether the file is to be looked at: with --since only if it is not what it was.
bool has_changed(const FoundFile& file, const Since* since) {
  if (since == nullptr || file.is_stdin) return true;
  const FileChange change = since->file(file.place).change;
  return change != FileChange::kMerged && change != FileChange::kIgnored;
}

Plan make_plan(const std::vector<FoundFile>& files, const CheckRequest& request, const Since* since,
               Settings& settings, const Environment& environment) {
  Plan plan;
  Histories histories(settings, environment, request.change_set || since != nullptr, since);
  for (const FoundFile& file : files) {
    if (!has_changed(file, since)) continue;
    const FileSettings held = settings.of(file);
    if (held.options == nullptr || held.excluded) continue;
    histories.add(file, *held.options);
    ++plan.count;
    plan.fail_on.emplace(file.shown, held.fail_on);
  }
  plan.histories = histories.take();
  return plan;
}

/// --no-ack: the findings stand as if nobody had accepted them.
void forget_acks(lint::Result& result) {
  lint::Summary& summary = result.summary;
  for (lint::FileResult& file : result.files) {
    for (lint::ReportedFinding& finding : file.findings) {
      if (!finding.ack) continue;
      finding.ack.reset();
      --summary.acked;
      switch (finding.severity) {
        case Severity::kError: ++summary.errors; break;
        case Severity::kWarning: ++summary.warnings; break;
        case Severity::kInfo: ++summary.infos; break;
      }
    }
  }
}

ExitStatus status_of(const lint::Result& result, const Plan& plan) {
  ExitStatus status = ExitStatus::kClean;
  for (const lint::FileResult& file : result.files) {
    if (!file.error.empty()) status = worst(status, ExitStatus::kCouldNotWork);
    const auto threshold =
        plan.fail_on.find(file.included_by.empty() ? file.path : file.included_by);
    const config::FailOn fail_on =
        threshold == plan.fail_on.end() ? config::FailOn::kWarning : threshold->second;
    for (const lint::ReportedFinding& finding : file.findings) {
      if (!finding.ack && config::fails(finding.severity, fail_on)) {
        status = worst(status, ExitStatus::kFindings);
      }
    }
  }
  return status;
}

/// The current folder as seen from the repository's root; "" where they are the same.
std::string folder_in_repository() {
  const fs::path current = config::normal_path(".");
  const fs::path root = config::repository_root(current);
  if (root.empty() || root == current) return {};
  return current.lexically_relative(root).generic_string();
}

bool is_clean(const lint::Summary& summary) {
  return summary.errors + summary.warnings + summary.infos + summary.unreadable == 0;
}

ExitStatus write_reports(const CheckRequest& request, const lint::Result& result,
                         const Environment& environment) {
  const std::string folder = folder_in_repository();
  report::RenderOptions plain{.version = UNWEDGE_VERSION,
                              .grammar = sql::grammar_version(),
                              .show_acked = request.show_acked,
                              .working_directory = folder,
                              .page = lint::rule_page};
  report::RenderOptions printed = plain;
  printed.colour = use_colour(request.colour, environment);
  printed.hyperlinks = use_hyperlinks(printed.colour, environment);

  ExitStatus status = ExitStatus::kClean;
  // The files first: they are wanted even where nobody reads the output to its end.
  for (const ReportFile& file : request.reports) {
    status = worst(status, write_report_file(environment, file.file,
                                             report::render(file.format, result, plain)));
  }
  const bool nothing_to_say = request.quiet && !request.show_acked &&
                              request.format == report::Format::kText && is_clean(result.summary);
  if (nothing_to_say) return status;
  return worst(status, write_report(environment, report::render(request.format, result, printed)));
}

ExitStatus end_interrupted(const CheckRequest& request, const lint::Result& result,
                           std::size_t files, const Environment& environment) {
  // A report for programs that lacks files would read as if those were clean.
  if (request.format == report::Format::kText && request.reports.empty()) {
    write_reports(request, result, environment);
  }
  Messages(environment)
      .error(fmt::format("Interrupted: {} of {} files were linted.", result.files.size(), files));
  return ExitStatus::kInterrupted;
}

ExitStatus check(const CheckRequest& request, const Environment& environment) {
  const Messages messages(environment, request.quiet);
  ExitStatus status = ExitStatus::kClean;
  const FoundFiles found = find_files(request.paths, request.stdin_filename);
  for (const std::string& error : found.errors) {
    messages.error(error);
    status = ExitStatus::kCouldNotWork;
  }
  for (const std::string& note : found.notes) messages.note(note);

  std::optional<Since> compared;
  if (!request.since.empty()) {
    tl::expected<Since, UsageError> opened = since(request.since, environment);
    if (!opened) {
      messages.error(opened.error());
      return ExitStatus::kCouldNotWork;
    }
    compared = std::move(*opened);
  }
  Settings settings(request);
  const Plan plan =
      make_plan(found.files, request, compared ? &*compared : nullptr, settings, environment);
  if (compared && plan.count == 0) {
    messages.note(fmt::format("No migration has changed since {}.", request.since));
  }
  if (!settings.errors().empty()) {
    // An empty or partial report would look like a good one.
    for (const config::ConfigError& error : settings.errors()) messages.error(error);
    return ExitStatus::kCouldNotWork;
  }
  const bool nothing_found = plan.count == 0 && status != ExitStatus::kClean;
  if (nothing_found && request.format == report::Format::kText && request.reports.empty()) {
    return status;
  }

  Progress progress(*environment.err, !request.quiet && can_show_progress(environment), plan.count);
  if (environment.catch_interrupts) environment.catch_interrupts();
  lint::Result result = lint::run(
      plan.histories, request.jobs, [&](std::size_t done) { progress.update(done); },
      environment.interrupted);
  progress.clear();
  if (request.no_ack) forget_acks(result);
  if (environment.interrupted && environment.interrupted()) {
    return end_interrupted(request, result, plan.count, environment);
  }
  status = worst(status, status_of(result, plan));
  return worst(status, write_reports(request, result, environment));
}

}  // namespace

ExitStatus check_command(const std::vector<std::string>& args, const Environment& environment) {
  const tl::expected<ParsedCheck, UsageError> parsed = parse_check(args, environment);
  if (!parsed) {
    Messages(environment).error(parsed.error());
    return ExitStatus::kCouldNotWork;
  }
  if (!parsed->help.empty()) return write_report(environment, parsed->help);
  return check(parsed->request, environment);
}

}  // namespace unwedge::cli
