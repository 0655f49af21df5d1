// Where PostgreSQL servers are installed on this machine, by major version, and which of them the
// tests are asked to run against. Finding them starts nothing.

#pragma once

#include <filesystem>
#include <vector>

namespace unwedge::postgres {

struct Installation {
  int major = 0;
  std::filesystem::path bin;  ///< Holds initdb and postgres.
};

/// Every server found, one for each major version, oldest first. Looked for in
/// /usr/lib/postgresql/MAJOR/bin (Debian) and below MAJOR/ in $UNWEDGE_POSTGRES_DIR, or in
/// build/postgres/ of the checkout when that is not set. Debian's comes first: it has the contrib
/// extensions.
std::vector<Installation> find_installations();

/// The major versions of find_installations().
std::vector<int> available_majors();

/// The major versions to test: $UNWEDGE_SERVERS ("all", or a list such as "11,15,18"), by default
/// the oldest one available, 15 and the newest one. Empty only if no server is available and none
/// was asked for by number; throws std::runtime_error if one that was asked for is missing.
std::vector<int> requested_majors();

}  // namespace unwedge::postgres
