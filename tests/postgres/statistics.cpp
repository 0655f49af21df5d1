// Reads the statistics views, and gets older servers to bring them up to date.

#include "postgres/statistics.h"

#include <charconv>
#include <string>
#include <thread>

namespace unwedge::postgres {
namespace {

using namespace std::chrono_literals;

constexpr int kFirstWithForcedFlush = 15;

// Before 15 a session tells the statistics collector when it becomes idle, at most twice a second,
// and the collector writes what it was told after another half second.
constexpr auto kReportInterval = 1050ms;
constexpr auto kCollectorDelay = 600ms;

std::int64_t to_count(const std::string& text) {
  std::int64_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

Statistics read_view(Connection& session, const std::string& view) {
  Statistics statistics;
  for (const Row& row :
       session.query("select relid, seq_scan, n_tup_ins, n_tup_upd, n_tup_del from pg_catalog." +
                     view + " where relid >= 16384")) {
    statistics[to_oid(row[0])] = {.sequential_scans = to_count(row[1]),
                                  .inserted = to_count(row[2]),
                                  .updated = to_count(row[3]),
                                  .deleted = to_count(row[4])};
  }
  return statistics;
}

}  // namespace

Statistics read_own_statistics(Connection& session) {
  return read_view(session, "pg_stat_xact_all_tables");
}

Statistics read_total_statistics(Connection& session, int major) {
  if (major >= kFirstWithForcedFlush) {
    session.query("select pg_stat_force_next_flush()");
  } else {
    std::this_thread::sleep_for(kReportInterval);
    session.query("select 1");
    std::this_thread::sleep_for(kCollectorDelay);
  }
  session.query("select pg_stat_clear_snapshot()");
  return read_view(session, "pg_stat_all_tables");
}

Statistics difference(const Statistics& before, const Statistics& after) {
  Statistics counted;
  for (const auto& [oid, now] : after) {
    const auto then = before.find(oid);
    const Counters start = then == before.end() ? Counters{} : then->second;
    const Counters change{.sequential_scans = now.sequential_scans - start.sequential_scans,
                          .inserted = now.inserted - start.inserted,
                          .updated = now.updated - start.updated,
                          .deleted = now.deleted - start.deleted};
    if (change != Counters{}) counted[oid] = change;
  }
  return counted;
}

}  // namespace unwedge::postgres
