// Where things are on the web and in a repository: addresses of rules' pages, and paths as URIs.

#pragma once

#include <string>
#include <string_view>

#include "unwedge/rule.h"

namespace unwedge::report {

inline constexpr std::string_view kHomePage = "https://github.com/unwedge/unwedge";

/// The address of a rule's page.
std::string rule_url(const RuleInfo& rule);

/// The path as a percent-encoded URI reference: file:///… for an absolute one; a relative one is
/// taken from `directory` and without `.` and, as far as possible, `..`.
std::string path_to_uri(std::string_view path, std::string_view directory);

/// True when the URI lies below the root it is relative to.
bool is_below_root(std::string_view uri);

}  // namespace unwedge::report
