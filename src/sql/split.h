// Cuts a script into its statements as psql does: at semicolons, not inside parentheses, quotes,
// comments or a BEGIN ATOMIC body. Needed where the grammar cannot say where a statement ends:
// after an error, in texts too large to be parsed in one go, and where there is more than SQL in
// them.

#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sql/dialect.h"
#include "unwedge/span.h"

namespace unwedge::sql {

/// A part of a statement that is no SQL.
struct Mark {
  enum class Kind : std::uint8_t {
    kNothing,  ///< the server sees nothing of it
    kLeftOut,  ///< the same, and nothing around it depends on it
    kValue,    ///< it sees something else
    kQuoted,   ///< the same, inside a quoted identifier or a body in dollar quotes
    kString,   ///< it sees a string
  };
  Kind kind = Kind::kNothing;
  Span span;
};

struct RawStatement {
  enum class Kind : std::uint8_t {
    kSql,
    kCommand,  ///< a command of psql that concerns the database
  };
  Kind kind = Kind::kSql;
  Span span;                  ///< from the first token to the last; comments at the ends left out
  bool has_semicolon = true;  ///< the text ended, or could not be read, before one
  bool has_data = false;      ///< rows follow it: COPY … FROM stdin
  std::vector<Span> inner;    ///< the parts between semicolons inside its parentheses, if any
  std::vector<Mark> marks;    ///< what in it is no SQL, by place
};

struct RawScript {
  std::vector<RawStatement> statements;  ///< empty ones are left out
  std::vector<Choice> choices;           ///< between statements; an outer one before those in it
  PlaceholderValues variables;           ///< of psql, by their text, that the script itself sets
  std::set<std::string> forgotten;       ///< names of those that it sets to what is not known
  /// Where psql first goes to another folder.
  std::optional<std::uint32_t> changes_folder;
};

RawScript split_script(std::string_view text, Span region, const Dialect& dialect = {});

}  // namespace unwedge::sql
