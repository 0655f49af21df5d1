// Picks what to print of the rules; rule_pages.h words it.

#include "cli/rule_command.h"

#include <fmt/format.h>

#include "cli/command_line.h"
#include "cli/output.h"
#include "cli/rule_pages.h"
#include "config/rule_names.h"
#include "config/suggest.h"
#include "lint/registry.h"

namespace unwedge::cli {
namespace {

constexpr const char* kHead =
    R"(Lists the rules, or shows one rule's page.

Usage: unwedge rule [OPTION…]      all rules, by category
       unwedge rule [OPTION…] ID   one rule: what it reports, why, and what to do instead
)";

ExitStatus fail(const Environment& environment, const UsageError& error) {
  Messages(environment).error(error);
  return ExitStatus::kCouldNotWork;
}

}  // namespace

ExitStatus rule_command(const std::vector<std::string>& args, const Environment& environment) {
  std::string format = "text";
  bool help = false;
  CommandLine command_line(kHead, "");
  command_line.group("Options");
  command_line.value("--format", "FORMAT", format, "text or json (default text)");
  command_line.flag("-h,--help", help, "Print this");
  const auto names = command_line.parse(args);
  if (!names) return fail(environment, names.error());
  if (command_line.wants_help()) return write_report(environment, command_line.help());
  if (names->size() > 1) {
    return fail(environment, {.message = "`unwedge rule` takes one rule at most.", .help = ""});
  }
  // markdown-table is for scripts/generate, which puts it into the README.
  const bool known = format == "text" || format == "json" || format == "markdown-table";
  if (!known || (format == "markdown-table" && !names->empty())) {
    return fail(environment, {.message = fmt::format("--format must be text or json, not {}.",
                                                     config::in_quotes(format)),
                              .help = ""});
  }
  if (names->empty()) {
    if (format == "json") return write_report(environment, rules_as_json());
    return write_report(environment,
                        format == "text" ? rules_as_text() : rules_as_markdown_table());
  }
  const Rule* rule = lint::find_rule(names->front());
  if (rule == nullptr) {
    const std::string& name = names->front();
    return fail(environment,
                {.message = fmt::format("There is no rule {}{}", config::in_quotes(name),
                                        config::did_you_mean(config::similar_rule_name(name))),
                 .help = "See `unwedge rule` for all rules."});
  }
  return write_report(environment,
                      format == "json" ? rule_as_json(rule->info) : rule_as_text(rule->info));
}

}  // namespace unwedge::cli
