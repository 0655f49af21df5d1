// A script: the statements of a piece of SQL text, in order, as plain values. A statement that the
// grammar rejects is in its place as a SyntaxError; all others are there none the less.

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sql/arena.h"
#include "sql/dialect.h"
#include "unwedge/statement.h"

namespace unwedge::sql {

struct Script {
  std::vector<Statement> statements;
  /// Where a run takes one of several parts.
  std::vector<Choice> choices;
  /// The text with what stands for the placeholders; empty: it has none. Bodies in quotes are read
  /// from it.
  std::string masked;
  /// Of placeholders, and of psql's variables that the script sets: those that are known.
  PlaceholderValues values;
  /// Owns the names and texts that the statements refer to.
  std::unique_ptr<Arena> storage = std::make_unique<Arena>();
};

/// Parses text[region]; all spans count from the beginning of `text`, which must be valid UTF-8
/// without NUL and must outlive the script. Never fails. Safe to call from several threads.
Script parse_script(std::string_view text, Span region, const Dialect& dialect = {});

}  // namespace unwedge::sql
