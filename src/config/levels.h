// The words for severities, as the config and the command line write them.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "lint/options.h"
#include "unwedge/finding.h"

namespace unwedge::config {

/// From which severity on a finding fails the run.
enum class FailOn : std::uint8_t { kInfo, kWarning, kError, kNever };

inline constexpr std::array<std::string_view, 4> kLevelNames{"off", "error", "warning", "info"};
inline constexpr std::array<std::string_view, 4> kFailOnNames{"error", "warning", "info", "never"};

/// "off", "error", "warning" or "info": what a rule can be set to.
std::optional<lint::RuleSetting> parse_level(std::string_view word);
std::string_view to_string(const lint::RuleSetting& setting);

std::optional<FailOn> parse_fail_on(std::string_view word);
std::string_view to_string(FailOn fail_on);

bool fails(Severity severity, FailOn fail_on);

}  // namespace unwedge::config
