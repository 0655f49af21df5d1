// The keys of a runner's profile, each said once: read_runner.cpp reads by them,
// compile_runners.cpp writes C++ by them and config_schema.cpp describes them.
//
// each_key(profile, visit) calls visit(key, field) for every key of one map, in the order of the
// fields in migration/profile.h. Fields that are maps are visited as a whole, not their keys.

#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migration/profile.h"

namespace unwedge::config {

/// What a text is.
enum class Form : std::uint8_t { kText, kRegex, kVersion, kFile };

struct RunnerKey {
  std::string_view name;   ///< as in YAML
  std::string_view about;  ///< for people: what it says
  Form form = Form::kText;
  bool required = false;
  /// The member's name, where it is not the key's with underscores.
  std::string_view member = {};
};

inline constexpr std::array<std::string_view, 4> kSectionKindNames{"whole-file", "in-file",
                                                                   "separate-files", "none"};
inline constexpr std::array<std::string_view, 3> kBuildDangerNames{"none", "hangs", "deadlocks"};
inline constexpr std::array<std::string_view, 3> kOnEditNames{"", "ignores", "refuses"};
inline constexpr std::array<std::string_view, 4> kOnLateNames{"", "applies", "skips", "refuses"};
inline constexpr std::array<std::string_view, 4> kOnDuplicateNames{"", "allows", "skips",
                                                                   "refuses"};
inline constexpr std::array<std::string_view, 6> kOrderKindNames{"none",    "version", "numbered",
                                                                 "journal", "plan",    "changelog"};
inline constexpr std::array<std::string_view, 4> kVersionOrderNames{"name", "text", "number",
                                                                    "parts"};
inline constexpr std::array<std::string_view, 3> kGapsNames{"allowed", "refused", "end"};
inline constexpr std::array<std::string_view, 3> kSubfolderNames{"none", "one", "all"};

/// The words for the values of an enumeration, by their numbers; "" for a value that has none.
inline std::span<const std::string_view> words_of(migration::Mode /*any*/) {
  return migration::kModeNames;
}
inline std::span<const std::string_view> words_of(migration::Splitter /*any*/) {
  return migration::kSplitterNames;
}
inline std::span<const std::string_view> words_of(migration::SectionKind /*any*/) {
  return kSectionKindNames;
}
inline std::span<const std::string_view> words_of(BuildDanger /*any*/) { return kBuildDangerNames; }
inline std::span<const std::string_view> words_of(OnEdit /*any*/) { return kOnEditNames; }
inline std::span<const std::string_view> words_of(OnLate /*any*/) { return kOnLateNames; }
inline std::span<const std::string_view> words_of(OnDuplicate /*any*/) { return kOnDuplicateNames; }
inline std::span<const std::string_view> words_of(migration::OrderKind /*any*/) {
  return kOrderKindNames;
}
inline std::span<const std::string_view> words_of(migration::VersionOrder /*any*/) {
  return kVersionOrderNames;
}
inline std::span<const std::string_view> words_of(migration::Gaps /*any*/) { return kGapsNames; }
inline std::span<const std::string_view> words_of(migration::Subfolders /*any*/) {
  return kSubfolderNames;
}

template <typename Visit>
void each_key(migration::FileSign& sign, Visit&& visit) {
  visit(RunnerKey{.name = "file",
                  .about = "The file's name. It may begin with '../'; {name}, {stem} and {base} "
                           "are made of the migration's own.",
                  .form = Form::kFile,
                  .required = true},
        sign.file);
  visit(RunnerKey{.name = "matches", .about = "What its text matches.", .form = Form::kRegex},
        sign.matches);
  visit(RunnerKey{.name = "lacks", .about = "What its text does not match.", .form = Form::kRegex},
        sign.lacks);
  visit(RunnerKey{.name = "upwards",
                  .about = "Whether it may lie in any folder above the migration's too."},
        sign.upwards);
}

template <typename Visit>
void each_key(migration::Recognition& signs, Visit&& visit) {
  visit(RunnerKey{.name = "content",
                  .about = "Comments or commands that only this runner's files have.",
                  .form = Form::kRegex},
        signs.content);
  visit(RunnerKey{.name = "siblings", .about = "Files beside the migration."}, signs.siblings);
  visit(RunnerKey{.name = "config",
                  .about = "Configuration files in the migration's folder or one above it."},
        signs.config);
  visit(RunnerKey{.name = "dependencies",
                  .about = "Manifests in the migration's folder or one above it that name the "
                           "runner."},
        signs.dependencies);
  visit(RunnerKey{.name = "hints",
                  .about = "Comments or commands that other runners' files may have too.",
                  .form = Form::kRegex},
        signs.hints);
  visit(RunnerKey{.name = "typical-paths",
                  .about = "Paths that hardly any other runner's files have.",
                  .form = Form::kRegex},
        signs.typical_paths);
  visit(RunnerKey{.name = "typical-siblings",
                  .about = "Files beside the migration that other runners' files may have too."},
        signs.typical_siblings);
  visit(RunnerKey{.name = "paths",
                  .about = "Paths that this runner's files can have; others are not its.",
                  .form = Form::kRegex},
        signs.paths);
  visit(RunnerKey{.name = "not-paths",
                  .about = "Paths that this runner's files never have, whatever 'paths' says.",
                  .form = Form::kRegex},
        signs.not_paths);
}

template <typename Visit>
void each_key(migration::SectionRules& sections, Visit&& visit) {
  visit(RunnerKey{.name = "kind",
                  .about = "What tells the directions apart: nothing, lines in the file, or the "
                           "file's path. 'none': it is no migration."},
        sections.kind);
  visit(RunnerKey{.name = "up",
                  .about = "in-file: the line that begins an up section, from the line's "
                           "beginning. Otherwise: the path of an up file.",
                  .form = Form::kRegex},
        sections.up);
  visit(
      RunnerKey{.name = "down", .about = "The same for the down direction.", .form = Form::kRegex},
      sections.down);
  visit(RunnerKey{.name = "verify",
                  .about = "The same for what checks that a migration was applied.",
                  .form = Form::kRegex},
        sections.verify);
  visit(RunnerKey{.name = "starts-up",
                  .about = "in-file: whether what stands before the first marker is up."},
        sections.starts_up);
  visit(RunnerKey{.name = "first-down-ends",
                  .about = "in-file: whether everything after the first down marker is down."},
        sections.first_down_ends);
  visit(RunnerKey{.name = "block-begin",
                  .about = "A line from which on everything is one chunk.",
                  .form = Form::kRegex},
        sections.block_begin);
  visit(
      RunnerKey{
          .name = "block-end", .about = "The line that ends such a chunk.", .form = Form::kRegex},
      sections.block_end);
  visit(RunnerKey{.name = "other-database",
                  .about = "Markers or paths of what is not run on PostgreSQL.",
                  .form = Form::kRegex},
        sections.other_database);
}

template <typename Visit>
void each_key(migration::PlaceholderRule& rule, Visit&& visit) {
  visit(RunnerKey{.name = "pattern",
                  .about = "What the runner replaces: a group, or all that matches.",
                  .form = Form::kRegex,
                  .required = true},
        rule.pattern);
  visit(
      RunnerKey{
          .name = "from", .about = "It counts only after what matches this.", .form = Form::kRegex},
      rule.from);
  visit(
      RunnerKey{
          .name = "to", .about = "It counts only before what matches this.", .form = Form::kRegex},
      rule.to);
  visit(RunnerKey{.name = "nothing", .about = "Whether it is left out, with nothing in its place."},
        rule.nothing);
}

template <typename Visit>
void each_key(migration::Condition& condition, Visit&& visit) {
  visit(RunnerKey{.name = "content", .about = "The file's text matches.", .form = Form::kRegex},
        condition.content);
  visit(RunnerKey{.name = "section",
                  .about = "The section's own text matches, its marker included.",
                  .form = Form::kRegex},
        condition.section);
  visit(RunnerKey{.name = "marker",
                  .about = "The line that begins the section matches.",
                  .form = Form::kRegex},
        condition.marker);
  visit(RunnerKey{.name = "path", .about = "The file's path matches.", .form = Form::kRegex},
        condition.path);
  visit(RunnerKey{.name = "file", .about = "There is such a file."}, condition.file);
  visit(RunnerKey{.name = "package",
                  .about = "A package in the nearest manifest or lockfile, whose version counts."},
        condition.package);
  visit(RunnerKey{.name = "at-least",
                  .about = "The first version of the package for which the variant holds.",
                  .form = Form::kVersion},
        condition.at_least);
  visit(RunnerKey{.name = "below",
                  .about = "The first version of the package for which it holds no more.",
                  .form = Form::kVersion},
        condition.below);
}

template <typename Visit>
void each_key(migration::Variant& variant, Visit&& visit) {
  visit(RunnerKey{.name = "name", .about = "What people call it: 'Prisma before 7.4'."},
        variant.name);
  visit(RunnerKey{.name = "opt-out",
                  .about = "Whether somebody chose to run it without the runner's transaction."},
        variant.opt_out);
  visit(RunnerKey{.name = "when",
                  .about = "When it holds: everything that is said here is so.",
                  .required = true},
        variant.when);
  visit(RunnerKey{.name = "mode", .about = "Instead of the profile's.", .required = true},
        variant.mode);
  visit(RunnerKey{.name = "split",
                  .about = "Instead of the profile's; the same unless set.",
                  .member = "splitter"},
        variant.splitter);
}

template <typename Visit>
void each_key(migration::WayOutRules& way_out, Visit&& visit) {
  visit(RunnerKey{.name = "line", .about = "What to write.", .required = true}, way_out.line);
  visit(RunnerKey{.name = "down-line", .about = "What to write in a down section, if not that."},
        way_out.down_line);
  visit(RunnerKey{.name = "place", .about = "Where: 'a migration that has the line' unless set."},
        way_out.place);
}

template <typename Visit>
void each_key(migration::IgnoredOptOut& ignored, Visit&& visit) {
  visit(RunnerKey{.name = "line",
                  .about = "What such a line matches, from its beginning.",
                  .form = Form::kRegex,
                  .required = true},
        ignored.line);
  visit(RunnerKey{.name = "why",
                  .about = "Why it has no effect: 'it must be the first line of the file'.",
                  .required = true},
        ignored.why);
}

/// For the variants, visit() also gets one to start from.
template <typename Visit>
void each_key(migration::TransactionRules& rules, Visit&& visit) {
  visit(RunnerKey{.name = "mode", .about = "In which transactions a section runs."}, rules.mode);
  visit(RunnerKey{.name = "split",
                  .about = "How a section is cut into messages to the server.",
                  .member = "splitter"},
        rules.splitter);
  visit(RunnerKey{.name = "separator", .about = "split: separator: the text between two messages."},
        rules.separator);
  visit(RunnerKey{.name = "statement-end",
                  .about = "What ends a statement besides a semicolon and the separator.",
                  .form = Form::kRegex},
        rules.statement_end);
  visit(RunnerKey{.name = "delimiter",
                  .about = "A line from which on the group, at the end of a line, ends a chunk, "
                           "instead of the semicolon.",
                  .form = Form::kRegex},
        rules.delimiter);
  visit(RunnerKey{.name = "reopens",
                  .about = "Whether the statement after a COMMIT in the file opens a transaction "
                           "again."},
        rules.reopens);
  visit(RunnerKey{.name = "non-transactional",
                  .about = "Statements, in upper case with single blanks, that the runner itself "
                           "runs outside a transaction.",
                  .form = Form::kRegex},
        rules.non_transactional);
  visit(
      RunnerKey{.name = "refuses-mix",
                .about = "Whether the runner refuses a file that has such statements and others."},
      rules.refuses_mix);
  visit(
      RunnerKey{.name = "variants",
                .about = "What the runner does in particular cases; the first that holds counts."},
      rules.variants, migration::Variant{.splitter = rules.splitter});
  visit(RunnerKey{.name = "way-out",
                  .about = "How a file is told to run without a transaction; for help texts."},
        rules.way_out);
  visit(RunnerKey{.name = "ignored-opt-outs",
                  .about = "Lines that look like a way out and have no effect."},
        rules.ignored_opt_outs);
}

template <typename Visit>
void each_key(migration::SessionRules& session, Visit&& visit) {
  visit(
      RunnerKey{.name = "lock-timeout", .about = "The lock_timeout that the runner sets: '500ms'."},
      session.lock_timeout);
  visit(RunnerKey{.name = "resets-settings",
                  .about = "Whether the runner resets settings between two files."},
        session.resets_settings);
  visit(RunnerKey{.name = "build-danger",
                  .about = "What the runner's own lock does to CREATE INDEX CONCURRENTLY."},
        session.build_danger);
  visit(RunnerKey{.name = "build-cure", .about = "What to do about it, a sentence."},
        session.build_cure);
  visit(RunnerKey{.name = "build-cured-by", .about = "Files that show that it was done."},
        session.build_cured_by);
}

template <typename Visit>
void each_key(migration::OrderRules& order, Visit&& visit) {
  visit(RunnerKey{.name = "kind", .about = "What decides in which order files are applied."},
        order.kind);
  visit(RunnerKey{.name = "file",
                  .about = "The whole path of a migration, from the folder that holds all of them; "
                           "a group is its version.",
                  .form = Form::kRegex},
        order.file);
  visit(RunnerKey{.name = "compare",
                  .about = "How versions are compared; 'name': the whole paths are."},
        order.compare);
  visit(
      RunnerKey{.name = "gaps",
                .about = "What the runner does where a number is missing: nothing, refuse to run, "
                         "or end there."},
      order.gaps);
  visit(RunnerKey{.name = "subfolders",
                  .about = "Which folders below are looked at: none, those directly below, all."},
        order.subfolders);
  visit(RunnerKey{.name = "lists",
                  .about = "The paths that the journal, plan or changelog may have.",
                  .form = Form::kFile},
        order.lists);
  visit(RunnerKey{.name = "repeatable",
                  .about = "The whole path of a file that is applied after all versions, in the "
                           "order of paths, and again whenever it has changed.",
                  .form = Form::kRegex},
        order.repeatable);
  visit(RunnerKey{.name = "baseline",
                  .about = "The whole path of a file that a new database begins with instead of "
                           "the versions up to its own.",
                  .form = Form::kRegex},
        order.baseline);
  visit(RunnerKey{.name = "passed-over",
                  .about = "The whole path of a file that people take for a migration, and whose "
                           "name the runner does not read.",
                  .form = Form::kRegex},
        order.passed_over);
  visit(RunnerKey{.name = "code",
                  .about = "The whole path of a migration that is not written in SQL.",
                  .form = Form::kRegex},
        order.code);
  visit(RunnerKey{.name = "dumps", .about = "Dumps of the schema that the runner keeps."},
        order.dumps);
}

template <typename Visit>
void each_key(migration::HistoryRules& history, Visit&& visit) {
  visit(RunnerKey{.name = "edited",
                  .about = "What it does when a migration that it has applied was edited: nothing, "
                           "or it refuses to go on."},
        history.edited);
  visit(RunnerKey{.name = "late",
                  .about = "What it does with a new migration that comes before one that it has "
                           "applied."},
        history.late);
  visit(RunnerKey{.name = "duplicate", .about = "What it does with two migrations of one version."},
        history.duplicate);
}

template <typename Visit>
void each_key(migration::RunnerProfile& profile, Visit&& visit) {
  visit(RunnerKey{.name = "name", .about = "The runner's name."}, profile.name);
  visit(RunnerKey{.name = "source", .about = "Where its behaviour was read."}, profile.source);
  visit(RunnerKey{.name = "recognise", .about = "How its files are recognised."},
        profile.recognise);
  visit(RunnerKey{.name = "sections", .about = "Which parts of a file are for which direction."},
        profile.sections);
  visit(RunnerKey{.name = "psql",
                  .about = "Whether psql reads its files, so that commands, variables and data "
                           "after COPY count."},
        profile.psql);
  visit(RunnerKey{.name = "placeholders",
                  .about = "What it replaces in a file, besides what no SQL is like: ${x}, {{x}}."},
        profile.placeholders);
  visit(RunnerKey{.name = "transaction", .about = "What it sends, in which transactions."},
        profile.transaction);
  visit(RunnerKey{.name = "session", .about = "What its own session does to the migration's."},
        profile.session);
  visit(RunnerKey{.name = "order", .about = "In which order it applies the files of a folder."},
        profile.order);
  visit(RunnerKey{.name = "history",
                  .about = "What it does with a history of which not only the end has changed."},
        profile.history);
}

}  // namespace unwedge::config
