// A fixture as unwedge sees it: its sections, messages, steps and findings for one major version of
// the server. Everything is made by unwedge's own code; what the server makes of it is compared
// elsewhere.

#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lint/analysis.h"
#include "lint/options.h"
#include "lint/result.h"
#include "migration/sections.h"
#include "text/source_file.h"
#include "timeline/walk.h"
#include "unwedge/schema.h"
#include "unwedge/session.h"
#include "unwedge/step.h"

namespace unwedge::postgres {

/// What the runner sends in one go, with its steps.
struct SentMessage {
  const lint::AnalysedSection* section = nullptr;
  const migration::Message* message = nullptr;
  std::span<const Step> steps;
};

/// What the runner runs of a file for one direction.
struct FixtureRun {
  migration::Direction direction = migration::Direction::kUp;
  std::vector<const lint::AnalysedSection*> sections;
  schema::Catalog catalog;  ///< As it is at the end.
  timeline::Timeline timeline;
  /// Those of the timeline; the server runs a DO block as one, so what it does is one step's.
  std::vector<Step> steps;
  std::vector<SentMessage> messages;  ///< Those of all sections, in the order of the steps.

  [[nodiscard]] bool is_up() const { return direction == migration::Direction::kUp; }
};

/// Walks the sections of one direction from the schema that is in `run`; false if there are none.
/// What is given and the run stay where they are.
bool walk(const lint::AnalysedFile& file, std::string_view text, migration::Direction direction,
          PgVersion version, FixtureRun& run);

class Fixture {
 public:
  Fixture(const std::filesystem::path& file, PgVersion version);
  /// A text that is no file.
  Fixture(std::string name, std::string text, PgVersion version);
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  [[nodiscard]] std::string_view text() const { return source_.contents; }
  /// The up direction first.
  [[nodiscard]] const std::deque<FixtureRun>& runs() const { return runs_; }

  /// All findings, acknowledged ones included.
  [[nodiscard]] const std::vector<lint::ReportedFinding>& findings() const {
    return result_.findings;
  }

  /// Whether the place is in the step's statement.
  [[nodiscard]] bool is_in(const text::Region& place, const Step& step) const;

 private:
  Fixture(std::string name, std::string text, lint::Options options, PgVersion version);
  text::SourceFile source_;
  lint::AnalysedFile file_;
  std::deque<FixtureRun> runs_;  // steps point into them
  lint::FileResult result_;
};

/// The first major version that runs the file: what its name says ("good_virtual_pg18.sql"), or the
/// comments at the head of it and of the setup.sql beside it ("Postgres 15 and later").
int first_major(const std::filesystem::path& file);

/// The file with what must have run before it.
struct FixtureFile {
  std::filesystem::path file;
  std::string rule;  ///< The rule of its folder; empty for an incident.
  bool is_good = false;
  /// To run before it, in this order: setup.sql, and in an incident's folder the good files that
  /// are deployed before this one.
  std::vector<std::filesystem::path> before;
};

/// The SQL of the setup.sql; empty where there is none.
std::string setup_sql(const FixtureFile& fixture);

/// All in fixtures/rules and fixtures/incidents.
std::vector<FixtureFile> fixture_files();

}  // namespace unwedge::postgres
