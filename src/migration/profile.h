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

/// Something that the runner replaces before the server sees the file.
struct PlaceholderRule {
  std::string pattern;   ///< the group that takes part is the placeholder, or all that matches
  std::string from;      ///< it counts only after such a line; "": everywhere
  std::string to;        ///< and only before such a line
  bool nothing = false;  ///< it is left out, and nothing put in its place
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
  /// What ends a statement as a semicolon does. The separator and the ends of blocks do, too.
  std::string statement_end;
  /// A line from which on its group ends a statement and a chunk, instead of the semicolon.
  std::string delimiter;
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

enum class OrderKind : std::uint8_t {
  kNone,       ///< people choose what is run
  kVersion,    ///< by the versions in the names
  kNumbered,   ///< the same, if all files of the folder have one
  kJournal,    ///< as Drizzle's meta/_journal.json says
  kPlan,       ///< as Sqitch's plan says
  kChangelog,  ///< as Liquibase's changelogs say
};

/// How versions are compared.
enum class VersionOrder : std::uint8_t {
  kName,    ///< not at all: the whole paths are compared, byte by byte
  kText,    ///< byte by byte: "10" comes before "9"
  kNumber,  ///< leading zeros do not count
  kParts,   ///< as numbers between dots, underscores and hyphens; zeros at the end do not count
};

/// What the runner does where a number is missing between 1 and the last.
enum class Gaps : std::uint8_t { kAllowed, kRefused, kEnd };

/// Which folders below are looked at.
enum class Subfolders : std::uint8_t { kNone, kOne, kAll };

/// In which order the files of a folder are applied. Their paths count from the folder that holds
/// all of them, which is the closest one from which the whole of a file's path matches.
struct OrderRules {
  OrderKind kind = OrderKind::kNone;
  std::string file;  ///< a migration's path; the group that takes part in it is the version
  VersionOrder compare = VersionOrder::kName;
  Gaps gaps = Gaps::kAllowed;
  Subfolders subfolders = Subfolders::kNone;
  std::vector<std::string> lists;  ///< paths that the journal, plan or changelog may have
  std::string repeatable;  ///< the path of what is applied after all versions, and when it changed
  std::string baseline;  ///< the path of what a new database begins with; the group is its version
  std::string passed_over;  ///< the path of what looks like a migration, and is none for the runner
  std::string code;         ///< the path of a migration in another language
  std::vector<FileSign> dumps;  ///< dumps of the schema that the runner keeps
};

/// What it does with a history in which not only the end has changed.
struct HistoryRules {
  OnEdit edited = OnEdit::kUnknown;
  OnLate late = OnLate::kUnknown;
  OnDuplicate duplicate = OnDuplicate::kUnknown;
};

struct RunnerProfile {
  std::string name;    ///< "dbmate"; "unknown"
  std::string source;  ///< where its behaviour was read
  Recognition recognise;
  SectionRules sections;
  bool psql = false;  ///< psql reads its files: its commands and variables count
  std::vector<PlaceholderRule> placeholders;
  TransactionRules transaction;
  SessionRules session;
  OrderRules order;
  HistoryRules history;

  [[nodiscard]] bool known() const { return transaction.mode != Mode::kUnknown; }
};

}  // namespace unwedge::migration
