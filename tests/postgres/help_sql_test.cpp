// The SQL in help texts is there to be pasted. So it is run: where the finding is, in place of the
// statement that was reported, statement by statement and without a transaction. None may fail, and
// none may do to a table what the finding warns of.

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_message.hpp>
#include <catch2/catch_test_macros.hpp>

#include "linting.h"
#include "postgres/each_server.h"
#include "postgres/fixture.h"
#include "postgres/fixture_run.h"
#include "postgres/observe.h"
#include "postgres/script.h"
#include "postgres/split.h"

namespace unwedge::postgres {
namespace {

/// Its help is to be run after the statement, not in its place.
constexpr std::string_view kAfterStatement = "unindexed-foreign-key";
constexpr std::string_view kForEachPartition = "-- for each partition:\n";
constexpr std::string_view kForTheParent = "-- when every partition has it:\n";

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

/// The lines behind the first one, which is prose.
std::string sql_in(const std::string& help) {
  const std::size_t prose = help.find('\n');
  return prose == std::string::npos ? "" : help.substr(prose + 1);
}

std::vector<std::string> column_of_rows(Connection& session, const std::string& query) {
  std::vector<std::string> values;
  for (const Row& row : session.query(query)) values.push_back(row.front());
  return values;
}

/// The SQL with what the reader has to fill in, for a session in the state where it is to be run.
class Placeholders {
 public:
  Placeholders(Server& server, const std::string& setup)
      : database_(server.fresh_database()), session_(prepared_session(database_, setup)) {}

  std::string filled(std::string sql) {
    fill_partitions(sql);
    fill_assignment(sql);
    replace_all(sql, "WHERE …", "WHERE true");
    return sql;
  }

 private:
  /// The lines for one partition, for each one.
  void fill_partitions(std::string& sql) {
    const std::size_t begin = sql.find(kForEachPartition);
    if (begin == std::string::npos) return;
    session_.query(sql.substr(0, begin));
    const std::size_t end = std::min(sql.find(kForTheParent), sql.size());
    const std::size_t lines = begin + kForEachPartition.size();
    const std::string parent = end == sql.size() ? table_with_index() : table_altered(sql, end);
    sql.replace(begin, end - begin, for_each_partition(parent, sql.substr(lines, end - lines)));
  }

  std::string table_with_index() {
    const auto tables =
        column_of_rows(session_,
                       "select indrelid from pg_index join pg_class on pg_class.oid = indexrelid "
                       "where relkind = 'I' and pg_class.oid >= 16384");
    REQUIRE(tables.size() == 1);
    return tables.front();
  }

  /// The table that the ALTER TABLE behind kForTheParent is of.
  static std::string table_altered(const std::string& sql, std::size_t at) {
    constexpr std::string_view kAlterTable = "ALTER TABLE ";
    const std::size_t table = at + kForTheParent.size() + kAlterTable.size();
    return quote_literal(sql.substr(table, sql.find(" ADD ", table) - table)) + "::regclass";
  }

  std::string for_each_partition(const std::string& parent, const std::string& lines) {
    const auto indexes = column_of_rows(
        session_, "select quote_ident(relname) from pg_class where relkind = 'I' and oid >= 16384");
    std::string all;
    for (const std::string& partition : column_of_rows(
             session_, "with recursive tree (relid) as (select " + parent +
                           "::oid"
                           "  union all select inhrelid from pg_inherits join tree"
                           "  on inhparent = relid) "
                           "select relid::regclass from tree join pg_class on oid = relid "
                           "where relkind = 'r'")) {
      std::string block = lines;
      replace_all(block, "name_for_the_partition", "idx_on_" + partition);
      if (!indexes.empty()) replace_all(block, "name_of_the_index", indexes.front());
      replace_all(block, "ON partition", "ON " + partition);
      replace_all(block, "TABLE partition", "TABLE " + partition);
      all += block + "\n";
    }
    return all;
  }

  /// SET … becomes one that changes nothing.
  void fill_assignment(std::string& sql) {
    constexpr std::string_view kUpdate = "UPDATE ";
    const std::size_t set = sql.find(" SET …");
    if (set == std::string::npos) return;
    const std::string table = sql.substr(kUpdate.size(), set - kUpdate.size());
    const auto columns = column_of_rows(
        session_, "select quote_ident(attname) from pg_attribute where attnum > 0 and attrelid = " +
                      quote_literal(table) + "::regclass order by attnum");
    REQUIRE_FALSE(columns.empty());
    replace_all(sql, " SET …", " SET " + columns.front() + " = " + columns.front());
  }

