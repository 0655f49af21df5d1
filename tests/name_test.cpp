// Names as messages and pasted SQL write them.

#include "unwedge/name.h"

#include <string>

#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>

namespace unwedge {
namespace {

TEST_CASE("names: a relation is named with its schema unless that is public") {
  CHECK(fmt::format("{}", RelationId{.schema = "public", .name = "orders"}) == "orders");
  CHECK(fmt::format("{}", RelationId{.schema = "", .name = "orders"}) == "orders");
  CHECK(fmt::format("{}", RelationId{.schema = "app", .name = "orders"}) == "app.orders");
  const RelationId longer{.schema = "a_schema_with_a_name_too_long_for_a_small_string",
                          .name = "orders"};
  CHECK(fmt::format("'{}'", longer) == "'a_schema_with_a_name_too_long_for_a_small_string.orders'");
}

TEST_CASE("names: a name is shown as the statement writes it") {
  CHECK(fmt::format("{}", QualifiedName{.schema = {}, .name = "orders", .span = {}}) == "orders");
  CHECK(fmt::format("{}", QualifiedName{.schema = "public", .name = "orders", .span = {}}) ==
        "public.orders");
}

TEST_CASE("names: an identifier is quoted where SQL needs it") {
  CHECK(quoted(Name("orders")) == "orders");
  CHECK(quoted(Name("Orders")) == "\"Orders\"");
  CHECK(quoted(Name("order")) == "\"order\"");
  CHECK(quoted(Name("two words")) == "\"two words\"");
  CHECK(quoted(Name("a\"b")) == "\"a\"\"b\"");
  CHECK(quoted(Name("1st")) == "\"1st\"");
  CHECK(quoted(QualifiedName{.schema = "App", .name = "user", .span = {}}) == "\"App\".\"user\"");
}

}  // namespace
}  // namespace unwedge
