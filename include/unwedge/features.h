// The major version of Postgres that first has a feature which a message, its help or the model of
// effects speaks of.

#pragma once

#include "unwedge/session.h"

namespace unwedge {

/// GENERATED ALWAYS AS (…) STORED.
inline constexpr PgVersion kStoredColumns{12};
/// SET NOT NULL does not read the table when a valid CHECK (column IS NOT NULL) proves it.
inline constexpr PgVersion kNotNullProvedByCheck{12};
/// timestamp and timestamptz are the same to ALTER COLUMN TYPE in a session in UTC.
inline constexpr PgVersion kTimestampsAgreeInUtc{12};
/// REINDEX … CONCURRENTLY.
inline constexpr PgVersion kReindexConcurrently{12};
/// ALTER TYPE … ADD VALUE may stand in a transaction block.
inline constexpr PgVersion kEnumValuesInTransactions{12};
/// ALTER TABLE … DETACH PARTITION … CONCURRENTLY.
inline constexpr PgVersion kDetachConcurrently{14};
/// GENERATED ALWAYS AS (…) VIRTUAL.
inline constexpr PgVersion kVirtualColumns{18};
/// ADD CONSTRAINT … NOT NULL … NOT VALID, and NOT NULL constraints that have names at all.
inline constexpr PgVersion kNotNullNotValid{18};
/// NOT ENFORCED.
inline constexpr PgVersion kNotEnforced{18};

}  // namespace unwedge
