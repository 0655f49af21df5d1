// fuzz_input SECONDS [SEED]: lints what it makes of the fixtures, and asks of every file that it is
// linted in bounded time, that all places lie in it, and that every report is valid. Best built
// with sanitizers: cmake --preset asan. The same seed gives the same files. The one in hand is kept
// in fuzz_input.sql, for what ends the program; one that fails a check, too, and the program ends.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "fuzz/mutation.h"
#include "lint/engine.h"
#include "lint/explanation.h"
#include "linting.h"
#include "migration/runner.h"
#include "report/report.h"
#include "sql/script.h"
#include "text/line_index.h"
#include "text/source_file.h"
#include "text/utf8.h"

namespace unwedge::fuzz {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::string_view kInHand = "fuzz_input.sql";
constexpr std::chrono::seconds kTooLong{20};

void require(bool holds, std::string_view what) {
  if (!holds) throw std::runtime_error(std::string(what));
}

void require_utf8(std::string_view text, std::string_view what) {
  require(text::valid_utf8_prefix(text) == text.size(), fmt::format("{} is not UTF-8", what));
}

std::vector<std::string> fixtures() {
  std::vector<std::string> texts;
  for (const auto& entry : fs::recursive_directory_iterator(linting::in_repository("fixtures"))) {
    if (entry.path().extension() == ".sql") texts.push_back(linting::read_file(entry.path()));
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

bool is_before(const text::Position& a, const text::Position& b) {
  return a.line < b.line || (a.line == b.line && a.column_bytes <= b.column_bytes);
}

void check_region(const text::Region& region, const text::LineIndex& index) {
  require(is_before({}, region.start), "a place is before the file");
  require(is_before(region.start, region.end), "a place ends before it begins");
  require(region.end.line <= index.line_count(), "a place is behind the file");
  require(region.end.column_bytes <= index.line(region.end.line).size() + 1,
          "a place is behind its line");
}

void check_statements(const text::SourceFile& file) {
  const auto size = static_cast<std::uint32_t>(file.contents.size());
  const sql::Script script = sql::parse_script(file.contents, {0, size});
  for (const Statement& statement : script.statements) {
    require(Span{0, size}.contains(statement.span), "a statement is outside the text");
    require(statement.span.begin <= statement.span.end, "a statement ends before it begins");
    require(Span{0, size}.contains(statement.keyword_span), "a keyword is outside the text");
  }
}

void check_reports(const lint::Result& result) {
  const report::RenderOptions options{.version = "0", .grammar = "18", .show_acked = true};
  for (const report::FormatInfo& format : report::formats()) {
    const std::string text = report::render(format.format, result, options);
    require_utf8(text, format.name);
    if (format.name == "json" || format.name == "sarif") {
      require(nlohmann::json::accept(text), fmt::format("{} is not JSON", format.name));
    }
  }
}

lint::Options random_options(Random& random) {
  lint::Options options = linting::default_options();
  const auto runners = migration::builtin_runners();
  if (below(random, 3) > 0) options.runner = runners[below(random, runners.size())].name;
  options.postgres = PgVersion{static_cast<int>(11 + below(random, 8))};
  options.check_down = below(random, 2) == 0;
  return options;
}

void check_file(const text::SourceFile& file, const lint::Options& options) {
  require_utf8(file.contents, "what was read");
  require(file.contents.find('\0') == std::string::npos, "a NUL was read");
  check_statements(file);

  lint::Result result;
  result.files.push_back(lint::lint_file(file, options));
  const text::LineIndex index(file.contents, file.elisions);
  for (const lint::ReportedFinding& finding : result.files.front().findings) {
    check_region(finding.region, index);
    for (const lint::ReportedRelated& related : finding.related) {
      if (related.path.empty()) check_region(related.region, index);
    }
  }
  check_reports(result);
  schema::Catalog catalog;
  for (const lint::ExplainedSection& section :
       lint::explain_file(file, options, catalog).sections) {
    for (const lint::ExplainedStep& step : section.steps) check_region(step.region, index);
  }
}

/// Both applied in one run, the second after the first.
void check_change_set(const text::SourceFile& first, const text::SourceFile& second,
                      const lint::Options& options) {
  lint::InputHistory history;
  for (const text::SourceFile* file : {&first, &second}) {
    history.files.push_back({.path = file->path,
                             .read = [file] { return *file; },
                             .options = &options,
                             .place = history.files.size()});
  }
  check_reports(lint::run({history}, 1));
}

void check(Random& random, const std::vector<std::string>& texts) {
  const std::string bytes = mutant(random, texts);
  const lint::Options options = random_options(random);
  std::ofstream(std::string(kInHand), std::ios::binary) << bytes;
  const auto start = Clock::now();
  const auto file = text::source_from_bytes("0001_a.sql", bytes);
  if (!file) {
    require(!file.error().empty(), "an error says nothing");
    require_utf8(file.error(), "an error");
    return;
  }
  check_file(*file, options);
  const auto second = text::source_from_bytes("0002_b.sql", texts[below(random, texts.size())]);
  if (second) check_change_set(*file, *second, options);
  require(Clock::now() - start < kTooLong, "it takes too long");
}

int run(std::chrono::seconds time, std::uint64_t seed) {
  const std::vector<std::string> texts = fixtures();
  const auto end = Clock::now() + time;
  std::uint64_t count = 0;
  for (; Clock::now() < end; ++count) {
    Random random(seed + count);
    try {
      check(random, texts);
    } catch (const std::exception& failure) {
      fmt::print(stderr, "fuzz_input: seed {}: {} (the file is {})\n", seed + count, failure.what(),
                 kInHand);
      return 1;
    }
  }
  fmt::print("fuzz_input: {} files, seeds {} to {}\n", count, seed, seed + count - 1);
  return count > 0 ? 0 : 1;
}

}  // namespace
}  // namespace unwedge::fuzz

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fputs("usage: fuzz_input SECONDS [SEED]\n", stderr);
    return 2;
  }
  try {
    const std::chrono::seconds time(std::stoll(argv[1]));
    const std::uint64_t seed =
        argc > 2 ? std::stoull(argv[2])
                 : static_cast<std::uint64_t>(
                       std::chrono::system_clock::now().time_since_epoch().count());
    return unwedge::fuzz::run(time, seed);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "fuzz_input: %s\n", failure.what());
    return 2;
  }
}
