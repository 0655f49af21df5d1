// The eight table-level lock modes, in the order of their strength.

#pragma once

#include <optional>
#include <string_view>

namespace unwedge::postgres {

enum class LockMode {
  kAccessShare,
  kRowShare,
  kRowExclusive,
  kShareUpdateExclusive,
  kShare,
  kShareRowExclusive,
  kExclusive,
  kAccessExclusive,
};

/// "ACCESS EXCLUSIVE", as in the manual and in LOCK TABLE.
std::string_view sql_name(LockMode mode);

/// From the names in pg_locks ("AccessExclusiveLock"); nothing for the locks of predicates.
std::optional<LockMode> parse_lock_mode(std::string_view name);

}  // namespace unwedge::postgres
