// Which grammar this build has.

#pragma once

#include <string_view>

namespace unwedge::sql {

/// The Postgres version whose grammar libpg_query carries: "18.0".
std::string_view grammar_version();

}  // namespace unwedge::sql
