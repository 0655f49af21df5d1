// A fixture as unwedge sees it: its sections, messages, steps and findings for one major version of
// the server. Everything is made by unwedge's own code; what the server makes of it is compared
// elsewhere.

#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "lint/result.h"
#include "migration/messages.h"
#include "migration/runner.h"
#include "migration/sections.h"
#include "sql/script.h"
#include "timeline/walk.h"
#include "unwedge/schema.h"
#include "unwedge/session.h"
#include "unwedge/step.h"

namespace unwedge::postgres {

struct FixtureSection {
  migration::Section section;
  sql::Script script;
  std::vector<migration::Message> messages;
  schema::Catalog catalog;  ///< As it is at the end.
  timeline::Timeline timeline;

  [[nodiscard]] bool is_up() const { return section.direction == migration::Direction::kUp; }
};

class Fixture {
 public:
  Fixture(const std::filesystem::path& file, PgVersion version);
  /// A text that is no file.
  Fixture(std::string name, std::string text, PgVersion version);
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] const std::deque<FixtureSection>& sections() const { return sections_; }

  /// All findings, acknowledged ones included.
  [[nodiscard]] const std::vector<lint::ReportedFinding>& findings() const {
    return result_.findings;
  }

  /// Whether the place is in the step's statement.
  [[nodiscard]] bool is_in(const text::Region& place, const Step& step) const;

 private:
  std::string text_;
  RunnerInfo runner_;
  std::deque<FixtureSection> sections_;  // steps point into them
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

/// All in fixtures/rules and fixtures/incidents.
std::vector<FixtureFile> fixture_files();

}  // namespace unwedge::postgres
