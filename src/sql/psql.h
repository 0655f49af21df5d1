// The commands of psql, which begin with a backslash and end with the line (psql/command.c,
// psql/psqlscanslash.l), and its variables (fe_utils/psqlscan.l).

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sql/dialect.h"
#include "sql/split.h"
#include "unwedge/span.h"

namespace unwedge::sql {

enum class PsqlAction : std::uint8_t {
  kNone,  ///< it does nothing to the database or to what follows
  kIf,
  kElif,
  kElse,
  kEndif,
  kSemicolon,   ///< \; ends a statement without sending it
  kSend,        ///< \g, \gset, …: as a semicolon
  kSendAndRun,  ///< \gexec: and runs what the query returns
  kConnect,     ///< another connection, perhaps to another database
  kInclude,     ///< what is in another file
  kFolder,      ///< \cd: names of files are seen from another folder
  kCopy,        ///< COPY whose file is the client's
  kSet,         ///< gives a variable a value
  kUnset,
  kReset,  ///< forgets the statement begun
  kQuit,
};

struct PsqlCommand {
  PsqlAction action = PsqlAction::kNone;
  Span span;       ///< from the backslash to the last argument
  Span name;       ///< without the backslash
  Span arguments;  ///< empty: none
};

/// The command whose backslash is at `at`.
PsqlCommand psql_command_at(std::string_view text, std::uint32_t at, std::uint32_t end);

/// The first of the arguments, without quotes and with the values of variables; what follows it is
/// left in `arguments`. "": none, or one that is not known before it runs.
std::string next_argument(std::string_view text, Span& arguments,
                          const PlaceholderValues& variables);

/// Whether an \if or \elif with these arguments holds; nothing: it depends on what is not known.
std::optional<bool> psql_truth(std::string_view text, Span arguments,
                               const PlaceholderValues& variables);

/// The forms in which the variable of this name is used: ":x", ":\"x\"" and, for whether it is set,
/// ":{?x}".
std::array<std::string, 3> psql_variable_forms(std::string_view name);

/// The variable at `at`, where there is a colon; an empty span: none.
Mark psql_variable_at(std::string_view text, std::uint32_t at, std::uint32_t end);

/// \copy as the statement that is sent for it: what of it is not as in SQL.
RawStatement psql_copy(std::string_view text, const PsqlCommand& command);

/// Whether the statement is COPY … FROM stdin, whose rows follow it.
bool is_copy_from_stdin(std::string_view text, Span statement);

}  // namespace unwedge::sql
