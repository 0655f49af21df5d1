// For tests that hold on any server.

#pragma once

#include <vector>

#include <catch2/catch_message.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "postgres/server.h"

namespace unwedge::postgres {

/// The server for this run of the test case: Catch2 runs the rest of the test case again for each
/// one that was asked for. Skips the test case if there is no server at all.
inline Server& each_server() {
  static const std::vector<int> majors = requested_majors();
  if (majors.empty()) {
    SKIP(
        "no PostgreSQL server found: install postgresql, or unpack one below build/postgres "
        "(scripts/setup does) or $UNWEDGE_POSTGRES_DIR");
  }
  const int major = GENERATE_COPY(Catch::Generators::from_range(majors));
  return Server::of(major);
}

}  // namespace unwedge::postgres
