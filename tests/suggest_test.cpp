// "Did you mean …".

#include "config/suggest.h"

#include <array>
#include <string>

#include <catch2/catch_test_macros.hpp>

namespace unwedge::config {
namespace {

TEST_CASE("edit distance counts inserted, deleted, replaced and swapped letters") {
  CHECK(edit_distance("", "", 3) == 0);
  CHECK(edit_distance("rules", "rules", 3) == 0);
  CHECK(edit_distance("rule", "rules", 3) == 1);
  CHECK(edit_distance("rulez", "rules", 3) == 1);
  CHECK(edit_distance("ruels", "rules", 3) == 1);
  CHECK(edit_distance("", "abc", 3) == 3);
  CHECK(edit_distance("kitten", "sitting", 3) == 3);
  CHECK(edit_distance("kitten", "sitting", 2) > 2);
  CHECK(edit_distance("a", "abcdefgh", 3) > 3);
}

TEST_CASE("the closest candidate is suggested if it is close") {
  const std::array<std::string_view, 4> names{"rules", "exclude", "runner", "off"};
  CHECK(closest("rule", names) == "rules");
  CHECK(closest("ruler", names) == "rules");
  CHECK(closest("excludes", names) == "exclude");
  CHECK(closest("runenr", names) == "runner");
  CHECK(closest("of", names) == "off");
  CHECK_FALSE(closest("xyz", names));
  CHECK_FALSE(closest("", names));
  CHECK_FALSE(closest("x", names));
  CHECK_FALSE(closest(std::string(100000, 'r'), names));
}

}  // namespace
}  // namespace unwedge::config
