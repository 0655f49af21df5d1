// Reads the file, then the preset that it names, and lays the one over the other.

#include "config/config.h"

#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "config/config_reader.h"
#include "config/discovery.h"
#include "config/files.h"
#include "config/yaml.h"
#include "lint/registry.h"
#include "text/source_file.h"

namespace unwedge::config {
namespace {

ConfigErrors one_error(std::string file, std::string message, std::string help = {}) {
  Problems problems(std::move(file));
  problems.add({}, std::move(message), std::move(help));
  return problems.take();
}

tl::expected<std::string, ConfigErrors> read_text(const std::filesystem::path& file) {
  constexpr std::uintmax_t kLargest = 1U << 20U;
  tl::expected<std::string, std::string> text = read_file(file, kLargest);
  if (!text) return tl::unexpected(one_error(file.generic_string(), text.error()));
  return std::move(*text);
}

/// Sets what the preset says; the file's own settings come on top.
void apply_preset(std::string_view name, const Vocabulary& vocabulary, Config& config,
                  ConfigErrors& errors) {
  Problems problems(fmt::format("preset {}", name));
  std::optional<YamlNode> tree = read_yaml(lint::preset_text(name), problems);
  if (tree) ConfigReader(problems, vocabulary, ConfigReader::Extent::kPreset).read(*tree, config);
  for (ConfigError& error : problems.take()) errors.push_back(std::move(error));
}

/// `folder`: that of the file, absolute; empty for a text that is in none.
tl::expected<Config, ConfigErrors> parse(std::string_view text, const std::string& name,
                                         const Vocabulary& vocabulary,
                                         const std::filesystem::path& folder) {
  tl::expected<text::SourceFile, std::string> source =
      text::source_from_bytes(name, std::string(text));
  if (!source) return tl::unexpected(one_error(name, fmt::format("{}.", source.error())));
  if (source->encoding.encoding != Encoding::kUtf8) {
    return tl::unexpected(one_error(name, "it is not UTF-8; save it as UTF-8."));
  }

  Problems problems(name);
  std::optional<YamlNode> tree = read_yaml(source->contents, problems);
  if (!tree) return tl::unexpected(problems.take());

  Config config;
  ConfigErrors errors;
  ConfigReader reader(problems, vocabulary, ConfigReader::Extent::kConfig, folder);
  config.preset = reader.preset(*tree).value_or(std::string(kDefaultPreset));
  apply_preset(config.preset, vocabulary, config, errors);
  reader.read(*tree, config);
  for (ConfigError& error : problems.take()) errors.push_back(std::move(error));
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return config;
}

}  // namespace

tl::expected<Config, ConfigErrors> parse_config(std::string_view text, const std::string& name,
                                                const Vocabulary& vocabulary) {
  return parse(text, name, vocabulary, {});
}

tl::expected<Config, ConfigErrors> default_config(const Vocabulary& vocabulary) {
  return parse_config("", "the defaults", vocabulary);
}

tl::expected<Config, ConfigErrors> load_config(const std::filesystem::path& file,
                                               const Vocabulary& vocabulary) {
  tl::expected<std::string, ConfigErrors> text = read_text(file);
  if (!text) return tl::unexpected(std::move(text.error()));
  tl::expected<Config, ConfigErrors> config =
      parse(*text, file.generic_string(), vocabulary, normal_path(file).parent_path());
  if (config) config->file = file;
  return config;
}

}  // namespace unwedge::config
