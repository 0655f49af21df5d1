// Runner profiles in YAML: every key, what a profile takes from the one below it, and the errors.

#include "config/read_runner.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "migration/profile.h"

namespace unwedge::config {
namespace {

using migration::Mode;
using migration::RunnerProfile;
using migration::SectionKind;
using migration::Splitter;
using Lines = std::vector<std::string>;

struct Reading {
  std::optional<RunnerProfile> profile;
  Lines errors;  ///< "line:column message"
};

Reading read(std::string_view text, RunnerProfile base = {}) {
  Problems problems("acme.yaml");
  const std::optional<YamlNode> tree = read_yaml(text, problems);
  REQUIRE(tree);
  Reading reading{.profile = read_runner(*tree, std::move(base), problems), .errors = {}};
  for (const ConfigError& error : problems.take()) {
    reading.errors.push_back(std::to_string(error.line) + ":" + std::to_string(error.column) + " " +
                             error.message);
  }
  CHECK(reading.profile.has_value() == reading.errors.empty());
  return reading;
}

/// Of a runner of the config, to which the text adds what is looked at.
Lines errors(std::string_view text) {
  RunnerProfile base{.name = "acme"};
  base.transaction.mode = Mode::kTransactionPerFile;
  return read(text, base).errors;
}

RunnerProfile valid(std::string_view text, RunnerProfile base = {}) {
  Reading reading = read(text, std::move(base));
  CHECK(reading.errors.empty());
  REQUIRE(reading.profile);
  return std::move(*reading.profile);
}

TEST_CASE("every key of a profile is read") {
  const RunnerProfile acme = valid(R"(
name: acme
source: acme/migrate@1234567
recognise:
  content: ['^-- acme', '^-- more']
  siblings: [acme.lock, {file: '../{stem}.json', matches: '"acme"', lacks: beta, upwards: true}]
  config: [acme.toml]
  dependencies: [{file: go.mod, matches: acme}]
  hints: ['a']
  typical-paths: ['b']
  typical-siblings: ['{base}.down.sql']
  paths: ['c']
  not-paths: ['d']
sections:
  kind: in-file
  up: '-- up'
  down: '-- down'
  verify: '-- verify'
  starts-up: true
  first-down-ends: true
  block-begin: '-- begin'
  block-end: '-- end'
  other-database: mysql
transaction:
  mode: tx_per_file_autodetect
  split: separator
  separator: '--> next'
  reopens: true
  non-transactional: [VACUUM]
  refuses-mix: true
  variants:
    - name: without
      opt-out: true
      when:
        content: e
        section: f
        marker: g
        path: h
        file: {file: acme.conf, lacks: tx}
        package: acme
        at-least: 7.4
        below: '8'
      mode: autocommit_per_statement
      split: statements
  way-out: {line: '-- no tx', down-line: '-- no down tx', place: a file that says so}
  ignored-opt-outs: [{line: '-- notx', why: it is misspelt}]
session:
  lock-timeout: 500ms
  resets-settings: true
  build-danger: deadlocks
  build-cure: Do not.
  build-cured-by: [cured.toml]
order:
  kind: journal
  file: '([0-9]+)\.sql'
  compare: parts
  gaps: end
  subfolders: all
  lists: [acme.plan]
  repeatable: 'r'
  baseline: 'b'
  passed-over: 'p'
  code: 'c'
  dumps: [{file: ../dump.sql, matches: acme}]
)");
  CHECK(acme.name == "acme");
  CHECK(acme.source == "acme/migrate@1234567");
  CHECK(acme.recognise.content == Lines{"^-- acme", "^-- more"});
  REQUIRE(acme.recognise.siblings.size() == 2);
  CHECK(acme.recognise.siblings[0].file == "acme.lock");
  CHECK_FALSE(acme.recognise.siblings[0].upwards);
  CHECK(acme.recognise.siblings[1].file == "../{stem}.json");
  CHECK(acme.recognise.siblings[1].matches == "\"acme\"");
  CHECK(acme.recognise.siblings[1].lacks == "beta");
  CHECK(acme.recognise.siblings[1].upwards);
  CHECK(acme.recognise.config.at(0).file == "acme.toml");
  CHECK(acme.recognise.dependencies.at(0).matches == "acme");
  CHECK(acme.recognise.hints == Lines{"a"});
  CHECK(acme.recognise.typical_paths == Lines{"b"});
  CHECK(acme.recognise.typical_siblings.at(0).file == "{base}.down.sql");
  CHECK(acme.recognise.paths == Lines{"c"});
  CHECK(acme.recognise.not_paths == Lines{"d"});

  CHECK(acme.sections.kind == SectionKind::kInFile);
  CHECK(acme.sections.up == "-- up");
  CHECK(acme.sections.down == "-- down");
  CHECK(acme.sections.verify == "-- verify");
  CHECK(acme.sections.starts_up);
  CHECK(acme.sections.first_down_ends);
  CHECK(acme.sections.block_begin == "-- begin");
  CHECK(acme.sections.block_end == "-- end");
  CHECK(acme.sections.other_database == "mysql");

  const migration::TransactionRules& rules = acme.transaction;
  CHECK(rules.mode == Mode::kTransactionPerFileAutodetect);
  CHECK(rules.splitter == Splitter::kSeparator);
  CHECK(rules.separator == "--> next");
  CHECK(rules.reopens);
  CHECK(rules.non_transactional == Lines{"VACUUM"});
  CHECK(rules.refuses_mix);
  REQUIRE(rules.variants.size() == 1);
  const migration::Variant& variant = rules.variants[0];
  CHECK(variant.name == "without");
  CHECK(variant.opt_out);
  CHECK(variant.when.content == "e");
  CHECK(variant.when.section == "f");
  CHECK(variant.when.marker == "g");
  CHECK(variant.when.path == "h");
  CHECK(variant.when.file.file == "acme.conf");
  CHECK(variant.when.file.lacks == "tx");
  CHECK(variant.when.package == "acme");
  CHECK(variant.when.at_least == "7.4");
  CHECK(variant.when.below == "8");
  CHECK(variant.mode == Mode::kAutocommitPerStatement);
  CHECK(variant.splitter == Splitter::kStatements);
  CHECK(rules.way_out.line == "-- no tx");
  CHECK(rules.way_out.down_line == "-- no down tx");
  CHECK(rules.way_out.place == "a file that says so");
  REQUIRE(rules.ignored_opt_outs.size() == 1);
  CHECK(rules.ignored_opt_outs[0].line == "-- notx");
  CHECK(rules.ignored_opt_outs[0].why == "it is misspelt");

  CHECK(acme.session.lock_timeout == "500ms");
  CHECK(acme.session.resets_settings);
  CHECK(acme.session.build_danger == BuildDanger::kDeadlocks);
  CHECK(acme.session.build_cure == "Do not.");
  CHECK(acme.session.build_cured_by.at(0).file == "cured.toml");

  CHECK(acme.order.kind == migration::OrderKind::kJournal);
  CHECK(acme.order.file == "([0-9]+)\\.sql");
  CHECK(acme.order.compare == migration::VersionOrder::kParts);
  CHECK(acme.order.gaps == migration::Gaps::kEnd);
  CHECK(acme.order.subfolders == migration::Subfolders::kAll);
  CHECK(acme.order.lists == Lines{"acme.plan"});
  CHECK(acme.order.repeatable == "r");
  CHECK(acme.order.baseline == "b");
  CHECK(acme.order.passed_over == "p");
  CHECK(acme.order.code == "c");
  CHECK(acme.order.dumps.at(0).file == "../dump.sql");
}

TEST_CASE("a profile needs its name, its source and how it runs") {
  CHECK(read("{}").errors == Lines{"1:1 'name' is missing in 'runner'.",
                                   "1:1 'source' is missing in 'runner'.",
                                   "1:1 'mode' is missing in 'transaction'.",
                                   "1:1 'split' is missing in 'transaction'."});
  CHECK(read("{name: a, source: b, transaction: {mode: tx_per_file}}").errors ==
        Lines{"1:1 'split' is missing in 'transaction'."});
  CHECK(read("[a]").errors == Lines{"1:1 'runner' must be a map, not a list."});
  const RunnerProfile dump = valid("{name: dump, source: b, sections: {kind: none}}");
  CHECK(dump.sections.kind == SectionKind::kNone);
  CHECK_FALSE(dump.known());
}

TEST_CASE("a variant is split as the profile is unless it says otherwise") {
  const RunnerProfile acme = valid(R"(
name: acme
source: b
transaction:
  variants:
    - {when: {path: a}, mode: tx_per_file}
    - {when: {path: b}, mode: tx_per_file, split: whole}
  mode: tx_per_section
  split: lines
)");
  REQUIRE(acme.transaction.variants.size() == 2);
  CHECK(acme.transaction.variants[0].splitter == Splitter::kLines);
  CHECK(acme.transaction.variants[1].splitter == Splitter::kWhole);
}

TEST_CASE("what is not said is as in the base, and a list is replaced as a whole") {
  const RunnerProfile base = valid(R"(
name: acme
source: b
recognise: {content: [a, b], hints: [c]}
sections: {up: d, down: e}
transaction:
  mode: tx_per_section
  split: lines
  variants: [{when: {path: a}, mode: tx_per_file}]
  way-out: {line: f, place: g}
session: {build-danger: hangs, lock-timeout: 1s}
)");
  const RunnerProfile changed = valid(R"(
recognise: {content: [z]}
sections: {down: y}
transaction: {mode: tx_all_pending, way-out: {line: x}}
session: {build-danger: none}
)",
                                      base);
  CHECK(changed.name == "acme");
  CHECK(changed.source == "b");
  CHECK(changed.recognise.content == Lines{"z"});
  CHECK(changed.recognise.hints == Lines{"c"});
  CHECK(changed.sections.up == "d");
  CHECK(changed.sections.down == "y");
  CHECK(changed.transaction.mode == Mode::kTransactionAllPending);
  CHECK(changed.transaction.splitter == Splitter::kLines);
  CHECK(changed.transaction.variants.size() == 1);
  CHECK(changed.transaction.way_out.line == "x");
  CHECK(changed.transaction.way_out.place == "g");
  CHECK(changed.session.build_danger == BuildDanger::kNone);
  CHECK(changed.session.lock_timeout == "1s");
  CHECK(valid("transaction: {variants: []}", base).transaction.variants.empty());
}

TEST_CASE("keys and words that a profile does not have are reported") {
  CHECK(errors("recognize: {}") == Lines{"1:1 Unknown key 'recognize'; did you mean 'recognise'?"});
  CHECK(errors("sections: {block_begin: a}") ==
        Lines{"1:12 Unknown key 'block_begin'; did you mean 'block-begin'?"});
  CHECK(errors("recognise: {siblings: [{file: a, matchs: b}]}") ==
        Lines{"1:34 Unknown key 'matchs'; did you mean 'matches'?"});
  CHECK(errors("sections: {kind: infile}") ==
        Lines{"1:18 'kind' must be whole-file, in-file, separate-files or none, not 'infile'; did "
              "you mean 'in-file'?"});
  CHECK(errors("transaction: {split: line}") ==
        Lines{"1:22 'split' must be whole, statements, lines, separator or delimiter, not 'line'; "
              "did you mean 'lines'?"});
  CHECK(errors("transaction: {mode: tx_per_fil}")[0].ends_with(
      "script_defined, not 'tx_per_fil'; did you mean 'tx_per_file'?"));
  CHECK(errors("transaction: {mode: ''}").size() == 1);
  CHECK(errors("session: {build-danger: hang}") ==
        Lines{"1:25 'build-danger' must be none, hangs or deadlocks, not 'hang'; did you mean "
              "'hangs'?"});
  CHECK(errors("session: {resets-settings: yes}") ==
        Lines{"1:28 'resets-settings' must be true or false, not 'yes'."});
}

TEST_CASE("values of the wrong type are reported") {
  CHECK(errors("sections: in-file") == Lines{"1:11 'sections' must be a map, not 'in-file'."});
  CHECK(errors("sections: {up: [a]}") ==
        Lines{"1:16 'up' must be a regular expression, not a list."});
  CHECK(errors("recognise: {content: a}") == Lines{"1:22 'content' must be a list, not 'a'."});
  CHECK(errors("recognise: {content: [[a]]}") ==
        Lines{"1:23 'content' must be a regular expression, not a list."});
  CHECK(errors("recognise: {siblings: [[a]]}") ==
        Lines{"1:24 'siblings' must be a map, not a list."});
  CHECK(errors("recognise: {siblings: ['']}") ==
        Lines{"1:24 'siblings' must be a file's name, not empty."});
  CHECK(errors("session: {lock-timeout: }") ==
        Lines{"1:11 'lock-timeout' must be a text, not nothing."});
}

TEST_CASE("every regular expression is checked where it stands") {
  CHECK(errors("sections: {up: '('}") ==
        Lines{"1:16 '(' in 'up' is no regular expression: missing ): (."});
  CHECK(errors("recognise:\n  content: [a, '(?=b)']\n") ==
        Lines{"2:16 '(?=b)' in 'content' is no regular expression: invalid perl operator: (?=."});
  for (std::string_view text :
       {"recognise: {config: [{file: a, matches: '['}]}", "recognise: {not-paths: ['[']}",
        "transaction: {non-transactional: ['[']}", "sections: {other-database: '['}",
        "transaction: {variants: [{mode: tx_per_file, when: {marker: '['}}]}",
        "transaction: {ignored-opt-outs: [{line: '[', why: b}]}"}) {
    INFO(text);
    CHECK(errors(text).size() == 1);
  }
}

TEST_CASE("a stranger's profile takes a bounded time") {
  CHECK(errors("sections: {up: '(\\pL{1000}){1000}'}").size() == 1);
  std::string many = "recognise:\n  content:\n";
  for (int i = 0; i < 1000; ++i) many += "  - '(\\pL{1000})'\n";
  const Lines found = errors(many);
  CHECK(found.size() == 201);
  CHECK(found.back() == "203:5 A profile may have 200 texts at most.");
}

TEST_CASE("what belongs together is asked for") {
  CHECK(errors("recognise: {siblings: [{matches: a}]}") ==
        Lines{"1:24 'file' is missing in 'siblings'."});
  CHECK(errors("transaction: {variants: [{}]}") ==
        Lines{"1:26 'when' is missing in 'variants'.", "1:26 'mode' is missing in 'variants'."});
  CHECK(errors("transaction: {variants: [{mode: tx_per_file, when: {}}]}") ==
        Lines{"1:52 'when' must say when the variant holds, not nothing."});
  CHECK(errors("transaction: {variants: [{mode: tx_per_file, when: {below: 2}}]}") ==
        Lines{"1:52 'package' is missing in 'when'."});
  CHECK(errors("transaction: {variants: [{mode: tx_per_file, when: {package: a, below: x}}]}") ==
        Lines{"1:72 'below' must be a version as 7.4, not 'x'."});
  CHECK(errors("transaction: {way-out: {place: a}}") ==
        Lines{"1:24 'line' is missing in 'way-out'."});
  CHECK(errors("transaction: {ignored-opt-outs: [{line: a}]}") ==
        Lines{"1:34 'why' is missing in 'ignored-opt-outs'."});
  CHECK(errors("transaction: {split: separator}") ==
        Lines{"1:14 'separator' is missing in 'transaction'."});
  CHECK(
      errors("transaction: {variants: [{mode: tx_per_file, split: separator, when: {path: a}}]}") ==
      Lines{"1:14 'separator' is missing in 'transaction'."});
}

}  // namespace
}  // namespace unwedge::config
