// `unwedge --help`.

#include "cli/check_options.h"

#include <string_view>

#include <fmt/format.h>

#include "cli/runners.h"
#include "config/config.h"
#include "report/report.h"

namespace unwedge::cli {
namespace {

constexpr std::string_view kHead =
    R"(Says what PostgreSQL migrations will do to a live database: what they lock, break and lose, and
what the server will refuse. Reads files only; it never connects to a database.

Usage: unwedge [check] [OPTION…] [PATH…]  lint migrations
       unwedge explain [OPTION…] PATH…    what becomes of them, step by step
       unwedge rule [ID]                  the rules, or one rule's page
       unwedge config --show PATH         the settings that PATH is linted with

PATH is a file, a folder, which is searched for *.sql, or - for standard input. Without one, the
current folder is searched.
)";

constexpr std::string_view kFoot =
    R"(Exit status: 0 nothing at or above --fail-on; 1 findings, syntax errors included; 2 unwedge could
not do its work (bad option, bad config, unreadable file); 130 interrupted.

The config is the closest unwedge.yaml upwards from each file. UNWEDGE_CONFIG, UNWEDGE_RUNNER,
UNWEDGE_POSTGRES, UNWEDGE_FORMAT and UNWEDGE_FAIL_ON in the environment come before it and after
the options. NO_COLOR and FORCE_COLOR are respected.
)";

std::string names_of_runners() {
  std::string names;
  for (std::string_view name : runner_names()) {
    names += names.empty() ? "" : ", ";
    names += name;
  }
  return names;
}

std::string names_of_formats() {
  std::string names;
  for (const report::FormatInfo& info : report::formats()) {
    names += names.empty() ? "" : ", ";
    names += info.name;
  }
  return names;
}

}  // namespace

std::unique_ptr<CommandLine> declare_check(CheckOptions& options) {
  auto line = std::make_unique<CommandLine>(std::string(kHead), std::string(kFoot));

  line->group("Rules");
  line->values("--select", "RULE,…", options.select,
               "Run only these rules, and syntax-error: ids, categories or all");
  line->values("--ignore", "RULE,…", options.ignore, "Do not run these rules");
  line->values("--severity", "RULE=LEVEL", options.severities,
               "Report a rule or category as error, warning or info, or turn it off");
  line->flag("--no-ack", options.no_ack, "Count acknowledged findings as if they were not");

  line->group("Migrations");
  line->value("--runner", "NAME", options.runner,
              fmt::format("The tool that applies the files, where it is not recognised: one that "
                          "the config defines, or {}",
                          names_of_runners()));
  line->value("--postgres", "N", options.postgres,
              fmt::format("The server's major version, {} to {} (default {})",
                          config::kOldestPostgres, config::kNewestPostgres, PgVersion{}.major));
  line->flag("--change-set", options.change_set,
             "Take all files for one change set: applied in one run, in this order");
  line->flag("--check-down", options.check_down,
             "Check down, revert and verify sections with all rules, not only for what fails");

  line->group("Files");
  line->value(
      "--since", "REV", options.since,
      "Lint only what was added or changed since HEAD left REV, a branch, tag or commit, as "
      "one change set; auto: the branch that the CI job's pull request goes into");
  line->values("--exclude", "GLOB", options.exclude,
               "Leave out what matches, as in .gitignore with *, ** and ?");
  line->flag("--force-exclude", options.force_exclude,
             "Apply exclusions to files named as PATH too");
  line->value("--stdin-filename", "NAME", options.stdin_filename,
              "What to call standard input, and whose config to use for it");
  line->value("--config", "FILE", options.config, "Use this config for every file");
  line->flag("--isolated", options.isolated, "Use no config");

  line->group("Report");
  line->value("--format", "FORMAT", options.format,
              fmt::format("What to print: {} (default text)", names_of_formats()));
  line->values("-o,--output", "FORMAT:FILE", options.outputs,
               "Write a report to a file besides; repeatable");
  line->flag("--show-acked", options.show_acked, "Report acknowledged findings too, as such");
  line->value("--color", "WHEN", options.color, "auto, always or never (default auto)");
  line->flag("-q,--quiet", options.quiet, "Print findings and errors only");

  line->group("Run");
  line->value("--fail-on", "LEVEL", options.fail_on,
              "Exit with 1 from this severity on: error, warning, info or never (default warning)");
  line->flag("--exit-zero", options.exit_zero, "The same as --fail-on never");
  line->value("-j,--jobs", "N", options.jobs, "Files to lint at a time (default: one per core)");
  line->flag("-V,--version", options.version, "Print the version");
  line->flag("-h,--help", options.help, "Print this");
  return line;
}

}  // namespace unwedge::cli
