// The same way through unwedge's layers as lint_file() goes, but with the steps kept.

#include "postgres/fixture.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "lint/included_files.h"
#include "linting.h"
#include "text/line_index.h"

namespace unwedge::postgres {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRunByPsql = "run by psql";
constexpr int kOldestMajor = 11;

/// The comment lines that a file begins with.
std::string_view head_of(std::string_view text) {
  std::size_t end = 0;
  while (text.substr(end).starts_with("--")) {
    const std::size_t line = text.find('\n', end);
    if (line == std::string_view::npos) return text;
    end = line + 1;
  }
  return text.substr(0, end);
}

/// The number that follows `word` where `behind` follows the number; 0 if there is none.
int number_between(std::string_view text, std::string_view word, std::string_view behind) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at)) {
    at += word.size();
    int number = 0;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), number);
    const std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
    if (error == std::errc() && rest.starts_with(behind)) return number;
  }
  return 0;
}

int major_in_comments(const fs::path& file) {
  if (!fs::exists(file)) return 0;
  const std::string text = linting::read_file(file);
  return number_between(head_of(text), "Postgres ", " and later");
}

/// What the folder's config says; the file's head may name psql.
lint::Options options_for(const fs::path& file) {
  lint::Options options = linting::options_for(file);
  const std::string text = linting::read_file(file);
  if (head_of(text).find(kRunByPsql) != std::string_view::npos) options.runner = "psql";
  return options;
}

text::SourceFile source_of(std::string name, std::string text) {
  tl::expected<text::SourceFile, std::string> source =
      text::source_from_bytes(std::move(name), std::move(text));
  if (!source) throw std::runtime_error(source.error());
  return std::move(*source);
}

bool not_after(const text::Position& a, const text::Position& b) {
  return std::tie(a.line, a.column_bytes) <= std::tie(b.line, b.column_bytes);
}

void add(const Lock& lock, Effects& effects) {
  const auto held = std::ranges::find(effects.locks, lock.relation, &Lock::relation);
  if (held == effects.locks.end()) {
    effects.locks.push_back(lock);
  } else if (lock.mode > held->mode) {
    *held = lock;
  }
}

/// The effects of both; once a statement is refused, nothing more is done.
Effects together(Effects effects, const Effects& next) {
  if (effects.refusal || !effects.rejected_by_rows.empty()) return effects;
  for (const Lock& lock : next.locks) add(lock, effects);
  effects.work.insert(effects.work.end(), next.work.begin(), next.work.end());
  if (next.refusal) effects.refusal = next.refusal;
  effects.rejected_by_rows = next.rejected_by_rows;
  if (!next.not_followed.empty()) effects.not_followed = next.not_followed;
  return effects;
}

std::vector<Step> blocks_as_one(const std::vector<Step>& steps) {
  std::vector<Step> whole;
  for (const Step& step : steps) {
    if (step.block() == nullptr) {
      whole.push_back(step);
      continue;
    }
    const Step& block = whole.back();
    Effects next = step.effects();
    if (const auto* error = step.statement().get<SyntaxError>()) {
      next.refusal = Refusal{.sqlstate = "42601", .message = std::string(error->message)};
    }
    whole.back() = Step(block.statement(), block.sql(), together(block.effects(), next),
                        block.session(), block.schema(), block.postgres(), block.runner());
  }
  return whole;
}

}  // namespace

Fixture::Fixture(const fs::path& file, PgVersion version)
    : Fixture(file.filename().string(), linting::read_file(file), options_for(file), version) {}

Fixture::Fixture(std::string name, std::string text, PgVersion version)
    : Fixture(std::move(name), std::move(text), linting::default_options(), version) {}

Fixture::Fixture(std::string name, std::string text, lint::Options options, PgVersion version)
    : source_(source_of(std::move(name), std::move(text))) {
  options.postgres = version;
  result_ = linting::lint_text(source_.contents, options, source_.path);
  const lint::IncludedFiles files({.file = &source_, .options = &options});
  file_ = lint::analyse(files.parts(), 0, options);
  for (const migration::Direction direction :
       {migration::Direction::kUp, migration::Direction::kDown}) {
    if (!walk(file_, source_.contents, direction, version, runs_.emplace_back())) runs_.pop_back();
  }
}

bool walk(const lint::AnalysedFile& file, std::string_view text, migration::Direction direction,
          PgVersion version, FixtureRun& run) {
  const std::vector<timeline::SectionRun> sections = lint::runs_of(file, direction);
  if (sections.empty()) return false;
  run.direction = direction;
  run.timeline = timeline::walk(
      sections, {.postgres = version, .text = text, .known_refusals = &file.refusals}, run.catalog,
      [](const Step& /*step*/) {});
  run.steps = blocks_as_one(run.timeline.steps);
  const std::span<const Step> steps = run.steps;
  std::size_t first = 0;
  for (const lint::AnalysedSection& section : file.sections) {
    if (section.section.direction != direction) continue;
    run.sections.push_back(&section);
    for (const migration::Message& message : section.delivery.messages) {
      run.messages.push_back({.section = &section,
                              .message = &message,
                              .steps = steps.subspan(first, message.size())});
      first += message.size();
    }
  }
  return true;
}

bool Fixture::is_in(const text::Region& place, const Step& step) const {
  const text::Region statement = text::LineIndex(source_.contents).region(step.span());
  return not_after(statement.start, place.start) && not_after(place.end, statement.end);
}

int first_major(const fs::path& file) {
  const int in_name = number_between(file.filename().string(), "_pg", ".sql");
  return std::max({kOldestMajor, in_name, major_in_comments(file),
                   major_in_comments(file.parent_path() / "setup.sql")});
}

std::string setup_sql(const FixtureFile& fixture) {
  const fs::path& file = fixture.before.front();
  return fs::exists(file) ? linting::read_file(file) + "\n" : "";
}

std::vector<FixtureFile> fixture_files() {
  std::vector<FixtureFile> files;
  for (const fs::path& folder : linting::folders_in(linting::in_repository("fixtures/rules"))) {
    for (const std::string_view prefix : {"good", "bad"}) {
      for (const fs::path& file : linting::files_in(folder, prefix, ".sql")) {
        files.push_back({.file = file,
                         .rule = folder.filename().string(),
                         .is_good = prefix == "good",
                         .before = {folder / "setup.sql"}});
      }
    }
  }
  for (const fs::path& folder : linting::folders_in(linting::in_repository("fixtures/incidents"))) {
    std::vector<fs::path> before = {folder / "setup.sql"};
    for (const fs::path& file : linting::files_in(folder, "bad", ".sql")) {
      files.push_back({.file = file, .rule = {}, .is_good = false, .before = before});
    }
    for (const fs::path& file : linting::files_in(folder, "good", ".sql")) {
      files.push_back({.file = file, .rule = {}, .is_good = true, .before = before});
      before.push_back(file);
    }
  }
  return files;
}

}  // namespace unwedge::postgres
