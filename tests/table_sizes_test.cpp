// Lists of tables with their sizes: what is small, and how sizes are told.

#include "unwedge/table_sizes.h"

#include <string>
#include <string_view>

#include <catch2/catch_test_macros.hpp>

#include "config/read_tables.h"

namespace unwedge {
namespace {

TableSizes sizes_of(std::string_view list) {
  TableSizes sizes;
  CHECK(config::parse_table_sizes(list, "sizes", sizes).empty());
  return sizes;
}

std::string error_of(std::string_view list) {
  TableSizes sizes;
  const config::ConfigErrors errors = config::parse_table_sizes(list, "sizes", sizes);
  REQUIRE(errors.size() == 1);
  return std::to_string(errors[0].line) + " " + errors[0].message;
}

RelationId table(std::string name) { return {"public", std::move(name)}; }

}  // namespace

TEST_CASE("a list of sizes as psql --csv prints it") {
  const TableSizes sizes = sizes_of(
      "schema,table,rows,bytes,other\r\n"
      "public,events,2600000,1234567890,x\r\n"
      "public,countries,250,65536,\r\n"
      "app,\"a \"\"b\"\", c\",12,100,\r\n"
      "public,wide,250,20000000,\r\n"
      "public,never_analysed,-1,8192,\r\n"
      "public,unknown,,,\r\n");
  CHECK(sizes.describe(table("events")) == "has about 2.6 million rows (1.2 GB)");
  CHECK(sizes.describe(table("countries")) == "has about 250 rows (66 kB)");
  CHECK(sizes.describe({"app", "a \"b\", c"}) == "has about 12 rows (100 bytes)");
  CHECK(sizes.describe(table("never_analysed")) == "has 8.2 kB");
  CHECK(sizes.describe(table("unknown")).empty());
  CHECK(sizes.describe(table("absent")).empty());
  CHECK(sizes.small(table("countries")));
  CHECK(sizes.small(table("never_analysed")));
  CHECK_FALSE(sizes.small(table("events")));
  CHECK_FALSE(sizes.small(table("wide")));
  CHECK_FALSE(sizes.small(table("unknown")));
  CHECK_FALSE(sizes.small({"app", "countries"}));
}

TEST_CASE("a list of sizes in JSON") {
  const TableSizes sizes = sizes_of(
      R"( [{"schema": "public", "table": "events", "rows": 2.6e+9, "bytes": "52000000000"},
           {"table": "jobs", "rows": 12345}, {"table": "one", "rows": 1, "bytes": null}] )");
  CHECK(sizes.describe(table("events")) == "has about 2.6 billion rows (52 GB)");
  CHECK(sizes.describe(table("jobs")) == "has about 12,345 rows");
  const std::string deep(1'000'000, '[');
  const TableSizes odd = sizes_of(R"([{"table": "t", "bytes": 100, "rows": )" + deep +
                                  std::string(deep.size(), ']') + "}]");
  CHECK(odd.describe(table("t")) == "has 100 bytes");
  CHECK(sizes.describe(table("one")) == "has about 1 row");
  CHECK_FALSE(sizes.small(table("jobs")));
  CHECK(sizes.small(table("one")));
}

TEST_CASE("what is no list of sizes is refused") {
  CHECK(error_of("") == "1 The first line must name the columns 'table' and 'rows' or 'bytes'.");
  CHECK(error_of("schema,table\npublic,a\n") ==
        "1 The first line must name the columns 'table' and 'rows' or 'bytes'.");
  CHECK(error_of("table,rows\na,1\n,2\n") == "3 The line names no table.");
  const std::string json =
      "0 The file must be a JSON array of objects with 'table' and 'rows' or 'bytes'.";
  CHECK(error_of("{}") == json);
  CHECK(error_of("[1]") == json);
  CHECK(error_of("[{\"rows\": 1}]") == json);
  CHECK(error_of("[") == json);
}

TEST_CASE("lists by name come before numbers, and large before small") {
  TableSizes sizes = sizes_of("table,rows,bytes\nqueue,0,8192\nevents,5000000,900000000\n");
  CHECK(sizes.small(table("queue")));
  sizes.add_large({.schema = "", .name = "q*e?e"});
  CHECK_FALSE(sizes.small(table("queue")));
  CHECK(sizes.describe(table("queue")) == "has about 0 rows (8.2 kB)");
  sizes.add_small({.schema = "pub*", .name = "events"});
  CHECK(sizes.small(table("events")));
  CHECK_FALSE(sizes.small({"app", "events"}));
  sizes.add_small({.schema = "", .name = "*_*kind*s"});
  CHECK(sizes.small(table("order_kindkinds")));
  CHECK_FALSE(sizes.small(table("order_kind")));
  CHECK(sizes.describe(table("order_kinds")) == "is listed as small");
}

}  // namespace unwedge
