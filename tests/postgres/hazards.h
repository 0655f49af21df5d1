// What each rule says will happen, put to a server's observation of a statement: the same question
// with another witness.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "postgres/fixture_run.h"

namespace unwedge::postgres {

/// What the rule is about, if the server was seen to do it at this statement: "rewrites public.t".
/// Nothing for rules about text alone, acknowledgements and syntax errors.
std::optional<std::string> hazard(std::string_view rule, const ObservedStep& observed);

/// The rules that hazard() knows.
std::vector<std::string_view> witnessed_rules();

/// Whether the statement changes more rows than anybody would write out.
bool writes_in_bulk(const Observation& seen);

}  // namespace unwedge::postgres
