// Postgres's eight table-level lock modes, by their SQL names, and which of them keep others
// waiting (manual, section 13.3.1; LockConflicts in storage/lmgr/lock.c).

#pragma once

#include <cstdint>
#include <string_view>

namespace unwedge {

/// In order of strength: a mode conflicts with at least what the one before it conflicts with,
/// except that SHARE and SHARE UPDATE EXCLUSIVE are not comparable.
enum class LockMode : std::uint8_t {
  kNone,
  kAccessShare,
  kRowShare,
  kRowExclusive,
  kShareUpdateExclusive,
  kShare,
  kShareRowExclusive,
  kExclusive,
  kAccessExclusive,
};

/// "ACCESS EXCLUSIVE"; "" for kNone.
std::string_view to_string(LockMode mode);

/// INSERT, UPDATE, DELETE (ROW EXCLUSIVE) must wait for it.
constexpr bool blocks_writes(LockMode mode) { return mode >= LockMode::kShare; }

/// SELECT (ACCESS SHARE) must wait for it.
constexpr bool blocks_reads(LockMode mode) { return mode == LockMode::kAccessExclusive; }

/// "every read and write", "every write", or "other DDL and VACUUM"; for messages.
std::string_view blocked_in_words(LockMode mode);

}  // namespace unwedge
