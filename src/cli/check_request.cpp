// Declares the options of `check`, then turns each text into what it means.

#include "cli/check_request.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include <fmt/format.h>

#include "cli/check_options.h"
#include "config/rule_names.h"
#include "config/suggest.h"

namespace unwedge::cli {
namespace {

using config::closest;
using config::did_you_mean;
using config::in_quotes;
using config::one_of;

template <typename T>
using OrError = tl::expected<T, UsageError>;

tl::unexpected<UsageError> usage_error(std::string message, std::string help = {}) {
  return tl::unexpected(UsageError{.message = std::move(message), .help = std::move(help)});
}

/// A setting's text and what to call it in an error.
struct Setting {
  std::string text;  ///< "": not set
  std::string name;
};

/// The option if it was given, otherwise the environment variable.
Setting option_or_variable(const std::string& option, std::string_view option_name,
                           const char* variable, const Environment& environment) {
  if (!option.empty()) return {option, std::string(option_name)};
  return {environment.variable(variable), variable};
}

OrError<std::string> word(const Setting& setting, const std::vector<std::string_view>& words) {
  if (std::find(words.begin(), words.end(), setting.text) != words.end()) return setting.text;
  return usage_error(fmt::format("{} must be {}, not {}{}", setting.name, one_of(words),
                                 in_quotes(setting.text),
                                 did_you_mean(closest(setting.text, words))));
}

template <typename Words>
std::vector<std::string_view> list(const Words& words) {
  return {std::begin(words), std::end(words)};
}

std::vector<std::string_view> format_names() {
  std::vector<std::string_view> names;
  for (const report::FormatInfo& info : report::formats()) names.push_back(info.name);
  return names;
}

OrError<int> number(const Setting& setting, int least, int most) {
  int value = 0;
  const char* end = setting.text.data() + setting.text.size();
  const auto [rest, error] = std::from_chars(setting.text.data(), end, value);
  if (error == std::errc{} && rest == end && value >= least && value <= most) return value;
  return usage_error(fmt::format("{} must be a whole number from {} to {}, not {}.", setting.name,
                                 least, most, in_quotes(setting.text)));
}

OrError<config::NamedRules> rules_named(std::string_view option, std::string_view name) {
  std::optional<config::NamedRules> named = config::rules_named(name);
  if (named) return std::move(*named);
  return usage_error(fmt::format("{}: there is no rule {}{}", option, in_quotes(name),
                                 did_you_mean(config::similar_rule_name(name))),
                     "See `unwedge rule` for all rules and their categories.");
}

/// The ids that "a,b" and "c" stand for.
OrError<std::vector<std::string_view>> rule_ids(std::string_view option,
                                                const std::vector<std::string>& lists) {
  std::vector<std::string_view> ids;
  for (std::string_view names : lists) {
    while (true) {
      const std::size_t comma = names.find(',');
      const OrError<config::NamedRules> named = rules_named(option, names.substr(0, comma));
      if (!named) return tl::unexpected(named.error());
      for (const RuleInfo* rule : named->rules) ids.push_back(rule->id);
      if (comma == std::string_view::npos) break;
      names.remove_prefix(comma + 1);
    }
  }
  return ids;
}

/// --severity RULE=LEVEL, each; as in a config, one rule's own wins over its category's.
std::optional<UsageError> read_severities(const std::vector<std::string>& texts,
                                          Overrides& overrides) {
  using config::Breadth;
  std::vector<std::pair<config::NamedRules, lint::RuleSetting>> settings;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
      return UsageError{fmt::format("--severity must be RULE=LEVEL, not {}.", in_quotes(text)), ""};
    }
    OrError<config::NamedRules> named = rules_named("--severity", text.substr(0, equals));
    if (!named) return named.error();
    const OrError<std::string> level =
        word({text.substr(equals + 1), fmt::format("--severity {}", text.substr(0, equals))},
             list(config::kLevelNames));
    if (!level) return level.error();
    settings.emplace_back(std::move(*named), *config::parse_level(*level));
  }
  for (Breadth breadth : {Breadth::kAll, Breadth::kCategory, Breadth::kRule}) {
    for (const auto& [named, setting] : settings) {
      if (named.breadth != breadth) continue;
      for (const RuleInfo* rule : named.rules) overrides.severities.emplace_back(rule->id, setting);
    }
  }
  return std::nullopt;
}

