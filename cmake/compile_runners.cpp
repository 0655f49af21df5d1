// unwedge_compile_runners OUTPUT FILE…: run by the build, turns the runner profiles into C++, so
// that unwedge reads no YAML to know them. It writes make_builtin_runners(), which
// migration/runner.cpp calls: a function for each profile, with what differs from the defaults.
//
// unwedge_compile_runners --table FILE…: prints the table of the runners for docs/runners.md.

#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "config/read_runner.h"
#include "config/runner_keys.h"
#include "text/source_file.h"

namespace unwedge::config {
namespace {

using migration::RunnerProfile;

std::string literal(std::string_view text) {
  std::string out = "\"";
  for (char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\') {
      out += {'\\', letter};
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\{:03o}", byte);
    } else {
      out += letter;
    }
  }
  return out + '"';
}

std::string member_of(const RunnerKey& key) {
  std::string member(key.member.empty() ? key.name : key.member);
  std::replace(member.begin(), member.end(), '-', '_');
  return member;
}

std::string_view type_of(migration::Mode /*any*/) { return "Mode"; }
std::string_view type_of(migration::Splitter /*any*/) { return "Splitter"; }
std::string_view type_of(migration::SectionKind /*any*/) { return "SectionKind"; }
std::string_view type_of(BuildDanger /*any*/) { return "BuildDanger"; }
std::string_view type_of(OnEdit /*any*/) { return "OnEdit"; }
std::string_view type_of(OnLate /*any*/) { return "OnLate"; }
std::string_view type_of(OnDuplicate /*any*/) { return "OnDuplicate"; }
std::string_view type_of(migration::OrderKind /*any*/) { return "OrderKind"; }
std::string_view type_of(migration::VersionOrder /*any*/) { return "VersionOrder"; }
std::string_view type_of(migration::Gaps /*any*/) { return "Gaps"; }
std::string_view type_of(migration::Subfolders /*any*/) { return "Subfolders"; }

/// A value as C++, and whether it is its type's default and need not be written.
class Code {
 public:
  static bool is_default(const std::string& text) { return text.empty(); }
  static bool is_default(bool value) { return !value; }
  static bool is_default(migration::Splitter splitter) {
    return splitter == migration::TransactionRules{}.splitter;
  }
  template <typename T>
  static bool is_default(const std::vector<T>& list) {
    return list.empty();
  }
  template <typename Enum>
  requires std::is_enum_v<Enum>
  static bool is_default(Enum value) { return value == Enum{}; }
  template <typename Struct>
  requires std::is_aggregate_v<Struct>
  static bool is_default(Struct& value) {
    bool all = true;
    each_key(value, [&](const RunnerKey& /*key*/, auto& field, const auto&... /*start*/) {
      all = all && is_default(field);
    });
    return all;
  }

  static std::string of(const std::string& text, std::size_t /*indent*/) { return literal(text); }
  static std::string of(bool /*value*/, std::size_t /*indent*/) { return "true"; }
  template <typename Enum>
  requires std::is_enum_v<Enum>
  static std::string of(Enum value, std::size_t /*indent*/) {
    const auto number = static_cast<std::size_t>(value);
    return fmt::format("{}{{{}}} /* {} */", type_of(value), number, words_of(value)[number]);
  }
  template <typename T>
  static std::string of(std::vector<T>& list, std::size_t indent) {
    std::string out = "{\n";
    for (T& item : list) out += fmt::format("{:{}}{},\n", "", indent + 2, of(item, indent + 2));
    return out + fmt::format("{:{}}}}", "", indent);
  }
  template <typename Struct>
  requires std::is_aggregate_v<Struct>
  static std::string of(Struct& value, std::size_t indent) {
    std::string out = "{\n";
    each_key(value, [&](const RunnerKey& key, auto& field, const auto&... /*start*/) {
      if (is_default(field)) return;
      out += fmt::format("{:{}}.{} = {},\n", "", indent + 2, member_of(key), of(field, indent + 2));
    });
    return out + fmt::format("{:{}}}}", "", indent);
  }
};

std::string source_of(std::vector<RunnerProfile>& runners) {
  std::string out =
      R"(// Generated from src/migration/runners/ by unwedge_compile_runners. Do not edit.

#include "migration/builtin_runners.h"

namespace unwedge::migration {
namespace {
)";
  for (std::size_t i = 0; i < runners.size(); ++i) {
    out += fmt::format("\nRunnerProfile runner_{}() {{\n  return {};\n}}\n", i,
                       Code::of(runners[i], 2));
  }
  out += fmt::format(R"(
}}  // namespace

std::vector<RunnerProfile> make_builtin_runners() {{
  std::vector<RunnerProfile> runners;
  runners.reserve({});
)",
                     runners.size());
  for (std::size_t i = 0; i < runners.size(); ++i) {
    out += fmt::format("  runners.push_back(runner_{}());\n", i);
  }
  out += "  return runners;\n}\n\n}  // namespace unwedge::migration\n";
  return out;
}

std::optional<RunnerProfile> read_file(const std::filesystem::path& file, Problems& problems) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  tl::expected<text::SourceFile, std::string> source =
      text::source_from_bytes(file.generic_string(), text.str());
  if (!stream || !source) {
    problems.add({}, source ? "The file cannot be read." : fmt::format("{}.", source.error()));
    return std::nullopt;
  }
  const std::optional<YamlNode> tree = read_yaml(source->contents, problems);
  if (!tree) return std::nullopt;
  std::optional<RunnerProfile> profile = read_runner(*tree, {}, problems);
  if (profile && profile->name != file.stem().generic_string()) {
    problems.add(
        {},
        fmt::format("The profile of {} must be in a file of that name.", in_quotes(profile->name)),
        fmt::format("Rename it to {}.yaml.", profile->name));
  }
  if (profile) {
    const std::string_view flaw = flaw_of_runner_name(profile->name);
    if (!flaw.empty()) {
      problems.add({},
                   fmt::format("{} is no name for a runner: {}.", in_quotes(profile->name), flaw));
    }
  }
  return profile;
}

