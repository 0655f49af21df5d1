// Finds files and what holds for them as `check` does, and shows what unwedge makes of them.

#include "cli/explain_command.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "cli/check_request.h"
#include "cli/command_line.h"
#include "cli/file_settings.h"
#include "cli/files.h"
#include "cli/histories.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "config/suggest.h"
#include "lint/explanation.h"
#include "lint/replay.h"
#include "report/explain_report.h"

namespace unwedge::cli {
namespace {

constexpr const char* kHead =
    R"(Shows what becomes of migrations: the runner and how it was recognised, what it sends together,
the transactions, and the locks and the work of each statement.

Usage: unwedge explain [OPTION…] PATH…

PATH is a file, a folder, which is searched for *.sql, or - for standard input.
)";

struct ExplainRequest {
  CheckRequest check;  ///< what both commands ask for
  bool json = false;
};

struct ParsedExplain {
  ExplainRequest request;
  std::string help;  ///< not empty: print this and do nothing else
};

tl::expected<ParsedExplain, UsageError> parse(const std::vector<std::string>& args,
                                              const Environment& environment) {
  std::string runner;
  std::string postgres;
  std::string config;
  std::string stdin_filename;
  std::string color;
  std::string format = "text";
  bool isolated = false;
  bool help = false;
  CommandLine line(kHead, "");
  line.group("Options");
  line.value("--runner", "NAME", runner, "The tool that applies the files, where unrecognised");
  line.value("--postgres", "N", postgres, "The server's major version (default 15)");
  line.value("--stdin-filename", "NAME", stdin_filename, "What to call standard input");
  line.value("--config", "FILE", config, "Use this config for every file");
  line.flag("--isolated", isolated, "Use no config");
  line.value("--format", "FORMAT", format, "text or json (default text)");
  line.value("--color", "WHEN", color, "auto, always or never (default auto)");
  line.flag("-h,--help", help, "Print this");
  const auto paths = line.parse(args);
  if (!paths) return tl::unexpected(paths.error());
  ParsedExplain parsed;
  if (line.wants_help()) {
    parsed.help = line.help();
    return parsed;
  }
  if (paths->empty()) {
    return tl::unexpected(UsageError{"`unwedge explain` needs a file.", "See --help."});
  }
  if (format != "text" && format != "json") {
    return tl::unexpected(
        UsageError{"--format must be text or json, not " + config::in_quotes(format) + ".", ""});
  }
  parsed.request.json = format == "json";

  // `check` knows what these may be.
  std::vector<std::string> check_args;
  const auto pass_on = [&check_args](const char* option, const std::string& value) {
    if (!value.empty()) check_args.insert(check_args.end(), {option, value});
  };
  pass_on("--runner", runner);
  pass_on("--postgres", postgres);
  pass_on("--stdin-filename", stdin_filename);
  pass_on("--config", config);
  pass_on("--color", color);
  if (isolated) check_args.emplace_back("--isolated");
  check_args.emplace_back("--");
  check_args.insert(check_args.end(), paths->begin(), paths->end());
  auto check = parse_check(check_args, environment);
  if (!check) return tl::unexpected(std::move(check).error());
  parsed.request.check = std::move(check->request);
  return parsed;
}

/// Explains what is wanted of a history, each in the place of its result.
void explain(const lint::InputHistory& history, std::vector<lint::Explanation>& explanations) {
  schema::Catalog catalog;
  const auto explain_one = [&](const std::vector<const lint::Input*>& files,
                               schema::Catalog& before) {
    const lint::Input& file = *files.front();
    lint::Explanation& explanation = explanations[file.place];
    const auto source = file.read();
    if (source) {
      explanation = lint::explain_file(*source, *file.options, before);
    } else {
      explanation.path = file.path;
      explanation.error = source.error();
    }
  };
  lint::walk_history(history, catalog, explain_one);
}

ExitStatus explain(const ExplainRequest& request, const Environment& environment) {
  const Messages messages(environment);
  ExitStatus status = ExitStatus::kClean;
  const FoundFiles found = find_files(request.check.paths, request.check.stdin_filename);
  for (const std::string& error : found.errors) {
    messages.error(error);
    status = ExitStatus::kCouldNotWork;
  }
  Settings settings(request.check);
  Histories histories(settings, environment, false);
  report::ExplainOptions options{.colour = use_colour(request.check.colour, environment)};
  std::size_t count = 0;
  for (const FoundFile& file : found.files) {
    const FileSettings held = settings.of(file);
    if (held.options == nullptr || held.excluded) continue;
    options.postgres = held.options->postgres.major;
    histories.add(file, *held.options);
    ++count;
  }
  for (const config::ConfigError& error : settings.errors()) messages.error(error);
  if (!settings.errors().empty()) return ExitStatus::kCouldNotWork;
  if (count == 0) return status;
  std::vector<lint::Explanation> explanations(count);
  for (const lint::InputHistory& history : histories.take()) explain(history, explanations);
  const bool all_read =
      std::all_of(explanations.begin(), explanations.end(),
                  [](const lint::Explanation& each) { return each.error.empty(); });
  if (!all_read) status = ExitStatus::kCouldNotWork;
  return worst(status, write_report(environment,
                                    request.json ? report::explain_as_json(explanations, options)
                                                 : report::explain_as_text(explanations, options)));
}

}  // namespace

ExitStatus explain_command(const std::vector<std::string>& args, const Environment& environment) {
  const auto parsed = parse(args, environment);
  if (!parsed) {
    Messages(environment).error(parsed.error());
    return ExitStatus::kCouldNotWork;
  }
  if (!parsed->help.empty()) return write_report(environment, parsed->help);
  return explain(parsed->request, environment);
}

}  // namespace unwedge::cli
