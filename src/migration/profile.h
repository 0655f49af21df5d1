// What is known of one migration tool: how it is recognised and what it does with a file. A profile
// is data, read from src/migration/runners/*.yaml when unwedge is built, and from `runners:` in
// unwedge.yaml; docs/runners.md describes its keys. All regular expressions are RE2's. Only the
// ways of running (Mode) and of splitting (Splitter) are code.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "migration/mode.h"
#include "unwedge/step.h"

namespace unwedge::migration {

/// A file that gives a runner away, or decides how it runs. The name may begin with "../"; in it,
/// {name} is the migration's file name, {stem} the same without its extension, and {base} without
/// .up.sql, .down.sql or .sql.
struct FileSign {
  std::string file;
  std::string matches;   ///< what its text must match; "": being there is enough
  std::string lacks;     ///< what its text must not match
  bool upwards = false;  ///< looked for in the migration's folder and those above it
};

/// How a file is recognised as this runner's, in the order of weight.
struct Recognition {
  std::vector<std::string> content;        ///< comments or commands that only its files have
  std::vector<FileSign> siblings;          ///< files beside the migration
  std::vector<FileSign> config;            ///< files in its folder or one above it
  std::vector<FileSign> dependencies;      ///< manifests in its folder or one above it
  std::vector<std::string> hints;          ///< like content, but other runners' files may have them
  std::vector<std::string> typical_paths;  ///< paths that hardly any other runner's files have
  std::vector<FileSign> typical_siblings;  ///< files beside the migration, as weak as such a path
  std::vector<std::string> paths;          ///< paths that its files can have; others are not its
  std::vector<std::string> not_paths;      ///< exceptions from these
};

enum class SectionKind : std::uint8_t {
  kWholeFile,      ///< every file is for the up direction, unless its path says otherwise
  kInFile,         ///< markers on lines of their own
  kSeparateFiles,  ///< the file's path says the direction
  kNone,           ///< no migration at all: a dump of the schema
};

struct SectionRules {
  SectionKind kind = SectionKind::kWholeFile;
  /// In a file: the lines that begin a section, matched from the line's beginning. Otherwise: the
  /// paths of files for that direction; a path that none matches is for the up direction.
  std::string up;
  std::string down;
  std::string verify;
  bool starts_up = false;        ///< in a file: what stands before the first marker is up
  bool first_down_ends = false;  ///< only the first down marker counts; all after it is down
  std::string block_begin;       ///< a line from which on all is one chunk
  std::string block_end;
  std::string
      other_database;  ///< sections whose marker, or files whose path, matches: not run on Postgres
};

/// When a variant holds: all that is said here must be so. Empty: never looked at.
struct Condition {
  std::string content;  ///< the file's text matches
  std::string section;  ///< the section's own text, its marker included, matches
  std::string marker;   ///< the line that begins the section matches
  std::string path;     ///< the path matches
  FileSign file;        ///< such a file is there
  /// The version of a package in the nearest manifest or lockfile: at least, and below.
  std::string package;
  std::string at_least;
  std::string below;
};

/// What the runner does, in the cases that `when` describes.
struct Variant {
  std::string name;      ///< for people: "Prisma before 7.4"; "" where nobody needs it
  bool opt_out = false;  ///< a person chose to run it without a transaction
  Condition when;
  Mode mode = Mode::kUnknown;
  Splitter splitter = Splitter::kStatements;
};

/// How a file or section is told to run without a transaction; for help texts.
struct WayOutRules {
  std::string line;       ///< what to write
  std::string down_line;  ///< the same for the down section, where it differs
  /// Where: "a migration that has the line" unless said otherwise; "a file whose name has".
  std::string place;
};

/// Something that looks like an opt-out and is none.
struct IgnoredOptOut {
  std::string line;  ///< matches lines, from their beginning
  std::string why;   ///< "it must be the first line of the file"
};

struct TransactionRules {
  Mode mode = Mode::kUnknown;
  Splitter splitter = Splitter::kStatements;
  std::string separator;  ///< kSeparator: the literal text between two chunks
  /// After COMMIT in the file the next statement opens a transaction again (JDBC without
  /// autocommit).
  bool reopens = false;
  /// Statements that the runner itself knows to run outside a transaction, matched against the
  /// statement's words, in upper case, with one blank between them.
  std::vector<std::string> non_transactional;
  /// Autodetect: the runner refuses a file that has both kinds of statements.
  bool refuses_mix = false;
  std::vector<Variant> variants;  ///< the first that holds replaces mode and splitter
  WayOutRules way_out;
  std::vector<IgnoredOptOut> ignored_opt_outs;
};

/// What the runner's own session does to the migration's.
struct SessionRules {
  std::string lock_timeout;  ///< that the runner sets for the migration: "500ms"
  /// It resets the settings between two files, so that none leaks into the next migration.
  bool resets_settings = false;
  BuildDanger build_danger = BuildDanger::kNone;
  std::string build_cure;                ///< what to do about it, a sentence
  std::vector<FileSign> build_cured_by;  ///< files that show that it was done
};

struct RunnerProfile {
  std::string name;    ///< "dbmate"; "unknown"
  std::string source;  ///< where its behaviour was read
  Recognition recognise;
  SectionRules sections;
  TransactionRules transaction;
  SessionRules session;

  [[nodiscard]] bool known() const { return transaction.mode != Mode::kUnknown; }
};

}  // namespace unwedge::migration
