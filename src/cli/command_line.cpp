// The one file that sees CLI11 and its exceptions.

#include "cli/command_line.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "config/suggest.h"

namespace unwedge::cli {
namespace {

constexpr std::size_t kTextColumn = 30;
constexpr std::size_t kWidth = 100;

/// The text in lines, all but the first of which are indented; the first begins there already.
std::string wrapped(std::string_view text, std::size_t indent) {
  std::string out;
  std::size_t column = indent;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (column > indent && column + 1 + word.size() > kWidth) {
      out += fmt::format("\n{:{}}", "", indent);
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out;
}

std::string names_of(const CLI::Option& option) {
  std::string names;
  for (const std::string& name : option.get_snames()) names += fmt::format("-{}, ", name);
  if (names.empty()) names = "    ";
  for (const std::string& name : option.get_lnames()) names += fmt::format("--{}, ", name);
  names.resize(names.size() - 2);
  const std::string value = option.get_type_name();
  return value.empty() ? names : fmt::format("{} {}", names, value);
}

}  // namespace

CommandLine::CommandLine(std::string head, std::string foot)
    : app_(std::make_unique<CLI::App>()), head_(std::move(head)), foot_(std::move(foot)) {
  // Our own --help: CLI11's is listed first.
  app_->set_help_flag();
  app_->allow_extras();
}

CommandLine::~CommandLine() = default;

void CommandLine::group(std::string heading) {
  heading_ = std::move(heading);
  if (!heading_.empty()) headings_.push_back(heading_);
}

CLI::Option& CommandLine::declare(CLI::Option* option, const std::string& value) {
  option->group(heading_);
  option->type_name(value);
  return *option;
}

void CommandLine::flag(const std::string& names, bool& given, const std::string& help) {
  declare(app_->add_flag(names, given, help), "");
}

void CommandLine::value(const std::string& names, const std::string& value, std::string& target,
                        const std::string& help) {
  declare(app_->add_option(names, target, help), value).take_last();
}

void CommandLine::values(const std::string& names, const std::string& value,
                         std::vector<std::string>& target, const std::string& help) {
  // Without this it would swallow the paths that follow, and take '[a]' for a list.
  declare(app_->add_option(names, target, help), value).allow_extra_args(false);
}

tl::expected<std::vector<std::string>, UsageError> CommandLine::parse(
    const std::vector<std::string>& args) {
  const auto end_of_options = std::find(args.begin(), args.end(), "--");
  std::vector<std::string> options(args.begin(), end_of_options);
  const auto is_help = [](const std::string& arg) { return arg == "--help" || arg == "-h"; };
  wants_help_ = std::any_of(options.begin(), options.end(), is_help);
  if (wants_help_) return std::vector<std::string>{};

  // To CLI11 this would be the end of a subcommand.
  std::replace(options.begin(), options.end(), std::string("++"), std::string("./++"));
  std::reverse(options.begin(), options.end());
  try {
    app_->parse(std::move(options));
  } catch (const CLI::ParseError& error) {
    return tl::unexpected(UsageError{.message = fmt::format("{}.", error.what()),
                                     .help = "See `unwedge --help` for all options."});
  }
  std::vector<std::string> others;
  for (std::string& other : app_->remaining()) {
    if (other.size() > 1 && other.front() == '-') return tl::unexpected(unknown_option(other));
    others.push_back(std::move(other));
  }
  if (end_of_options != args.end()) {
    others.insert(others.end(), end_of_options + 1, args.end());
  }
  return others;
}

UsageError CommandLine::unknown_option(std::string_view option) const {
  option = option.substr(0, option.find('='));
  std::vector<std::string> known;
  for (const CLI::Option* each : std::as_const(*app_).get_options()) {
    if (each->get_group().empty()) continue;
    for (const std::string& name : each->get_lnames()) known.push_back("--" + name);
  }
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  const std::string suggestion = config::did_you_mean(config::closest(option, candidates));
  return {.message = fmt::format("There is no option '{}'{}", option, suggestion),
          .help =
              "See `unwedge --help` for all options. "
              "Put -- before files whose names begin with a hyphen."};
}

std::string CommandLine::help() const {
  std::string out = head_;
  for (const std::string& heading : headings_) {
    out += fmt::format("\n{}:\n", heading);
    for (const CLI::Option* option : std::as_const(*app_).get_options()) {
      if (option->get_group() != heading) continue;
      std::string names = fmt::format("  {}", names_of(*option));
      if (names.size() + 2 > kTextColumn) names += fmt::format("\n{:{}}", "", kTextColumn);
      out += fmt::format("{:<{}}{}\n", names, kTextColumn,
                         wrapped(option->get_description(), kTextColumn));
    }
  }
  if (!foot_.empty()) out += "\n" + foot_;
  return out;
}

}  // namespace unwedge::cli
