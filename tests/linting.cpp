#include "linting.h"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "config/config.h"
#include "lint/engine.h"
#include "migration/runner.h"
#include "report/report.h"
#include "text/source_file.h"

namespace unwedge::linting {
namespace {

namespace fs = std::filesystem;

constexpr lint::Date kToday{.year = 2026, .month = 11, .day = 20};

config::Config config_of(tl::expected<config::Config, config::ConfigErrors> config) {
  if (!config) throw std::runtime_error(config.error().front().message);
  return std::move(*config);
}

lint::Options options_of(const config::Config& config) {
  lint::Options options;
  options.postgres = config.postgres;
  options.runner = config.runner;
  options.runners = config.runners;
  options.check_down = config.check_down;
  options.concurrent_runs = config.concurrent_runs;
  options.rules = config.rules;
  options.today = kToday;
  return options;
}

template <typename Keep>
std::vector<fs::path> entries(const fs::path& folder, Keep&& keep) {
  std::vector<fs::path> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (keep(entry)) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

config::Vocabulary vocabulary() { return {.runners = migration::builtin_runners()}; }

void count(const lint::ReportedFinding& finding, lint::Summary& summary) {
  if (finding.ack) {
    ++summary.acked;
    return;
  }
  switch (finding.severity) {
    case Severity::kError: ++summary.errors; break;
    case Severity::kWarning: ++summary.warnings; break;
    case Severity::kInfo: ++summary.infos; break;
  }
}

}  // namespace

fs::path in_repository(std::string_view path) { return fs::path(UNWEDGE_SOURCE_DIR) / path; }

std::string read_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::vector<fs::path> folders_in(const fs::path& folder) {
  return entries(folder, [](const fs::directory_entry& entry) { return entry.is_directory(); });
}

std::vector<fs::path> files_in(const fs::path& folder, std::string_view prefix,
                               std::string_view suffix) {
  return entries(folder, [&](const fs::directory_entry& entry) {
    const std::string name = entry.path().filename().string();
    return entry.is_regular_file() && name.starts_with(prefix) && name.ends_with(suffix);
  });
}

lint::Options default_options() {
  static const lint::Options options = options_of(config_of(config::default_config(vocabulary())));
  return options;
}

namespace {

/// The version in the name of a fixture for a later server: "good_virtual_pg18.sql".
int version_in(const std::string& name, int otherwise) {
  const std::size_t at = name.find("_pg18");
  return at == std::string::npos ? otherwise : 18;
}

lint::Options folder_options(const fs::path& file) {
  const fs::path place = file.parent_path() / "unwedge.yaml";
  if (!fs::exists(place)) return default_options();
  const config::Config config = config_of(config::load_config(place, vocabulary()));
  lint::Options options = options_of(config);
  const std::string name = file.filename().string();
  const auto files = std::find_if(
      config.migrations.begin(), config.migrations.end(),
      [&name](const config::MigrationFiles& each) { return each.files.matches(name); });
  if (files == config.migrations.end()) return options;
  if (!files->runner.empty()) options.runner = files->runner;
  options.mode = files->mode;
  return options;
}

}  // namespace

lint::Options options_for(const fs::path& file) {
  lint::Options options = folder_options(file);
  options.postgres.major = version_in(file.filename().string(), options.postgres.major);
  return options;
}

lint::FileResult lint_text(std::string_view sql, const lint::Options& options, std::string name) {
  tl::expected<text::SourceFile, std::string> file =
      text::source_from_bytes(std::move(name), std::string(sql));
  if (!file) throw std::runtime_error(file.error());
  return lint::lint_file(*file, options);
}

std::vector<std::string_view> rule_ids(const lint::FileResult& file) {
  std::vector<std::string_view> ids;
  for (const lint::ReportedFinding& finding : file.findings) {
    if (!finding.ack) ids.push_back(finding.rule->id);
  }
  return ids;
}

std::string text_report(const lint::Result& result) {
  return report::render(report::Format::kText, result,
                        {.version = "0.1.0", .grammar = "18.0", .show_acked = false});
}

std::string text_report(lint::FileResult file) {
  lint::Result result;
  result.summary.files = 1;
  for (const lint::ReportedFinding& finding : file.findings) count(finding, result.summary);
  result.files.push_back(std::move(file));
  return text_report(result);
}

}  // namespace unwedge::linting
