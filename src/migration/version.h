// Versions of packages.

#pragma once

#include <optional>
#include <string_view>

namespace unwedge::migration {

/// A version's leading numbers: {7, 4, 0}.
struct Version {
  int major = 0;
  int minor = 0;
  int patch = 0;
  friend auto operator<=>(const Version&, const Version&) = default;
};

/// first <= version < end.
struct VersionRange {
  Version first;
  Version end;
};

/// "7.4", "v7.4.1-rc": nothing if it does not begin with a number.
std::optional<Version> parse_version(std::string_view text);

}  // namespace unwedge::migration