  Database database_;
  Connection session_;
};

/// What others would have to wait for while it takes long. Nobody waits for the tables that the
/// help itself has created.
std::optional<std::string> harm(const Observation& seen, const std::set<std::string>& created) {
  const auto mode = [&seen](const std::string& table) {
    const auto lock = seen.locks.find(table);
    if (lock == seen.locks.end()) return LockMode::kAccessShare;
    // Nobody writes to a materialized view.
    const bool only_read = lock->second.kind == 'm';
    const bool hurts = !only_read || lock->second.mode == LockMode::kAccessExclusive;
    return hurts ? lock->second.mode : LockMode::kAccessShare;
  };
  if (!seen.rewritten.empty()) return "rewrites " + *seen.rewritten.begin();
  for (const std::string& table : seen.scanned) {
    if (created.contains(table)) continue;
    if (mode(table) >= LockMode::kShare) return "scans " + table + " under a blocking lock";
  }
  for (const auto& [index, table] : seen.index_builds) {
    if (created.contains(table)) continue;
    if (mode(table) >= LockMode::kShare) return "builds " + index + " under a blocking lock";
  }
  return std::nullopt;
}

/// Returns how many statements were run.
std::size_t check_help(Server& server, const std::string& setup, const std::string& help,
                       bool of_new_table = false) {
  const std::string sql = Placeholders(server, setup).filled(sql_in(help));
  INFO(sql);
  CHECK(sql.find("…") == std::string::npos);
  std::string before = setup;
  std::set<std::string> created;
  const std::vector<std::string> statements = split_statements(sql);
  for (const std::string& statement : statements) {
    INFO(statement);
    const Observation seen = observe(server, before, "", statement);
    INFO("the server says: " << (seen.error ? to_string(*seen.error) : "nothing"));
    CHECK_FALSE(seen.error.has_value());
    if (seen.error) break;
    // Before 12 nothing spares a primary key the look for nulls.
    const bool unavoidable =
        server.major() < 12 && statement.find("PRIMARY KEY USING INDEX") != std::string::npos;
    if (!unavoidable && !of_new_table) CHECK(harm(seen, created).value_or("") == "");
    created.insert(seen.created.begin(), seen.created.end());
    before += statement + "\n;\n";
  }
  return statements.size();
}

/// For each finding in up sections: its help, and the state in which it is read.
std::size_t check_findings(Server& server, const Fixture& fixture, const std::string& setup) {
  std::size_t statements = 0;
  for (const lint::ReportedFinding& finding : fixture.findings()) {
    for (const FixtureRun& run : fixture.runs()) {
      if (!run.is_up()) continue;
      for (const Step& step : run.steps) {
        if (!fixture.is_in(finding.region, step)) continue;
        // What stands for a placeholder, or in place of a variable's value, is the reader's to
        // know.
        if (step.statement().has_placeholder || !step.effects().not_followed.empty()) continue;
        INFO(finding.message);
        std::string before = setup + transcript_before(run, step);
        const bool after = finding.rule->id == kAfterStatement;
        if (after) before.append(step.sql()).append("\n;\n");
        const bool of_new_table = after && finding.help.find("CONCURRENTLY") == std::string::npos;
        statements += check_help(server, before, finding.help, of_new_table);
      }
    }
  }
  return statements;
}

TEST_CASE("the SQL in the help of each fixture's findings works", "[postgres]") {
  Server& server = each_server();
  std::size_t statements = 0;
  for (const FixtureFile& file : fixture_files()) {
    // The acknowledged findings are the same as those of the other rules' fixtures.
    if (file.is_good || file.rule.starts_with("ack-")) continue;
    if (server.major() < first_major(file.file)) continue;
    INFO("PostgreSQL " << server.major() << ", " << file.file.string());
    const Fixture fixture(file.file, PgVersion{server.major()});
    statements += check_findings(server, fixture, setup_sql(file));
  }
  CHECK(statements > 50);
}

// ---------------------------------------------------------------------------------------------
// Shapes that no fixture has

struct Shape {
  std::string_view setup;
  std::string_view migration;
  int first_major = 11;
};

constexpr std::string_view kTable =
    "CREATE SCHEMA \"My App\"; CREATE TABLE \"My App\".\"Order Lines\" (id int, \"select\" int, a "
    "text);"
    "INSERT INTO \"My App\".\"Order Lines\" SELECT g, g, g FROM generate_series(1, 200) g;"
    "CREATE TABLE t (id int, a int, b text);"
    "INSERT INTO t SELECT g, g, g FROM generate_series(1, 200) g;";

constexpr std::string_view kPartitionedTable =
    "CREATE TABLE m (a int, d date) PARTITION BY RANGE (d);"
    "CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');";

constexpr std::array kShapes{
    Shape{kTable,
          "CREATE INDEX i\n  -- for the report\n  ON t\n    USING btree\n    (a,\n     b)\n  WHERE "
          "a > 0;"},
    Shape{kTable, "create   unique\tindex /* new */ if not exists\n  i on public.t (a);"},
    Shape{
        kTable,
        "CREATE INDEX IF NOT EXISTS i ON ONLY t (a); CREATE INDEX IF/**/NOT/**/EXISTS j ON t (a);"},
    Shape{kTable,
          "CREATE INDEX IF NOT EXISTS\"Größe; 1\"ON\"My App\".\"Order Lines\"(\"select\");"},
    Shape{kTable, "CREATE INDEX ON \"My App\".\"Order Lines\" (lower(a), \"select\" DESC);"},
    Shape{kTable, "CREATE INDEX concurrently_idx ON t (a) INCLUDE (b) WITH (fillfactor = 70);"},
    Shape{kPartitionedTable,
          "CREATE TABLE m_2 PARTITION OF m FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');\n"
          "CREATE INDEX ON m (a);"},
    Shape{kPartitionedTable,
          "CREATE TABLE m_2 PARTITION OF m FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');\n"
          "CREATE INDEX IF NOT EXISTS \"M a\" ON public.m USING btree (a DESC);"},
    Shape{kTable, "ALTER TABLE \"My App\".\"Order Lines\" ALTER \"select\" SET NOT NULL;"},
    Shape{kTable, "ALTER TABLE ONLY t ALTER a SET NOT NULL, ALTER COLUMN b SET NOT NULL;"},
    Shape{kTable,
          "ALTER TABLE \"My App\".\"Order Lines\" ADD \"Summe €\" numeric(10, 2)[] GENERATED "
          "ALWAYS AS (ARRAY[id]) STORED;",
          12},
    Shape{kTable,
          "ALTER TABLE t ADD d double precision GENERATED ALWAYS AS (a * 2.5) STORED, ADD \"user\" "
          "character varying(20) COLLATE \"C\" GENERATED ALWAYS AS (b) STORED;",
          12},
    Shape{kTable,
          "alter table only t add\"U\"text not null default md5(random()::text)/* new */,add n "
          "smallserial;"},
    Shape{
        kTable,
        "ALTER TABLE \"My App\".\"Order Lines\" ADD CHECK(id > 0), ADD CONSTRAINT \"c (1)\" CHECK "
        "(\"select\" > 0 -- not null\n AND a <> '')\n;"},
    Shape{
        kTable,
        "ALTER TABLE t ADD COLUMN IF NOT EXISTS c numeric(3, 1) CONSTRAINT \"check\" CHECK (c > 0) "
        "DEFAULT 1 NOT NULL;"},
    Shape{kTable,
          "ALTER TABLE \"My App\".\"Order Lines\" ADD PRIMARY KEY (id, \"select\"), ADD UNIQUE (a) "
          "INCLUDE (id) WITH (fillfactor = 70);"},
    Shape{
        kPartitionedTable,
        "CREATE UNLOGGED TABLE IF NOT EXISTS m_2 PARTITION OF public.m (a NOT NULL, CHECK (a > 0)) "
        "FOR VALUES FROM ('2024-01-01') TO (MAXVALUE) PARTITION BY LIST (a);",
        12},
};

TEST_CASE("the SQL in help works for unusual shapes", "[postgres]") {
  Server& server = each_server();
  for (const Shape& shape : kShapes) {
    if (server.major() < shape.first_major) continue;
    INFO("PostgreSQL " << server.major() << ": " << shape.migration);
    const Fixture fixture("shape.sql", std::string(shape.migration), PgVersion{server.major()});
    CHECK(check_findings(server, fixture, std::string(shape.setup)) > 0);
  }
}

}  // namespace
}  // namespace unwedge::postgres