/// As compilers write it, so that editors find the place.
void print(const ConfigError& error) {
  std::cerr << fmt::format("{}:{}:{}: error: {}\n", error.file, std::max(error.line, 1U),
                           std::max(error.column, 1U), error.message);
  if (!error.help.empty()) std::cerr << fmt::format("  {}\n", error.help);
}

/// All profiles, sorted by name; nothing, with the errors printed, if one has any.
std::optional<std::vector<RunnerProfile>> read_files(const std::vector<std::string>& files) {
  std::vector<RunnerProfile> runners;
  bool failed = false;
  for (const std::string& file : files) {
    Problems problems(file);
    std::optional<RunnerProfile> profile = read_file(file, problems);
    if (profile) runners.push_back(std::move(*profile));
    for (const ConfigError& error : problems.take()) {
      print(error);
      failed = true;
    }
  }
  if (failed) return std::nullopt;
  std::sort(runners.begin(), runners.end(),
            [](const auto& left, const auto& right) { return left.name < right.name; });
  return runners;
}

/// The modes of a profile: its own, and those of variants that nobody chose.
std::string modes_of(const RunnerProfile& runner) {
  if (runner.sections.kind == migration::SectionKind::kNone) return "no migration";
  std::string modes = fmt::format("`{}`", to_string(runner.transaction.mode));
  for (const migration::Variant& variant : runner.transaction.variants) {
    if (variant.opt_out || variant.name.empty() || variant.mode == runner.transaction.mode)
      continue;
    modes += fmt::format("; {}: `{}`", variant.name, to_string(variant.mode));
  }
  return modes;
}

std::string table_of(const std::vector<RunnerProfile>& runners) {
  std::string out = "| runner | mode | outside a transaction |\n| --- | --- | --- |\n";
  for (const RunnerProfile& runner : runners) {
    const migration::WayOutRules& way_out = runner.transaction.way_out;
    std::string how;
    if (!way_out.line.empty()) {
      how = fmt::format("{} `{}`",
                        way_out.place.empty() ? "a migration that has the line" : way_out.place,
                        way_out.line);
    }
    out += fmt::format("| [{0}](../src/migration/runners/{0}.yaml) | {1} | {2} |\n", runner.name,
                       modes_of(runner), how);
  }
  return out;
}

int run(const std::string& output, const std::vector<std::string>& files) {
  std::optional<std::vector<RunnerProfile>> runners = read_files(files);
  if (!runners) return 1;
  if (output == "--table") {
    std::cout << table_of(*runners) << std::flush;
    return std::cout ? 0 : 1;
  }
  std::ofstream stream(output, std::ios::binary);
  stream << source_of(*runners) << std::flush;
  if (stream) return 0;
  std::cerr << fmt::format("{}: cannot be written\n", output);
  return 1;
}

}  // namespace
}  // namespace unwedge::config

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> args(argv + 1, argv + argc);
    if (args.empty()) {
      std::cerr << "usage: unwedge_compile_runners OUTPUT|--table FILE...\n";
      return 2;
    }
    return unwedge::config::run(args.front(), {args.begin() + 1, args.end()});
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
