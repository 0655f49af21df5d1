// SQL that is not for Postgres at all.

#pragma once

#include <string_view>

namespace unwedge {

/// The tag of the one Other that stands for a section which is for another database.
inline constexpr std::string_view kOtherDatabaseTag = "SQL for another database";

}  // namespace unwedge
