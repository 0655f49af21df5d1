// A dump of a live schema by pg_dump, and what unwedge makes of it: many histories start from one.

#pragma once

#include <optional>
#include <string>

#include "lint/options.h"
#include "postgres/server.h"
#include "unwedge/schema.h"

namespace unwedge::postgres {

/// The schema of the database as pg_dump writes it; nothing where the server came without pg_dump.
std::optional<std::string> dump_of(const Database& database);

/// The catalog after a dump alone.
schema::Catalog replay_dump(const std::string& dump, lint::Options options);

}  // namespace unwedge::postgres
