// A piece of text through Postgres's grammar: its parse tree, or what is wrong with it. Internal to
// this folder.

#pragma once

#include <string>
#include <string_view>

#include "sql/postgres_headers.h"
#include "unwedge/span.h"

namespace unwedge::sql {

/// The memory that parse trees live in while this is there.
class MemoryContextScope {
 public:
  MemoryContextScope() : context_(pg_query_enter_memory_context()) {}
  ~MemoryContextScope() { pg_query_exit_memory_context(context_); }
  MemoryContextScope(const MemoryContextScope&) = delete;
  MemoryContextScope& operator=(const MemoryContextScope&) = delete;
  MemoryContextScope(MemoryContextScope&&) = delete;
  MemoryContextScope& operator=(MemoryContextScope&&) = delete;

 private:
  MemoryContext context_;
};

struct RawParse {
  const List* tree = nullptr;  ///< of RawStmt; null with an error, or when there is nothing
  std::string error;           ///< the parser's words; empty: none
  Span error_span;             ///< in the whole text: the token that it names
};

/// Parses text[piece] inside the caller's MemoryContextScope. `mode` is one of libpg_query's
/// PG_QUERY_PARSE_….
RawParse raw_parse(std::string_view text, Span piece, int mode = PG_QUERY_PARSE_DEFAULT);

}  // namespace unwedge::sql
