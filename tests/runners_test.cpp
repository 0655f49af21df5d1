// What unwedge makes of the files of each migration tool. fixtures/runners/ has a small repository
// for each; `expected` in it says how every file is recognised, which transaction every statement
// runs in and whether the server takes it. With UNWEDGE_UPDATE_EXPECTED=1 in the environment these
// are written anew. The markers that the profiles name are tried one by one.

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>

#include "lint/explanation.h"
#include "linting.h"
#include "migration/detection.h"
#include "migration/pattern.h"
#include "migration/runner.h"
#include "migration/sections.h"
#include "migration/surroundings.h"
#include "migration/variants.h"
#include "text/source_file.h"
#include "unwedge/effects.h"
#include "unwedge/session.h"

namespace unwedge {
namespace {

namespace fs = std::filesystem;
using migration::RunnerProfile;
using migration::SectionKind;

/// Whatever one writes, these run a file in one transaction and as one message.
const std::set<std::string> kWithoutWayOut{"hasura", "node-pg-migrate", "refinery"};

std::vector<fs::path> fixture_folders() {
  return linting::folders_in(linting::in_repository("fixtures/runners"));
}

std::vector<fs::path> sql_files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() == ".sql") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// Every file of a fixture, explained as if the folder were a repository.
std::vector<lint::Explanation> explain_folder(const fs::path& folder) {
  migration::Surroundings surroundings(folder);
  lint::Options options = linting::default_options();
  options.detector =
      std::make_shared<migration::Detector>(migration::builtin_runners(), surroundings);
  std::vector<lint::Explanation> explained;
  for (const fs::path& place : sql_files_below(folder)) {
    auto file = text::source_from_bytes(place.lexically_relative(folder).generic_string(),
                                        linting::read_file(place));
    REQUIRE(file.has_value());
    file->place = place;
    schema::Catalog catalog;
    explained.push_back(lint::explain_file(*file, options, catalog));
  }
  return explained;
}

std::string_view in_words(migration::Direction direction) {
  switch (direction) {
    case migration::Direction::kUp: return "up";
    case migration::Direction::kDown: return "down";
    case migration::Direction::kVerify: return "verify";
  }
  return "";
}

std::string in_words(const TransactionState& transaction) {
  switch (transaction.kind) {
    case TransactionKind::kNone: return "alone";
    case TransactionKind::kExplicit: return fmt::format("BEGIN {}", transaction.number);
    case TransactionKind::kRunner: return fmt::format("runner {}", transaction.number);
    case TransactionKind::kImplicit: return fmt::format("implicit {}", transaction.number);
    case TransactionKind::kPipeline:
      return fmt::format("pipeline {}{}", transaction.number,
                         transaction.pipeline_start ? ", first" : "");
    case TransactionKind::kAssumed: return fmt::format("assumed {}", transaction.number);
    case TransactionKind::kDo: return "do";
  }
  return "";
}

std::string in_words(const std::optional<Refusal>& refusal) {
  if (!refusal) return "runs";
  if (refusal->under.empty()) return fmt::format("refused {}", refusal->sqlstate);
  return fmt::format("refused {} under {}", refusal->sqlstate, fmt::join(refusal->under, ", "));
}

/// The beginning of a statement, on one line.
std::string beginning(std::string_view sql) {
  constexpr std::size_t kMost = 48;
  std::string words;
  for (const char c : sql.substr(0, kMost)) words += c == '\n' || c == '\r' ? ' ' : c;
  return sql.size() > kMost ? words + " ..." : words;
}

std::string render(const lint::ExplainedSection& section) {
  std::string text = fmt::format("  {}", in_words(section.direction));
  if (!section.name.empty()) text += fmt::format(" {}", section.name);
  text += fmt::format(": {}", migration::to_string(section.mode));
  if (section.opted_out) text += ", opted out";
  if (section.refused_by_runner) text += ", refused by the runner";
  text += '\n';
  for (const lint::ExplainedStep& step : section.steps) {
    text += fmt::format("    message {}, {}: {}\n        {}\n", step.message,
                        in_words(step.transaction), in_words(step.refusal), beginning(step.sql));
  }
  return text;
}

std::string render(const std::vector<lint::Explanation>& files) {
  std::string text;
  for (const lint::Explanation& file : files) {
    text += fmt::format("{}{}\n  {}, by {}\n", text.empty() ? "" : "\n", file.path, file.runner,
                        file.recognised_by);
    if (!file.candidates.empty()) {
      text += fmt::format("  it may be {}\n", fmt::join(file.candidates, ", "));
    }
    for (const lint::ExplainedSection& section : file.sections) text += render(section);
  }
  return text;
}

bool must_be_outside(const lint::ExplainedStep& step) {
  std::string words = step.sql;
  std::transform(words.begin(), words.end(), words.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return words.find(" CONCURRENTLY ") != std::string::npos || words.starts_with("VACUUM");
}

struct Verdicts {
  std::size_t run = 0;      ///< statements that must not be in a transaction, and are in none
  std::size_t refused = 0;  ///< and those that the server, or the runner, does not take
};

Verdicts verdicts_of(const std::vector<lint::Explanation>& files) {
  Verdicts verdicts;
  for (const lint::Explanation& file : files) {
    for (const lint::ExplainedSection& section : file.sections) {
      for (const lint::ExplainedStep& step : section.steps) {
        if (!must_be_outside(step)) continue;
        ++(step.refusal || section.refused_by_runner ? verdicts.refused : verdicts.run);
      }
    }
  }
  return verdicts;
}

bool updates_expected() {
  const char* value = std::getenv("UNWEDGE_UPDATE_EXPECTED");  // NOLINT(concurrency-mt-unsafe)
  return value != nullptr && std::string_view(value) == "1";
}

TEST_CASE("runners: every profile has a fixture, and every fixture a profile", "[runners]") {
  std::set<std::string> folders;
  for (const fs::path& folder : fixture_folders()) folders.insert(folder.filename().string());
  std::set<std::string> names;
  for (const RunnerProfile& runner : migration::builtin_runners()) names.insert(runner.name);
  CHECK(folders == names);
}

TEST_CASE("runners: what becomes of their files", "[runners]") {
  for (const fs::path& folder : fixture_folders()) {
    INFO(folder.string());
    const std::string text = render(explain_folder(folder));
    const fs::path expected = folder / "expected";
    if (updates_expected()) std::ofstream(expected, std::ios::binary) << text;
    REQUIRE(fs::exists(expected));
    CHECK(text == linting::read_file(expected));
  }
}

TEST_CASE("runners: every file is recognised", "[runners]") {
  for (const fs::path& folder : fixture_folders()) {
    for (const lint::Explanation& file : explain_folder(folder)) {
      INFO(folder.string());
      INFO(file.path);
      CHECK(file.runner == folder.filename().string());
      CHECK_FALSE(file.recognised_by.empty());
    }
  }
}

TEST_CASE("runners: each takes and refuses statements that must not be in a transaction",
          "[runners]") {
  for (const fs::path& folder : fixture_folders()) {
    INFO(folder.string());
    const std::string name = folder.filename().string();
    const std::vector<lint::Explanation> files = explain_folder(folder);
    const Verdicts verdicts = verdicts_of(files);
    if (migration::find_runner(name)->sections.kind == SectionKind::kNone || files.empty()) {
      CHECK(verdicts.run + verdicts.refused == 0);
      continue;
    }
    CHECK((verdicts.run > 0) == !kWithoutWayOut.contains(name));
    CHECK(verdicts.refused > 0);
  }
}

TEST_CASE("runners: a dump of the schema is no migration", "[runners]") {
  const std::vector<lint::Explanation> files =
      explain_folder(linting::in_repository("fixtures/runners/schema-dump"));
  REQUIRE_FALSE(files.empty());
  for (const lint::Explanation& file : files) CHECK(file.sections.empty());
}

// The markers themselves.

/// A file that has a marker as its first line, at a path that every runner's files may have.
struct Marked {
  std::string path = "migrations/current.sql";
  std::string text;

  explicit Marked(std::string_view marker) : text(fmt::format("{}\n\nSELECT 1;\n", marker)) {}
};

std::vector<migration::Section> resolved(const RunnerProfile& runner, std::string_view path,
                                         std::string_view text) {
  std::vector<migration::Section> sections = migration::sections_of(path, text, runner);
  migration::resolve_variants({.path = path, .text = text}, runner, sections);
  return sections;
}

bool is_opted_out(const RunnerProfile& runner, std::string_view path, std::string_view text) {
  const std::vector<migration::Section> sections = resolved(runner, path, text);
  return std::any_of(sections.begin(), sections.end(),
                     [](const migration::Section& section) { return section.opted_out; });
}

/// Why the file's first near miss has no effect; "" where there is none.
std::string why_ignored(const RunnerProfile& runner, std::string_view path, std::string_view text) {
  const std::vector<migration::IgnoredLine> ignored =
      migration::ignored_opt_outs(text, runner, resolved(runner, path, text));
  return ignored.empty() ? "" : std::string(ignored.front().why);
}

/// Whether the runner's opt-out is a line of the migration itself.
bool has_marker(const RunnerProfile& runner) {
  return runner.transaction.way_out.line.starts_with("--");
}

bool opts_out(const migration::Variant& variant, std::string_view line) {
  if (migration::opens_transaction(variant.mode)) return false;
  const std::string path = fmt::format("migrations/20250101000000000001_x{}up.sql", line);
  return migration::matches_part(line, variant.when.file.matches) ||
         migration::matches_part(path, variant.when.path);
}

TEST_CASE("runners: the way out that messages name is one", "[runners]") {
  for (const RunnerProfile& runner : migration::builtin_runners()) {
    const std::string& line = runner.transaction.way_out.line;
    if (line.empty() || runner.name == "bun") continue;
    INFO(runner.name);
    if (runner.name == "liquibase") {
      const Marked file("--liquibase formatted sql\n--changeset rita:1 " + line);
      CHECK(is_opted_out(runner, file.path, file.text));
    } else if (has_marker(runner)) {
      const Marked file(line);
      CHECK(is_opted_out(runner, file.path, file.text));
      CHECK(why_ignored(runner, file.path, file.text).empty());
      const std::string& down = runner.transaction.way_out.down_line;
      CHECK((down.empty() || is_opted_out(runner, file.path, Marked(down).text)));
    } else {
      const std::vector<migration::Variant>& variants = runner.transaction.variants;
      CHECK(std::any_of(variants.begin(), variants.end(),
                        [&line](const auto& variant) { return opts_out(variant, line); }));
    }
  }
}

TEST_CASE("runners: a file with .tx in its name has a transaction under bun", "[runners]") {
  const RunnerProfile& bun = *migration::find_runner("bun");
  const auto mode = [&bun](std::string_view path) {
    return resolved(bun, path, "SELECT 1;").front().mode;
  };
  CHECK(mode("migrations/1_x.up.sql") == migration::Mode::kAutocommitPerChunk);
  CHECK(mode("migrations/1_x.tx.up.sql") == migration::Mode::kTransactionPerFile);
}

TEST_CASE("runners: another tool's marker has no effect", "[runners]") {
  for (const RunnerProfile& runner : migration::builtin_runners()) {
    if (runner.transaction.ignored_opt_outs.empty()) continue;
    for (const RunnerProfile& other : migration::builtin_runners()) {
      if (&other == &runner || !has_marker(other) || other.name == "bytebase") continue;
      INFO(runner.name);
      INFO(other.transaction.way_out.line);
      const Marked file(other.transaction.way_out.line);
      CHECK_FALSE(is_opted_out(runner, file.path, file.text));
      CHECK_FALSE(why_ignored(runner, file.path, file.text).empty());
    }
  }
}

/// Files that look as if they opted out and do not, from the tools' sources.
struct NearMiss {
  std::string_view runner;
  std::string_view text;
};

const std::vector<NearMiss> kNearMisses{
    {"atlas", "-- atlas:txmode none\nVACUUM;\n"},
    {"atlas", "-- atlas:txmode none\r\n\r\nVACUUM;\r\n"},
    {"atlas", "\n-- atlas:txmode none\n\nVACUUM;\n"},
    {"atlas", "SELECT 1;\n-- atlas:txmode none\n\nVACUUM;\n"},
    {"bytebase", "SELECT 1;\n-- txn-mode = off\nVACUUM;\n"},
    {"bytebase", "-- txn-mode: off\nVACUUM;\n"},
    {"dbmate", "-- migrate:up transaction : false\nVACUUM;\n"},
    {"dbmate", "-- migrate:up Transaction:false\nVACUUM;\n"},
    {"dbmate", "-- migrate:up transaction=false\nVACUUM;\n"},
    {"dbmate", "-- migrate:up\n-- transaction:false\nVACUUM;\n"},
    {"diesel", "-- run_in_transaction = false\nVACUUM;\n"},
    {"flyway", "-- flyway.executeInTransaction=false\nVACUUM;\n"},
    {"goose", "-- +goose Up\n-- +goose NO_TRANSACTION\nVACUUM;\n"},
    {"goose", "-- +goose NO  TRANSACTION\n-- +goose Up\nVACUUM;\n"},
    {"goose", "-- goose NO TRANSACTION\n-- +goose Up\nVACUUM;\n"},
    {"goose", " -- +goose NO TRANSACTION\n-- +goose Up\nVACUUM;\n"},
    {"graphile-migrate", "-- a comment\n--! no-transaction\nvacuum;\n"},
    {"graphile-migrate", "--! Hash: sha1:22\n\nselect 1;\n--! no-transaction\n"},
    {"graphile-migrate", "-- no-transaction\nvacuum;\n"},
    {"liquibase",
     "--liquibase formatted sql\n--changeset rita:1 runInTransaction=false\nVACUUM;\n"},
    {"liquibase",
     "--liquibase formatted sql\n--changeset rita:1\n--runInTransaction:false\nVACUUM;\n"},
    {"mybatis", "-- auto_commit=true\nVACUUM;\n"},
    {"node-pg-migrate", "-- Up Migration\n-- pgm.noTransaction()\nVACUUM;\n"},
    {"nomad", "-- transaction = no\nVACUUM;\n"},
    {"postgres-migrations", "--postgres-migrations disable-transaction\nVACUUM;\n"},
    {"postgres-migrations", "-- Postgres-Migrations disable-transaction\nVACUUM;\n"},
    {"postgres-migrations", "-- postgres-migrations  disable-transaction\nVACUUM;\n"},
    {"sql-migrate", "--+migrate Up notransaction\nVACUUM;\n"},
    {"sql-migrate", "-- +migrate Up no-transaction\nVACUUM;\n"},
    {"sql-migrate", "-- +migrate Up noTransaction\nVACUUM;\n"},
    {"sql-migrate", "-- +migrate Up\n-- notransaction\nVACUUM;\n"},
    {"sqlx", "\n-- no-transaction\nVACUUM;\n"},
    {"sqlx", "-- Index it.\n-- no-transaction\nVACUUM;\n"},
    {"sqlx", "--no-transaction\nVACUUM;\n"},
    {"sqlx", "-- No-Transaction\nVACUUM;\n"},
    {"sqlx", "-- no_transaction\nVACUUM;\n"},
    {"tern", "---- tern: disable-tx ----\r\nVACUUM;\r\n"},
    {"tern", " ---- tern: disable-tx ----\nVACUUM;\n"},
    {"tern", "-- tern: disable-tx\nVACUUM;\n"},
    {"yoyo", "SELECT 1;\n-- transactional: false\nVACUUM;\n"},
    {"yoyo", "-- transactional = false\nVACUUM;\n"},
    {"yoyo", "-- Transactional: false\nVACUUM;\n"},
};

TEST_CASE("runners: what looks like an opt-out and is none", "[runners]") {
  for (const NearMiss& near_miss : kNearMisses) {
    INFO(near_miss.runner);
    INFO(near_miss.text);
    const RunnerProfile& runner = *migration::find_runner(near_miss.runner);
    const std::string path = "migrations/current.sql";
    CHECK_FALSE(is_opted_out(runner, path, near_miss.text));
    CHECK_FALSE(why_ignored(runner, path, near_miss.text).empty());
    CHECK(why_ignored(runner, path, near_miss.text).find("another tool") == std::string::npos);
  }
}

TEST_CASE("runners: comments that speak of transactions are no near misses", "[runners]") {
  constexpr std::string_view kText =
      "-- This needs no transaction, for it is one statement.\n"
      "-- Takes a lock outside of the transaction that is open.\n"
      "SELECT 1;\n";
  for (const RunnerProfile& runner : migration::builtin_runners()) {
    INFO(runner.name);
    CHECK(why_ignored(runner, "migrations/current.sql", kText).empty());
  }
}

}  // namespace
}  // namespace unwedge
