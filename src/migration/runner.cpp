// The profiles themselves are made from the YAML files by the build.

#include "migration/runner.h"

#include <algorithm>
#include <vector>

#include "migration/builtin_runners.h"

namespace unwedge::migration {

std::span<const RunnerProfile> builtin_runners() {
  static const std::vector<RunnerProfile> runners = make_builtin_runners();
  return runners;
}

const RunnerProfile* find_runner(std::string_view name, std::span<const RunnerProfile> runners) {
  const auto found =
      std::find_if(runners.begin(), runners.end(),
                   [name](const RunnerProfile& runner) { return runner.name == name; });
  return found == runners.end() ? nullptr : &*found;
}

const RunnerProfile* find_runner(std::string_view name) {
  return find_runner(name, builtin_runners());
}

const RunnerProfile& unknown_runner() {
  static const RunnerProfile unknown = [] {
    RunnerProfile profile;
    profile.name = "unknown";
    // golang-migrate, sqlx, bun and others; diesel and Hasura; scripts beside a migration
    profile.sections.down = R"(\.down\.sql$|(?:^|/)down\.sql$|\.rollback\.sql$)";
    profile.psql = true;
    profile.order.kind = OrderKind::kNumbered;
    profile.order.file =
        R"([vV]?([0-9]+(?:[._-][0-9]+)*)(?:[^0-9a-zA-Z/][^/]*)?(?:/(?:up|down|migration))?\.sql)";
    profile.order.compare = VersionOrder::kParts;
    profile.order.subfolders = Subfolders::kOne;
    profile.order.code = R"([0-9]+[^/]*\.(?:js|ts|py|rb|go|php|java|kt|exs?|rs|sh))";
    return profile;
  }();
  return unknown;
}

}  // namespace unwedge::migration
