// SQLSTATEs that rules ask a refusal for (appendix A of the manual).

#pragma once

#include <string_view>

namespace unwedge {

inline constexpr std::string_view kInTransactionBlock = "25001";
inline constexpr std::string_view kNoTransactionBlock = "25P01";
inline constexpr std::string_view kInvalidTermination = "2D000";

}  // namespace unwedge
