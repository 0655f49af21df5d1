// Rules of last resort: who makes them silent, and who does not.

#include "lint/fallback.h"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "lint/registry.h"
#include "linting.h"

namespace unwedge::lint {
namespace {

using Ids = std::vector<std::string_view>;

constexpr std::string_view kFallback = "long-blocking-lock";
constexpr std::string_view kSpecific = "constraint-without-not-valid";
/// Reported by the specific rule; the work is such that the fallback would report it.
constexpr std::string_view kCheck = "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);";
/// Which only the fallback knows.
constexpr std::string_view kValidate = "ALTER TABLE t ADD COLUMN b int, VALIDATE CONSTRAINT d;";

Ids ids_of(std::string_view sql, const Options& options = linting::default_options()) {
  return linting::rule_ids(linting::lint_text(sql, options));
}

TEST_CASE("fallback: it speaks of what no other rule speaks of") {
  CHECK(ids_of(kValidate) == Ids{kFallback});
  CHECK(ids_of(kCheck) == Ids{kSpecific});
}

TEST_CASE("fallback: another statement's finding does not matter") {
  CHECK(ids_of(std::string(kValidate) + "\nCOMMIT;\n" + std::string(kCheck)) ==
        Ids{kFallback, kSpecific});
}

TEST_CASE("fallback: an acknowledged finding silences it") {
  const std::string ack = "SELECT 1;\n-- migration-unsafe-ack(constraint-without-not-valid): few\n";
  CHECK(ids_of(ack + std::string(kCheck)).empty());
}

TEST_CASE("fallback: so does one of a rule that is off, and it stays off") {
  Options options = linting::default_options();
  options.rules[std::string(kSpecific)].enabled = false;
  const FileResult result = linting::lint_text(kCheck, options);
  CHECK(result.findings.empty());
}

TEST_CASE("fallback: it can be turned off itself") {
  Options options = linting::default_options();
  options.rules[std::string(kFallback)].enabled = false;
  CHECK(ids_of(kValidate, options).empty());
  CHECK(ids_of(kCheck, options) == Ids{kSpecific});
}

TEST_CASE("fallback: rules about circumstances do not silence it") {
  CHECK(covers_fallbacks(find_rule(kSpecific)->info));
  CHECK(covers_fallbacks(find_rule("not-in-transaction")->info));
  CHECK_FALSE(covers_fallbacks(find_rule("half-applied-file")->info));
  CHECK_FALSE(covers_fallbacks(find_rule(kFallback)->info));
}

}  // namespace
}  // namespace unwedge::lint