std::optional<UsageError> read_overrides(const CheckOptions& options,
                                         const Environment& environment, Overrides& overrides) {
  overrides.isolated = options.isolated;
  if (options.isolated && !options.config.empty()) {
    return UsageError{"--isolated and --config exclude each other.", ""};
  }
  if (!options.isolated) {
    overrides.config =
        option_or_variable(options.config, "--config", "UNWEDGE_CONFIG", environment).text;
  }

  OrError<std::vector<std::string_view>> selected = rule_ids("--select", options.select);
  if (!selected) return selected.error();
  overrides.selected = std::move(*selected);
  OrError<std::vector<std::string_view>> ignored = rule_ids("--ignore", options.ignore);
  if (!ignored) return ignored.error();
  overrides.ignored = std::move(*ignored);
  if (std::optional<UsageError> error = read_severities(options.severities, overrides)) {
    return error;
  }

  const Setting postgres =
      option_or_variable(options.postgres, "--postgres", "UNWEDGE_POSTGRES", environment);
  if (!postgres.text.empty()) {
    const OrError<int> major = number(postgres, config::kOldestPostgres, config::kNewestPostgres);
    if (!major) return major.error();
    overrides.postgres = *major;
  }
  Setting runner = option_or_variable(options.runner, "--runner", "UNWEDGE_RUNNER", environment);
  overrides.runner = std::move(runner.text);
  overrides.runner_setting = std::move(runner.name);
  overrides.check_down = options.check_down;
  const Setting fail_on =
      option_or_variable(options.fail_on, "--fail-on", "UNWEDGE_FAIL_ON", environment);
  if (options.exit_zero) {
    overrides.fail_on = config::FailOn::kNever;
  } else if (!fail_on.text.empty()) {
    const OrError<std::string> level = word(fail_on, list(config::kFailOnNames));
    if (!level) return level.error();
    overrides.fail_on = config::parse_fail_on(*level);
  }
  return std::nullopt;
}

std::optional<UsageError> read_reports(const CheckOptions& options, const Environment& environment,
                                       CheckRequest& request) {
  const Setting format =
      option_or_variable(options.format, "--format", "UNWEDGE_FORMAT", environment);
  if (!format.text.empty()) {
    const OrError<std::string> name = word(format, format_names());
    if (!name) return name.error();
    request.format = *report::parse_format(*name);
  }
  for (const std::string& output : options.outputs) {
    const std::size_t colon = output.find(':');
    if (colon == std::string::npos || colon + 1 == output.size()) {
      return UsageError{fmt::format("--output must be FORMAT:FILE, not {}.", in_quotes(output)),
                        "Write --output sarif:unwedge.sarif, for example."};
    }
    const OrError<std::string> name = word({output.substr(0, colon), "--output"}, format_names());
    if (!name) return name.error();
    request.reports.push_back({*report::parse_format(*name), output.substr(colon + 1)});
  }
  if (!options.color.empty()) {
    const OrError<std::string> name = word({options.color, "--color"}, {"auto", "always", "never"});
    if (!name) return name.error();
    request.colour = *parse_colour(*name);
  }
  return std::nullopt;
}

std::optional<UsageError> read_files(const CheckOptions& options, CheckRequest& request) {
  request.stdin_filename = options.stdin_filename;
  request.force_exclude = options.force_exclude;
  request.since = options.since;
  for (const std::string& pattern : options.exclude) {
    tl::expected<config::Glob, std::string> glob = config::Glob::parse(pattern);
    if (!glob) {
      return UsageError{fmt::format("--exclude {}: {}.", in_quotes(pattern), glob.error()), ""};
    }
    request.exclude.push_back(std::move(*glob));
  }
  if (!options.jobs.empty()) {
    const OrError<int> jobs = number({options.jobs, "--jobs"}, 1, 1024);
    if (!jobs) return jobs.error();
    request.jobs = static_cast<unsigned>(*jobs);
  }
  if (request.paths.empty()) request.paths.emplace_back(".");
  const bool reads_stdin =
      std::find(request.paths.begin(), request.paths.end(), "-") != request.paths.end();
  if (!reads_stdin && !options.stdin_filename.empty()) {
    return UsageError{"--stdin-filename is for standard input only.", "Add - to the paths."};
  }
  return std::nullopt;
}

}  // namespace

tl::expected<ParsedCheck, UsageError> parse_check(const std::vector<std::string>& args,
                                                  const Environment& environment) {
  CheckOptions options;
  const std::unique_ptr<CommandLine> command_line = declare_check(options);
  OrError<std::vector<std::string>> paths = command_line->parse(args);
  if (!paths) return tl::unexpected(paths.error());
  ParsedCheck parsed;
  if (command_line->wants_help()) {
    parsed.help = command_line->help();
    return parsed;
  }
  CheckRequest& request = parsed.request;
  request.paths = std::move(*paths);
  request.no_ack = options.no_ack;
  request.change_set = options.change_set;
  request.show_acked = options.show_acked;
  request.quiet = options.quiet;
  if (auto error = read_overrides(options, environment, request.overrides)) {
    return tl::unexpected(std::move(*error));
  }
  if (auto error = read_reports(options, environment, request)) {
    return tl::unexpected(std::move(*error));
  }
  if (auto error = read_files(options, request)) return tl::unexpected(std::move(*error));
  return parsed;
}

}  // namespace unwedge::cli
