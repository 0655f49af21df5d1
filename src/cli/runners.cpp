// The names of the runners, from their profiles.

#include "cli/runners.h"

#include "migration/runner.h"

namespace unwedge::cli {

std::vector<std::string_view> runner_names() {
  std::vector<std::string_view> names;
  for (const migration::RunnerProfile& runner : migration::builtin_runners()) {
    names.push_back(runner.name);
  }
  return names;
}

config::Vocabulary vocabulary() { return {.runners = migration::builtin_runners()}; }

}  // namespace unwedge::cli
