// Effects in words.

#include "unwedge/effects.h"
#include "unwedge/lock_mode.h"

namespace unwedge {

std::string_view to_string(LockMode mode) {
  switch (mode) {
    case LockMode::kNone: return "";
    case LockMode::kAccessShare: return "ACCESS SHARE";
    case LockMode::kRowShare: return "ROW SHARE";
    case LockMode::kRowExclusive: return "ROW EXCLUSIVE";
    case LockMode::kShareUpdateExclusive: return "SHARE UPDATE EXCLUSIVE";
    case LockMode::kShare: return "SHARE";
    case LockMode::kShareRowExclusive: return "SHARE ROW EXCLUSIVE";
    case LockMode::kExclusive: return "EXCLUSIVE";
    case LockMode::kAccessExclusive: return "ACCESS EXCLUSIVE";
  }
  return "";
}

std::string_view blocked_in_words(LockMode mode) {
  if (blocks_reads(mode)) return "every read and write";
  if (blocks_writes(mode)) return "every write";
  return "other DDL and VACUUM";
}

std::string_view to_string(WorkKind kind) {
  switch (kind) {
    case WorkKind::kRewrite: return "rewrite";
    case WorkKind::kScan: return "scan";
    case WorkKind::kIndexBuild: return "index-build";
    case WorkKind::kRows: return "rows";
    case WorkKind::kTruncate: return "truncate";
  }
  return "";
}

}  // namespace unwedge
