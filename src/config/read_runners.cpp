// Lays the profiles of a config over the built-in ones.

#include "config/read_runners.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "config/read_runner.h"
#include "config/suggest.h"
#include "config/values.h"

namespace unwedge::config {
namespace {

using migration::RunnerProfile;

/// More than a repository has: the time that a stranger's config takes must have a bound.
constexpr std::size_t kMostRunners = 20;

std::vector<std::string_view> names_of(std::span<const RunnerProfile> runners) {
  std::vector<std::string_view> names;
  names.reserve(runners.size());
  for (const RunnerProfile& runner : runners) names.push_back(runner.name);
  return names;
}

bool before(const RunnerProfile& runner, std::string_view name) { return runner.name < name; }

}  // namespace

std::vector<RunnerProfile> read_runners(const YamlNode& value, Place key,
                                        std::span<const RunnerProfile> builtin,
                                        Problems& problems) {
  std::vector<RunnerProfile> runners(builtin.begin(), builtin.end());
  if (value.kind == YamlNode::Kind::kNothing ||
      !require(value, YamlNode::Kind::kMap, key, "runners", "a map from names to profiles",
               problems)) {
    return runners;
  }
  if (value.keys.size() > kMostRunners) {
    problems.add(value.place, fmt::format("'runners' may have {} runners at most.", kMostRunners));
    return runners;
  }
  for (std::size_t i = 0; i < value.keys.size(); ++i) {
    const YamlKey& name = value.keys[i];
    const std::string_view flaw = flaw_of_runner_name(name.text);
    if (!flaw.empty()) {
      problems.add(name.place,
                   fmt::format("{} is no name for a runner: {}.", in_quotes(name.text), flaw));
    }
    auto at = std::lower_bound(runners.begin(), runners.end(), name.text, before);
    if (at == runners.end() || at->name != name.text) {
      at = runners.insert(at, RunnerProfile{.name = name.text});
    }
    YamlNode keys = value.items[i];
    keys.place = place_of(keys, name.place);
    std::optional<RunnerProfile> profile = read_runner(keys, *at, problems);
    if (profile) *at = std::move(*profile);
  }
  return runners;
}

std::optional<std::string> runner_value(const YamlNode& value, Place key,
                                        std::span<const RunnerProfile> runners,
                                        Problems& problems) {
  std::optional<std::string> name =
      text_value(value, key, "runner", "the name of a runner", problems);
  if (!name) return std::nullopt;
  const auto found = std::find_if(runners.begin(), runners.end(), [&](const RunnerProfile& runner) {
    return runner.name == *name;
  });
  if (found != runners.end()) return name;
  problems.add(value.place,
               fmt::format("'runner' must be the name of a runner, not {}",
                           unknown_runner_text(*name, runners)),
               known_runners_text(runners));
  return std::nullopt;
}

std::string unknown_runner_text(std::string_view name, std::span<const RunnerProfile> runners) {
  return in_quotes(name) + did_you_mean(closest(name, names_of(runners)));
}

std::string known_runners_text(std::span<const RunnerProfile> runners) {
  return fmt::format("Use {}, or define it under 'runners' in the config.",
                     one_of(names_of(runners)));
}

}  // namespace unwedge::config
