// When does SET NOT NULL skip its scan? Only when a valid CHECK proves that there is nothing to
// find, and what proves it is decided by a theorem prover of few abilities. unwedge's own has fewer
// still: it may predict a scan that the server does without, but never the other way round.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_message.hpp>
#include <catch2/catch_test_macros.hpp>

#include "migration/messages.h"
#include "migration/runner.h"
#include "migration/sections.h"
#include "postgres/each_server.h"
#include "postgres/observe.h"
#include "sql/script.h"
#include "timeline/walk.h"

namespace unwedge::postgres {
namespace {

constexpr int kFirstWithProof = 12;

constexpr std::string_view kTable =
    "CREATE TABLE t (id int PRIMARY KEY, c int, d int, b boolean, s text, \"C\" int);"
    "INSERT INTO t SELECT g, g, g, true, 's' || g, g FROM generate_series(1, 200) g;";

struct Case {
  /// The constraint behind ADD: "CHECK (c IS NOT NULL)"; or statements with a semicolon.
  std::string_view constraint;
  std::string_view column = "c";
  /// The server sees a proof where unwedge sees none.
  bool only_the_server_sees = false;
  int first_major = 11;
};

constexpr std::array kCases{
    // The plain ones.
    Case{"CHECK (c IS NOT NULL)"},
    Case{"CHECK (t.c IS NOT NULL)"},
    Case{"CHECK (c NOTNULL)"},
    Case{"CHECK (NOT c IS NULL)"},
    Case{"CHECK (NOT (c ISNULL))"},
    Case{"CHECK (NOT NOT c IS NOT NULL)", "c", true},
    Case{"CHECK (c IS NOT NULL) NO INHERIT"},
    Case{"CHECK (d IS NOT NULL)"},
    Case{"CHECK (\"C\" IS NOT NULL)"},
    Case{"CHECK (\"C\" IS NOT NULL)", "\"C\""},
    Case{"CHECK (c IS NOT NULL)", "\"C\""},
    // AND, OR, NOT.
    Case{"CHECK (c IS NOT NULL AND d > 0)"},
    Case{"CHECK (d > 0 AND (c > 0 AND c IS NOT NULL))"},
    Case{"CHECK (true AND c IS NOT NULL)"},
    Case{"CHECK (c IS NOT NULL OR d IS NOT NULL)"},
    Case{"CHECK (c IS NOT NULL OR c IS NOT NULL)"},
    Case{"CHECK ((c IS NOT NULL AND d > 0) OR (d < 0 AND c IS NOT NULL))"},
    Case{"CHECK ((c IS NOT NULL AND d > 0) OR d > 5 OR c = 1)"},
    Case{"CHECK (c IS NOT NULL OR c > 0)"},
    Case{"CHECK (false OR c IS NOT NULL)", "c", true},
    Case{"CHECK (true OR c IS NOT NULL)"},
    Case{"CHECK (NOT (c IS NULL OR d IS NULL))", "c", true},
    Case{"CHECK (NOT (c IS NULL AND d IS NULL))"},
    // Rows and arrays.
    Case{"CHECK (ROW(c, d) IS NOT NULL)"},
    Case{"CHECK ((d, c) IS NOT NULL)"},
    Case{"CHECK (NOT (ROW(c, d) IS NULL))"},
    Case{"CHECK (NOT (ROW(c) IS NULL))", "c", true},
    Case{"CHECK (ROW(ROW(c, d), d) IS NOT NULL)"},
    Case{"CHECK (ARRAY[c, d] IS NOT NULL)"},
    Case{"CHECK (t IS NOT NULL)"},
    // Other spellings.
    Case{"CHECK (c IS DISTINCT FROM NULL)"},
    Case{"CHECK (NULL IS DISTINCT FROM c)", "c", true},
    Case{"CHECK (NOT (c IS NOT DISTINCT FROM NULL))"},
    Case{"CHECK (c IS DISTINCT FROM 0)"},
    Case{"CHECK ((c IS NOT NULL) = true)", "c", true},
    Case{"CHECK ((c IS NULL) = false)", "c", true},
    Case{"CHECK ((c IS NOT NULL) IS TRUE)"},
    Case{"CHECK ((c IS NOT NULL) IS NOT NULL)"},
    Case{"CHECK (CASE WHEN c IS NULL THEN false ELSE true END)"},
    Case{"CHECK (b)", "b"},
    Case{"CHECK (b IS TRUE)", "b"},
    Case{"CHECK (b IS NOT UNKNOWN)", "b"},
    // Comparisons and functions: NULL passes, or Postgres does not see that it cannot.
    Case{"CHECK (c > 0)"},
    Case{"CHECK (c = c)"},
    Case{"CHECK (c IN (1, 2, 3) OR c > 3)"},
    Case{"CHECK (abs(c) IS NOT NULL)"},
    Case{"CHECK (c + 1 IS NOT NULL)"},
    Case{"CHECK (coalesce(c, d) IS NOT NULL)"},
    Case{"CHECK (coalesce(c) IS NOT NULL)"},
    Case{"CHECK (coalesce(c, 0) > 0)"},
    Case{"CHECK (c::bigint IS NOT NULL)"},
    Case{"CHECK (c::int IS NOT NULL)", "c", true},
    Case{"CHECK (s COLLATE \"C\" IS NOT NULL)", "s"},
    Case{"CHECK (s::varchar IS NOT NULL)", "s"},
    Case{"CHECK (length(s) > 0 AND s IS NOT NULL AND s <> '')", "s"},
    // Constraints that do not hold for every row yet.
    Case{"CHECK (c IS NOT NULL) NOT VALID"},
    Case{"CONSTRAINT k CHECK (c IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT k"},
    Case{"CONSTRAINT k CHECK (c IS NOT NULL) NOT VALID; ALTER TABLE t RENAME CONSTRAINT k TO l;"
         "ALTER TABLE t VALIDATE CONSTRAINT l"},
    Case{"CHECK (c IS NOT NULL) NOT VALID; ALTER TABLE t ADD CHECK (c > 0)"},
    Case{"CHECK (c > 0); ALTER TABLE t ADD CHECK (c IS NOT NULL)"},
    Case{"CONSTRAINT k CHECK (c IS NOT NULL); ALTER TABLE t DROP CONSTRAINT k"},
    Case{"CHECK (c IS NOT NULL) NOT ENFORCED", "c", false, 18},
    Case{"CONSTRAINT k NOT NULL c NOT VALID", "c", false, 18},
    Case{"CONSTRAINT k NOT NULL c NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT k", "c", false, 18},
    Case{"CONSTRAINT k NOT NULL c", "c", false, 18},
    // What was proved is forgotten again.
    Case{"CONSTRAINT k CHECK (c IS NOT NULL AND d > 0); ALTER TABLE t DROP COLUMN d"},
    Case{"CHECK (c > 0) NOT VALID; ALTER TABLE t ADD CHECK (c IS NOT NULL) NOT VALID;"
         "ALTER TABLE t VALIDATE CONSTRAINT t_c_check"},
    Case{"CHECK (c > 0) NOT VALID; ALTER TABLE t ADD CHECK (c IS NOT NULL) NOT VALID;"
         "ALTER TABLE t VALIDATE CONSTRAINT t_c_check1"},
    Case{
        "CHECK (c IS NOT NULL); ALTER TABLE t ALTER c SET NOT NULL; ALTER TABLE t ALTER c DROP NOT "
        "NULL"},
    Case{"COLUMN e int NOT NULL DEFAULT 0; ALTER TABLE t ALTER e DROP NOT NULL", "e"},
    Case{"COLUMN e int NOT NULL DEFAULT 0; ALTER TABLE t DROP CONSTRAINT t_e_not_null", "e", false,
         18},
    Case{"CONSTRAINT k NOT NULL c; ALTER TABLE t DROP CONSTRAINT k", "c", false, 18},
    Case{"CONSTRAINT k NOT NULL c NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT k;"
         "ALTER TABLE t ALTER c DROP NOT NULL",
         "c", false, 18},
};

/// The last statement of `sql` as unwedge sees it, the others having run before it.
bool predicts_scan(const std::string& sql, int major) {
  const migration::RunnerProfile& psql = *migration::find_runner("psql");
  const migration::Section section = migration::sections_of("proof.sql", sql, psql).front();
  const sql::Script script = sql::parse_script(sql, section.region);
  const migration::Delivery delivery =
      migration::delivery_of(sql, section, psql, script.statements);
  const RunnerInfo runner{.name = psql.name, .known = true};
  const timeline::SectionRun run{.section = &section,
                                 .delivery = &delivery,
                                 .statements = &script.statements,
                                 .runner = &runner};
  schema::Catalog catalog;
  const timeline::Timeline timeline = timeline::walk(
      {&run, 1}, {.postgres = PgVersion{major}, .text = sql}, catalog, [](const Step& /*step*/) {});
  return std::ranges::any_of(timeline.steps.back().effects().work, [](const Work& work) {
    return work.kind == WorkKind::kScan && work.existing && work.certainty == Certainty::kCertain;
  });
}

TEST_CASE("SET NOT NULL skips its scan only where unwedge says so", "[postgres]") {
  Server& server = each_server();
  for (const Case& each : kCases) {
    if (server.major() < each.first_major) continue;
    const std::string proof = "ALTER TABLE t ADD " + std::string(each.constraint) + ";";
    const std::string statement =
        "ALTER TABLE t ALTER COLUMN " + std::string(each.column) + " SET NOT NULL";
    const Observation seen = observe(server, std::string(kTable) + proof, "", statement);
    INFO("PostgreSQL " << server.major() << ": " << proof << " " << statement);
    REQUIRE_FALSE(seen.error.has_value());
    const bool scans = seen.scanned.contains("public.t");
    const bool predicted = predicts_scan(proof + statement, server.major());
    if (scans) CHECK(predicted);
    if (server.major() < kFirstWithProof) CHECK(scans);
    const bool only_the_server_sees = !scans && predicted;
    CHECK(only_the_server_sees == (each.only_the_server_sees && server.major() >= kFirstWithProof));
  }
}

}  // namespace
}  // namespace unwedge::postgres
