// Both spellings of the lock modes, in one table.

#include "postgres/lock_mode.h"

#include <array>
#include <cstddef>

namespace unwedge::postgres {
namespace {

struct Spelling {
  std::string_view in_manual;
  std::string_view in_pg_locks;
};

constexpr std::array<Spelling, 8> kSpellings{{
    {"ACCESS SHARE", "AccessShareLock"},
    {"ROW SHARE", "RowShareLock"},
    {"ROW EXCLUSIVE", "RowExclusiveLock"},
    {"SHARE UPDATE EXCLUSIVE", "ShareUpdateExclusiveLock"},
    {"SHARE", "ShareLock"},
    {"SHARE ROW EXCLUSIVE", "ShareRowExclusiveLock"},
    {"EXCLUSIVE", "ExclusiveLock"},
    {"ACCESS EXCLUSIVE", "AccessExclusiveLock"},
}};

}  // namespace

std::string_view sql_name(LockMode mode) {
  return kSpellings[static_cast<std::size_t>(mode)].in_manual;
}

std::optional<LockMode> parse_lock_mode(std::string_view name) {
  for (std::size_t i = 0; i < kSpellings.size(); ++i) {
    if (kSpellings[i].in_pg_locks == name) return static_cast<LockMode>(i);
  }
  return std::nullopt;
}

}  // namespace unwedge::postgres
