// One passing test. scripts/setup takes a Catch2 only if this compiles, links and runs with it.

#include <catch2/catch_test_macros.hpp>

TEST_CASE("one") { CHECK(1 == 1); }
