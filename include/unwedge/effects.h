// What one statement does to a live server: the locks it takes, the work it does in proportion to
// rows, and whether the server refuses it. Computed by effects::effects_of, checked against real
// servers, and the only source that rules have for such facts.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unwedge/lock_mode.h"
#include "unwedge/name.h"
#include "unwedge/span.h"

namespace unwedge {

enum class Certainty : std::uint8_t {
  kCertain,
  kPossible,  ///< it depends on something that is not known; the reason says on what
};

struct Lock {
  RelationId relation{};
  /// An index whose table is not known: the table is locked, too, in the same mode.
  bool is_index = false;
  LockMode mode = LockMode::kNone;
  bool existing = true;  ///< the relation was there before this change set
  Certainty certainty = Certainty::kCertain;
  std::string_view reason;  ///< kPossible: what is not known
};

enum class WorkKind : std::uint8_t {
  kRewrite,     ///< every row is written anew into a new file, every index rebuilt
  kScan,        ///< every row is read to verify something
  kIndexBuild,  ///< every row is read and an index written
  kRows,        ///< rows are inserted, updated or deleted, in a number the statement leaves open
  kTruncate,    ///< all rows are removed at once; not in proportion to them
};

struct Work {
  WorkKind kind = WorkKind::kScan;
  RelationId relation;
  bool existing = true;
  Certainty certainty = Certainty::kCertain;
  std::string_view reason;
  Span cause;  ///< the part of the statement that asks for it: a subcommand of ALTER TABLE, a write
};

/// The server will reject the statement.
struct Refusal {
  std::string_view sqlstate;  ///< "25001"
  std::string_view command;   ///< what the server calls the statement: "REINDEX SCHEMA"
  std::string message;        ///< the server's own words
  Certainty certainty = Certainty::kCertain;
  std::string_view reason;
  /// Runner not known: those of the runners that it may be under which the server rejects it.
  std::vector<std::string> under;
};

struct Effects {
  std::vector<Lock> locks;
  std::vector<Work> work;
  std::optional<Refusal> refusal;
  /// Why it may do more than this: it runs code that is not followed. Empty: this is all.
  std::string_view not_followed{};
};

/// "rewrite", "scan", "index-build", "rows", "truncate": the names of the JSON report.
std::string_view to_string(WorkKind kind);

}  // namespace unwedge
