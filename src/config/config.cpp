// Reads the file, then the preset that it names, and lays the one over the other.

#include "config/config.h"

#include <cstdint>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "config/config_reader.h"
#include "config/yaml.h"
#include "lint/registry.h"
#include "text/source_file.h"

namespace unwedge::config {
namespace {

constexpr std::uintmax_t kLargestFile = 1U << 20U;

ConfigErrors one_error(std::string file, std::string message, std::string help = {}) {
  Problems problems(std::move(file));
  problems.add({}, std::move(message), std::move(help));
  return problems.take();
}

tl::expected<std::string, ConfigErrors> read_text(const std::filesystem::path& file) {
  const std::string name = file.generic_string();
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    return tl::unexpected(one_error(name, "There is no such file."));
  }
  if (status.type() != std::filesystem::file_type::regular) {
    return tl::unexpected(one_error(name, "A config must be a file."));
  }
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (!error && size > kLargestFile) {
    return tl::unexpected(one_error(name, "A config may have 1 MiB at most."));
  }
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream contents;
  if (stream && size > 0) contents << stream.rdbuf();
  if (!stream || !contents) return tl::unexpected(one_error(name, "The file cannot be read."));
  return std::move(contents).str();
}

/// Sets what the preset says; the file's own settings come on top.
void apply_preset(std::string_view name, const Vocabulary& vocabulary, Config& config,
                  ConfigErrors& errors) {
  Problems problems(fmt::format("preset {}", name));
  std::optional<YamlNode> tree = read_yaml(lint::preset_text(name), problems);
  if (tree) ConfigReader(problems, vocabulary, ConfigReader::Extent::kPreset).read(*tree, config);
  for (ConfigError& error : problems.take()) errors.push_back(std::move(error));
}

}  // namespace

tl::expected<Config, ConfigErrors> parse_config(std::string_view text, const std::string& name,
                                                const Vocabulary& vocabulary) {
  tl::expected<text::SourceFile, std::string> source =
      text::source_from_bytes(name, std::string(text));
  if (!source) return tl::unexpected(one_error(name, fmt::format("{}.", source.error())));

  Problems problems(name);
  std::optional<YamlNode> tree = read_yaml(source->contents, problems);
  if (!tree) return tl::unexpected(problems.take());

  Config config;
  ConfigErrors errors;
  ConfigReader reader(problems, vocabulary, ConfigReader::Extent::kConfig);
  config.preset = reader.preset(*tree).value_or(std::string(kDefaultPreset));
  apply_preset(config.preset, vocabulary, config, errors);
  reader.read(*tree, config);
  for (ConfigError& error : problems.take()) errors.push_back(std::move(error));
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return config;
}

tl::expected<Config, ConfigErrors> default_config(const Vocabulary& vocabulary) {
  return parse_config("", "the defaults", vocabulary);
}

tl::expected<Config, ConfigErrors> load_config(const std::filesystem::path& file,
                                               const Vocabulary& vocabulary) {
  tl::expected<std::string, ConfigErrors> text = read_text(file);
  if (!text) return tl::unexpected(std::move(text.error()));
  tl::expected<Config, ConfigErrors> config =
      parse_config(*text, file.generic_string(), vocabulary);
  if (config) config->file = file;
  return config;
}

}  // namespace unwedge::config
