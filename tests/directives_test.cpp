// Reading acknowledgements from comments.

#include "migration/directives.h"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace unwedge::migration {
namespace {

using Strings = std::vector<std::string>;

std::vector<AckDirective> read(std::string_view text) {
  return ack_directives(text, {0, static_cast<std::uint32_t>(text.size())});
}

AckDirective only(std::string_view text) {
  const std::vector<AckDirective> all = read(text);
  REQUIRE(all.size() == 1);
  return all[0];
}

TEST_CASE("directives: all parts") {
  const std::string_view text =
      "-- migration-unsafe-ack(rule-a, rule-b, until=2027-03-31, ticket=OPS-12): small (10 rows)\n";
  const AckDirective ack = only(text);
  CHECK(ack.rules == Strings{"rule-a", "rule-b"});
  CHECK(ack.until == "2027-03-31");
  CHECK(ack.ticket == "OPS-12");
  CHECK(ack.reason == "small (10 rows)");
  CHECK(ack.well_formed);
  CHECK(ack.unknown_items.empty());
  CHECK(slice(text, ack.span) == text.substr(3, text.size() - 4));
  CHECK(slice(text, ack.comment) == text.substr(0, text.size() - 1));
}

TEST_CASE("directives: every rule") {
  const AckDirective ack = only("-- migration-unsafe-ack: because");
  CHECK(ack.rules.empty());
  CHECK(ack.reason == "because");
  CHECK(only("-- migration-unsafe-ack(): because").rules.empty());
  CHECK(only("-- migration-unsafe-ack(ticket=A): because").ticket == "A");
}

TEST_CASE("directives: blanks and case") {
  const AckDirective ack = only("--migration-unsafe-ack ( a ,b, until = 2020-01-01 ) :  x  \r\n");
  CHECK(ack.rules == Strings{"a", "b"});
  CHECK(ack.until == "2020-01-01");
  CHECK(ack.reason == "x");
  CHECK(read("-- Migration-Unsafe-Ack: x").empty());
}

TEST_CASE("directives: without a reason") {
  CHECK(only("-- migration-unsafe-ack").reason.empty());
  CHECK(only("-- migration-unsafe-ack").well_formed);
  CHECK(only("-- migration-unsafe-ack:").reason.empty());
  CHECK(only("-- migration-unsafe-ack(a)").well_formed);
  CHECK(only("/* migration-unsafe-ack(a): */").reason.empty());
}

TEST_CASE("directives: what cannot be read") {
  CHECK_FALSE(only("-- migration-unsafe-ack(a: because").well_formed);
  CHECK_FALSE(only("-- migration-unsafe-ack because").well_formed);
  CHECK_FALSE(only("-- migration-unsafe-ack(a) because").well_formed);
  CHECK(only("-- migration-unsafe-ack(a, b=c): x").unknown_items == Strings{"b=c"});
}

TEST_CASE("directives: block comments") {
  CHECK(only("/* migration-unsafe-ack(a): one */ SELECT 1;").reason == "one");
  CHECK(only("/*\n * migration-unsafe-ack(a): one\n */").reason == "one");
  CHECK(read("/* migration-unsafe-ack(a): one\n migration-unsafe-ack(b): two */").size() == 2);
  const std::string_view text = "/* migration-unsafe-ack(a): one */";
  CHECK(slice(text, only(text).span) == "migration-unsafe-ack(a): one");
}

TEST_CASE("directives: only as the first word of a comment's line") {
  CHECK(read("-- see migration-unsafe-ack: x").empty());
  CHECK(read("-- migration-unsafe-acknowledged: x").empty());
  CHECK(read("-- migration-unsafe-ack-all: x").empty());
  CHECK(read("SELECT '-- migration-unsafe-ack: x';").empty());
  CHECK(read("SELECT '\n-- migration-unsafe-ack: x\n';").empty());
  CHECK(read("DO $$ -- migration-unsafe-ack: x\n$$;").empty());
  CHECK(read("SELECT migration-unsafe-ack;").empty());
  CHECK(read("").empty());
}

TEST_CASE("directives: in order, with their places") {
  const std::string_view text =
      "-- migration-unsafe-ack(a): ü\nSELECT 1; -- migration-unsafe-ack(b): 🐘\n"
      "/* migration-unsafe-ack(c): x */";
  const std::vector<AckDirective> all = read(text);
  REQUIRE(all.size() == 3);
  CHECK(all[0].rules == Strings{"a"});
  CHECK(slice(text, all[1].span) == "migration-unsafe-ack(b): 🐘");
  CHECK(slice(text, all[2].comment) == "/* migration-unsafe-ack(c): x */");
}

TEST_CASE("directives: a region") {
  const std::string_view text = "-- migration-unsafe-ack(a): x\n-- migration-unsafe-ack(b): y\n";
  const std::vector<AckDirective> all =
      ack_directives(text, {30, static_cast<std::uint32_t>(text.size())});
  REQUIRE(all.size() == 1);
  CHECK(all[0].rules == Strings{"b"});
}

}  // namespace
}  // namespace unwedge::migration
