// Prints settings as a config would write them, with every rule.

#include "cli/config_command.h"

#include <fmt/format.h>

#include "cli/check_request.h"
#include "cli/command_line.h"
#include "cli/file_settings.h"
#include "cli/files.h"
#include "cli/output.h"
#include "cli/runners.h"
#include "config/config_schema.h"
#include "lint/registry.h"
#include "text/escape.h"

namespace unwedge::cli {
namespace {

constexpr const char* kHead =
    R"(Shows the settings that a file is linted with: those of its config, its preset and the
environment.

Usage: unwedge config --show PATH
)";

ExitStatus fail(const Environment& environment, const UsageError& error) {
  Messages(environment).error(error);
  return ExitStatus::kCouldNotWork;
}

/// A text as a YAML scalar.
std::string yaml_quoted(std::string_view text) {
  std::string out = "'";
  for (char letter : text::escaped(text)) out += letter == '\'' ? "''" : std::string(1, letter);
  return out + "'";
}

std::string settings_as_yaml(const FileSettings& settings) {
  const config::Config& config = *settings.config;
  const lint::Options& options = *settings.options;
  std::string out = config.file.empty()
                        ? std::string("# There is no config; these are the defaults.\n")
                        : fmt::format("# {}\n", text::escaped(config.file.generic_string()));
  if (settings.excluded) out += "# The file is excluded.\n";
  out += fmt::format("preset: {}\npostgres: {}\nfail-on: {}\n", config.preset,
                     options.postgres.major, config::to_string(settings.fail_on));
  out += options.runner.empty() ? "# runner: recognised by the file\n"
                                : fmt::format("runner: {}\n", options.runner);
  if (options.mode) out += fmt::format("# mode: {}\n", migration::to_string(*options.mode));
  out += fmt::format("check-down: {}\n", options.check_down);
  out += fmt::format("concurrent-runs: {}\n", options.concurrent_runs);
  if (!config.exclude.empty()) out += "exclude:\n";
  for (const config::Glob& glob : config.exclude) {
    out += fmt::format("  - {}\n", yaml_quoted(glob.pattern()));
  }
  out += "rules:\n";
  for (const Rule* rule : lint::builtin_rules()) {
    lint::RuleSetting setting;
    const auto found = options.rules.find(rule->info.id);
    if (found != options.rules.end()) setting = found->second;
    if (setting.enabled && !setting.severity) setting.severity = rule->info.severity;
    out += fmt::format("  {}: {}\n", rule->info.id, config::to_string(setting));
  }
  if (!options.acks.empty()) out += "acks:\n";
  for (const lint::ConfiguredAck& ack : options.acks) {
    out += fmt::format("  - path: {}\n    reason: {}\n", yaml_quoted(ack.path),
                       yaml_quoted(ack.reason));
    if (!ack.rules.empty()) out += fmt::format("    rules: [{}]\n", fmt::join(ack.rules, ", "));
    if (!ack.until.empty()) out += fmt::format("    until: {}\n", ack.until);
    if (!ack.ticket.empty()) out += fmt::format("    ticket: {}\n", yaml_quoted(ack.ticket));
  }
  return out;
}

ExitStatus show(const std::string& path, const Environment& environment) {
  const tl::expected<ParsedCheck, UsageError> parsed =
      parse_check({"--force-exclude", "--", path}, environment);
  if (!parsed) return fail(environment, parsed.error());

  FoundFile file;
  file.path = path;
  file.place = config::normal_path(path);
  file.named = true;
  // The settings for the files in a folder.
  std::error_code error;
  if (std::filesystem::is_directory(file.path, error)) file.place /= "any.sql";
  Settings settings(parsed->request);
  const FileSettings held = settings.of(file);
  for (const config::ConfigError& each : settings.errors()) Messages(environment).error(each);
  if (held.options == nullptr) return ExitStatus::kCouldNotWork;
  return write_report(environment, settings_as_yaml(held));
}

}  // namespace

ExitStatus config_command(const std::vector<std::string>& args, const Environment& environment) {
  bool schema = false;
  bool help = false;
  std::string path;
  CommandLine command_line(kHead, "");
  command_line.group("");  // for scripts/generate
  command_line.flag("--schema", schema, "Print the JSON schema of unwedge.yaml");
  command_line.group("Options");
  command_line.value("--show", "PATH", path, "The file, or the folder");
  command_line.flag("-h,--help", help, "Print this");
  const auto others = command_line.parse(args);
  if (!others) return fail(environment, others.error());
  if (command_line.wants_help()) return write_report(environment, command_line.help());
  if (!others->empty()) {
    return fail(environment, {.message = fmt::format("`unwedge config` does not take {}.",
                                                     config::in_quotes(others->front())),
                              .help = "Write `unwedge config --show PATH`."});
  }
  if (schema) return write_report(environment, config::config_schema(vocabulary()));
  if (!path.empty()) return show(path, environment);
  return fail(environment, {.message = "`unwedge config` needs to know what to show.",
                            .help = "Write `unwedge config --show PATH`."});
}

}  // namespace unwedge::cli
