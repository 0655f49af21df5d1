// The names of the runners, from their profiles.

#include "cli/runners.h"

#include <vector>

#include "migration/runner.h"

namespace unwedge::cli {

std::span<const std::string_view> runner_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const migration::RunnerProfile& runner : migration::runners()) {
      all.push_back(runner.name);
    }
    return all;
  }();
  return names;
}

config::Vocabulary vocabulary() { return {.runners = runner_names()}; }

}  // namespace unwedge::cli
