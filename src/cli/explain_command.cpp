// Finds files and what holds for them as `check` does, and shows what unwedge makes of them.

#include "cli/explain_command.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

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
#include "report/schema_sql.h"
#include "text/escape.h"

namespace unwedge::cli {
namespace {

constexpr const char* kHead =
    R"(Shows what becomes of migrations: the runner and how it was recognised, what it sends together,
the transactions, and the locks and the work of each statement.

Usage: unwedge explain [OPTION…] PATH…
       unwedge explain --schema [TABLE] [PATH…]   the schema after them, as SQL

PATH is a file, a folder, which is searched for *.sql, or - for standard input. For the schema it
may be left out: then the current folder is searched.
)";

struct ExplainRequest {
  CheckRequest check;  ///< what both commands ask for
  bool json = false;
  bool schema = false;  ///< the schema after the files, rather than what becomes of them
  std::string table;    ///< of the schema this table, view or index alone; "": all
};

struct ParsedExplain {
  ExplainRequest request;
  std::string help;  ///< not empty: print this and do nothing else
};

/// Takes out the first argument that is no file or folder: it names the table.
std::string take_table(std::vector<std::string>& paths) {
  const auto table = std::find_if(paths.begin(), paths.end(), [](const std::string& path) {
    std::error_code error;
    return path != "-" && !std::filesystem::exists(path, error);
  });
  if (table == paths.end()) return "";
  std::string name = std::move(*table);
  paths.erase(table);
  return name;
}

tl::expected<ParsedExplain, UsageError> parse(const std::vector<std::string>& args,
                                              const Environment& environment) {
  std::string runner;
  std::string postgres;
  std::string config;
  std::string stdin_filename;
  std::string color;
  std::string format = "text";
  bool isolated = false;
  bool schema = false;
  bool help = false;
  CommandLine line(kHead, "");
  line.group("Options");
  line.value("--runner", "NAME", runner, "The tool that applies the files, where unrecognised");
  line.value("--postgres", "N", postgres, "The server's major version (default 15)");
  line.value("--stdin-filename", "NAME", stdin_filename, "What to call standard input");
  line.value("--config", "FILE", config, "Use this config for every file");
  line.flag("--isolated", isolated, "Use no config");
  line.flag(
      "--schema", schema,
      "Print the schema after the last of the files, as SQL: all, or one table, view or index");
  line.value("--format", "FORMAT", format, "text or json (default text)");
  line.value("--color", "WHEN", color, "auto, always or never (default auto)");
  line.flag("-h,--help", help, "Print this");
  auto paths = line.parse(args);
  if (!paths) return tl::unexpected(paths.error());
  ParsedExplain parsed;
  if (line.wants_help()) {
    parsed.help = line.help();
    return parsed;
  }
  if (schema) parsed.request.table = take_table(*paths);
  if (paths->empty() && !schema) {
    return tl::unexpected(UsageError{"`unwedge explain` needs a file.", "See --help."});
  }
  if (format != "text" && format != "json") {
    return tl::unexpected(
        UsageError{"--format must be text or json, not " + config::in_quotes(format) + ".", ""});
  }
  parsed.request.json = format == "json";
  parsed.request.schema = schema;
  if (parsed.request.schema && parsed.request.json) {
    return tl::unexpected(UsageError{"--schema prints SQL and has no --format json.", ""});
  }

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

/// As the report's last word before its lines are written: control characters made visible.
std::string shown_sql(std::string_view sql) {
  std::string shown;
  while (!sql.empty()) {
    const std::size_t end = std::min(sql.find('\n'), sql.size());
    shown += text::escaped(sql.substr(0, end)) + "\n";
    sql.remove_prefix(std::min(end + 1, sql.size()));
  }
  return shown;
}

/// "name" or "schema.name".
RelationId relation_named(const std::string& name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string::npos) return {.schema = "public", .name = name};
  return {.schema = name.substr(0, dot), .name = name.substr(dot + 1)};
}

/// The schema after the last of a history's wanted files; "" if it does not have the table.
std::string schema_after(const lint::InputHistory& history, const std::string& table) {
  schema::Catalog catalog;
  auto left = std::count_if(history.files.begin(), history.files.end(),
                            [](const lint::Input& file) { return file.wanted; });
  std::string sql;
  lint::walk_history(
      history, catalog, [&](const std::vector<const lint::Input*>& files, schema::Catalog& before) {
        const lint::Input& file = *files.front();
        if (const auto source = file.read()) {
          lint::explain_file(*source, *file.options, before);
        }
        if (--left > 0) return;
        const RelationId wanted = relation_named(table);
        if (!table.empty() && before.find(wanted) == nullptr) return;
        sql = fmt::format("-- The schema after {}\n", file.path);
        sql +=
            table.empty() ? report::schema_as_sql(before) : report::relation_as_sql(before, wanted);
      });
  return shown_sql(sql);
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
  if (request.schema) {
    std::string sql;
    for (const lint::InputHistory& history : histories.take()) {
      sql += schema_after(history, request.table);
    }
    if (sql.empty()) {
      messages.error(fmt::format("{} is no file, and the schema has no such table, view or index.",
                                 config::in_quotes(request.table)));
      return ExitStatus::kCouldNotWork;
    }
    return worst(status, write_report(environment, sql));
  }
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
