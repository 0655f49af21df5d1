// How a runner sends a section to the server: in which transactions, and in which messages. The
// names are those of the runner profiles.

#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace unwedge::migration {

enum class Mode : std::uint8_t {
  kUnknown,                       ///< the runner is not known
  kTransactionPerSection,         ///< BEGIN … COMMIT around each section
  kTransactionPerFile,            ///< around all sections of the file for one direction
  kTransactionPerFileAutodetect,  ///< per file; autocommit if a statement must not be in one
  kTransactionPerFileHoist,       ///< per file; such statements are sent after the COMMIT
  kTransactionPerChangeset,       ///< around each changeset, which is a section
  kTransactionPerDirectory,       ///< around all files of a directory
  kTransactionAllPending,         ///< around all files of the run
  kImplicitWholeMessage,          ///< one simple-query message, no BEGIN
  kPipelineWholeMessage,          ///< one extended-protocol pipeline with one Sync, no BEGIN
  kAutocommitPerStatement,        ///< each statement a message of its own
  kAutocommitPerChunk,            ///< the runner's own splitting decides what is one message
  kScriptDefined,                 ///< psql: BEGIN and COMMIT in the file decide
};

/// By the number of the mode; kUnknown has no name in profiles.
inline constexpr std::array<std::string_view, 13> kModeNames{
    "",
    "tx_per_section",
    "tx_per_file",
    "tx_per_file_autodetect",
    "tx_per_file_hoist",
    "tx_per_changeset",
    "tx_per_dir",
    "tx_all_pending",
    "implicit_whole_message",
    "pipeline_whole_message",
    "autocommit_per_statement",
    "autocommit_per_chunk",
    "script_defined",
};

constexpr std::string_view to_string(Mode mode) {
  return mode == Mode::kUnknown ? "unknown" : kModeNames.at(static_cast<std::size_t>(mode));
}

/// True when the runner itself sends BEGIN and COMMIT.
constexpr bool opens_transaction(Mode mode) {
  return mode >= Mode::kTransactionPerSection && mode <= Mode::kTransactionAllPending;
}

/// How a section is cut into messages.
enum class Splitter : std::uint8_t {
  kWhole,       ///< the whole section is one message
  kStatements,  ///< each statement is one message
  kLines,       ///< a chunk ends with a line that ends in a semicolon (goose, sql-migrate)
  kSeparator,   ///< a chunk ends where the profile's separator stands (drizzle, bun)
  kDelimiter,   ///< a chunk ends with the first line that has a semicolon (MyBatis)
};

/// By the number of the splitter.
inline constexpr std::array<std::string_view, 5> kSplitterNames{"whole", "statements", "lines",
                                                                "separator", "delimiter"};

}  // namespace unwedge::migration
