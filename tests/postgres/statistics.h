// How often a session has read each table in full and how many rows it wrote: the server's own
// counters, which are the only witness of a scan that no message tells of.

#pragma once

#include <chrono>
#include <cstdint>
#include <map>

#include "postgres/connection.h"
#include "postgres/relations.h"

namespace unwedge::postgres {

struct Counters {
  std::int64_t sequential_scans = 0;
  std::int64_t inserted = 0;
  std::int64_t updated = 0;
  std::int64_t deleted = 0;

  bool operator==(const Counters&) const = default;
};

using Statistics = std::map<Oid, Counters>;

/// What the session has counted itself and not passed on yet: exact in a transaction, and for
/// kUnreportedSpan after the session began (no server reports more often, after the first time).
Statistics read_own_statistics(Connection& session);
inline constexpr std::chrono::milliseconds kUnreportedSpan{450};

/// The sums over all sessions, those of this one brought up to date first. At once since PostgreSQL
/// 15; takes 1.7 seconds before.
Statistics read_total_statistics(Connection& session, int major);

/// What was counted in between, where anything was.
Statistics difference(const Statistics& before, const Statistics& after);

}  // namespace unwedge::postgres
