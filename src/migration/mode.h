// How a runner sends a section to the server: in which transactions, and in which messages. The
// names are those of the runner profiles.

#pragma once

#include <cstdint>

namespace unwedge::migration {

enum class Mode : std::uint8_t {
  kUnknown,  ///< the runner is not known
  kTransactionPerSection,
  kTransactionPerFile,
  kImplicitWholeMessage,    ///< one simple-query message, no BEGIN
  kAutocommitPerStatement,  ///< each statement a message of its own
  kAutocommitPerChunk,      ///< the runner's own splitting decides what is one message
  kScriptDefined,           ///< psql: BEGIN and COMMIT in the file decide
};

/// True when the runner itself sends BEGIN and COMMIT.
constexpr bool opens_transaction(Mode mode) {
  return mode == Mode::kTransactionPerSection || mode == Mode::kTransactionPerFile;
}

/// How a section is cut into messages.
enum class Splitter : std::uint8_t {
  kWholeSection,  ///< the whole section is one message
  kStatements,    ///< each statement is one message
  kLineChunks,    ///< a chunk ends with a line that ends in a semicolon (goose, sql-migrate)
};

}  // namespace unwedge::migration
