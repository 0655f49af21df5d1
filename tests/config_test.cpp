// unwedge.yaml: what is read, and that everything wrong is reported with its place.

#include "config/config.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "lint/registry.h"

namespace unwedge::config {
namespace {

using migration::Mode;
using migration::RunnerProfile;
using migration::Splitter;

RunnerProfile runner(std::string name) {
  return {.name = std::move(name),
          .sections = {.up = "-- up", .down = "-- down"},
          .transaction = {.mode = Mode::kTransactionPerFile, .splitter = Splitter::kLines}};
}

const std::vector<RunnerProfile> kRunners{runner("dbmate"), runner("goose"), runner("psql"),
                                          runner("sql-migrate")};
const Vocabulary kVocabulary{.runners = kRunners};

/// What follows an unknown runner.
const std::string kUseRunners =
    " | Use dbmate, goose, psql or sql-migrate, or define it under 'runners' in the config.";
const std::string kUseKeys =
    " | Use preset, rules, exclude, postgres, fail-on, runners, runner, migrations, placeholders, "
    "tables, table-sizes, check-down, concurrent-runs or acks.";

tl::expected<Config, ConfigErrors> parse(std::string_view text) {
  return parse_config(text, "db/unwedge.yaml", kVocabulary);
}

/// "line:column message | help" of each error.
std::vector<std::string> errors(std::string_view text) {
  std::vector<std::string> lines;
  const tl::expected<Config, ConfigErrors> config = parse(text);
  if (config) return lines;
  for (const ConfigError& error : config.error()) {
    CHECK(error.file == "db/unwedge.yaml");
    std::string line =
        std::to_string(error.line) + ":" + std::to_string(error.column) + " " + error.message;
    if (!error.help.empty()) line += " | " + error.help;
    lines.push_back(line);
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST_CASE("an empty config is the recommended preset") {
  for (std::string_view text : {"", "\n", "# nothing\n", "---\n", "{}\n", "rules:\nexclude:\n"}) {
    INFO(text);
    const tl::expected<Config, ConfigErrors> config = parse(text);
    REQUIRE(config);
    CHECK(config->preset == "recommended");
    CHECK(config->postgres.major == 15);
    CHECK(config->fail_on == FailOn::kWarning);
    CHECK(config->runner.empty());
    CHECK(config->rules.size() == parse("preset: recommended")->rules.size());
    CHECK(config->exclude.empty());
    CHECK(config->acks.empty());
    CHECK_FALSE(config->runners);
    CHECK(config->migrations.empty());
    CHECK_FALSE(config->check_down);
    CHECK_FALSE(config->concurrent_runs);
  }
  CHECK(default_config(kVocabulary));
}

TEST_CASE("every key is read") {
  const tl::expected<Config, ConfigErrors> config = parse(R"(
preset: strict
postgres: 12
fail-on: error
runner: mine
runners:
  mine: {transaction: {mode: tx_all_pending, split: whole}}
migrations:
  - {path: db/one, runner: goose, mode: tx_all_pending}
  - {path: '**/two', mode: script_defined}
check-down: true
concurrent-runs: true
exclude: [old/, '*.generated.sql']
rules:
  index-not-concurrent: warning
acks:
  - path: ./migrations/001.sql
    rules: [require-concurrent-index-creation]
    reason: The table was small then.
    until: 2027-03-31
    ticket: 17
  - path: migrations/002.sql
    reason: 'Everything in it is history.'
)");
  REQUIRE(config);
  CHECK(config->preset == "strict");
  CHECK(config->postgres.major == 12);
  CHECK(config->fail_on == FailOn::kError);
  CHECK(config->runner == "mine");
  REQUIRE(config->runners);
  CHECK(config->runners->size() == kRunners.size() + 1);
  REQUIRE(config->migrations.size() == 2);
  CHECK(config->migrations[0].runner == "goose");
  CHECK(config->migrations[0].mode == Mode::kTransactionAllPending);
  CHECK(config->migrations[1].runner.empty());
  CHECK(config->migrations[1].mode == Mode::kScriptDefined);
  CHECK(config->check_down);
  CHECK(config->concurrent_runs);
  REQUIRE(config->exclude.size() == 2);
  CHECK(config->exclude[0].matches("x/old/a.sql"));
  CHECK(config->rules.at("index-not-concurrent").severity == Severity::kWarning);
  REQUIRE(config->acks.size() == 2);
  CHECK(config->acks[0].path == "migrations/001.sql");
  CHECK(config->acks[0].rules == Lines{"index-not-concurrent"});
  CHECK(config->acks[0].reason == "The table was small then.");
  CHECK(config->acks[0].until == "2027-03-31");
  CHECK(config->acks[0].ticket == "17");
  CHECK(config->acks[0].declared_at == "unwedge.yaml:17");
  CHECK(config->acks[1].rules.empty());
}

TEST_CASE("what is said of less wins over what is said of more") {
  const tl::expected<Config, ConfigErrors> config = parse(R"(
rules:
  require-concurrent-index-creation: info
  locking: error
  all: off
)");
  REQUIRE(config);
  CHECK(config->rules.at("index-not-concurrent").enabled);
  CHECK(config->rules.at("index-not-concurrent").severity == Severity::kInfo);
  CHECK_FALSE(config->rules.at("syntax-error").enabled);
  CHECK(config->rules.size() == lint::builtin_rules().size());
}

TEST_CASE("off may be written as YAML 1.1 programs write it") {
  CHECK_FALSE(parse("rules: {syntax-error: off}")->rules.at("syntax-error").enabled);
  CHECK_FALSE(parse("rules: {syntax-error: false}")->rules.at("syntax-error").enabled);
  CHECK_FALSE(parse("rules: {syntax-error: 'off'}")->rules.at("syntax-error").enabled);
}

TEST_CASE("the presets are valid, and a file's own settings come on top") {
  for (std::string_view preset : kPresetNames) {
    INFO(preset);
    CHECK_FALSE(lint::preset_text(preset).empty());
    CHECK(errors("preset: " + std::string(preset)).empty());
  }
  CHECK(parse("preset: strict")->fail_on == FailOn::kInfo);
  CHECK(parse("fail-on: error\npreset: strict")->fail_on == FailOn::kError);
}

TEST_CASE("unknown keys and names are reported with a suggestion") {
  CHECK(errors("rule: {}\n") == Lines{"1:1 Unknown key 'rule'; did you mean 'rules'?" + kUseKeys});
  CHECK(errors("xyz: 1\n") == Lines{"1:1 Unknown key 'xyz'." + kUseKeys});
  CHECK(errors("rules:\n  index-not-concurent: off\n") ==
        Lines{"2:3 There is no rule 'index-not-concurent'; did you mean 'index-not-concurrent'? | "
              "See `unwedge rule` for all rules and their categories."});
  CHECK(errors("rules: {loking: off}\n") ==
        Lines{"1:9 There is no rule 'loking'; did you mean 'locking'? | "
              "See `unwedge rule` for all rules and their categories."});
  CHECK(errors("rules:\n  locking: warn\n") ==
        Lines{"2:12 'locking' must be off, error, warning or info, not 'warn'."});
  CHECK(errors("rules:\n  locking: eror\n") ==
        Lines{"2:12 'locking' must be off, error, warning or info, not 'eror'; "
              "did you mean 'error'?"});
  CHECK(errors("runner: gooze\n") ==
        Lines{"1:9 'runner' must be the name of a runner, not 'gooze'; did you mean 'goose'?" +
              kUseRunners});
  CHECK(errors("preset: strikt\n") ==
        Lines{"1:9 'preset' must be recommended or strict, not 'strikt'; did you mean 'strict'?"});
  CHECK(errors("fail-on: none\n") ==
        Lines{"1:10 'fail-on' must be error, warning, info or never, not 'none'."});
}

TEST_CASE("wrong types are reported") {
  CHECK(errors("- a\n") ==
        Lines{"1:1 A config must be a map from keys to values, not a list." + kUseKeys});
  CHECK(errors("hello\n") ==
        Lines{"1:1 A config must be a map from keys to values, not a single value." + kUseKeys});
  CHECK(errors("rules: [a]\n") ==
        Lines{"1:8 'rules' must be a map from rules to severities, not a list."});
  CHECK(errors("rules: none\n") ==
        Lines{"1:8 'rules' must be a map from rules to severities, not 'none'."});
  CHECK(errors("exclude: old\n") == Lines{"1:10 'exclude' must be a list of patterns, not 'old'."});
  CHECK(errors("exclude: [[a]]\n") ==
        Lines{"1:11 'exclude' must be a list of patterns, not a list."});
  CHECK(errors("runner:\n") == Lines{"1:1 'runner' must be the name of a runner, not nothing."});
  CHECK(errors("runner: ''\n") == Lines{"1:9 'runner' must be the name of a runner, not empty."});
  CHECK(errors("rules: {locking: }\n") ==
        Lines{"1:9 'locking' must be off, error, warning or info, not nothing."});
}

TEST_CASE("postgres is a supported major version") {
  const std::string must = "1:11 'postgres' must be a major version from 11 to 18, not ";
  CHECK(parse("postgres: 11")->postgres.major == 11);
  CHECK(parse("postgres: 18")->postgres.major == 18);
  CHECK(errors("postgres: 10") == Lines{must + "'10'."});
  CHECK(errors("postgres: 19") == Lines{must + "'19'."});
  CHECK(errors("postgres: -1") == Lines{must + "'-1'."});
  CHECK(errors("postgres: latest") == Lines{must + "'latest'."});
  CHECK(errors("postgres: 99999999999") == Lines{must + "'99999999999'."});
  CHECK(errors("postgres: '15'") == Lines{must + "'15'. | Write the number without quotes."});
  CHECK(errors("postgres: 15.2") == Lines{must + "'15.2'. | Write the major version only: 15."});
}

TEST_CASE("a config's runner goes over the built-in one, key by key") {
  const tl::expected<Config, ConfigErrors> config = parse(R"(
runners:
  goose:
    sections: {down: '-- back'}
    transaction: {mode: tx_all_pending}
  acme:
    transaction: {mode: tx_per_file, split: whole}
)");
  REQUIRE(config);
  const std::vector<RunnerProfile>& runners = *config->runners;
  std::vector<std::string> names;
  for (const RunnerProfile& each : runners) names.push_back(each.name);
  CHECK(names == Lines{"acme", "dbmate", "goose", "psql", "sql-migrate"});
  CHECK(runners[0].transaction.mode == Mode::kTransactionPerFile);
  CHECK(runners[2].sections.up == "-- up");
  CHECK(runners[2].sections.down == "-- back");
  CHECK(runners[2].transaction.mode == Mode::kTransactionAllPending);
  CHECK(runners[2].transaction.splitter == Splitter::kLines);
  CHECK(runners[1].sections.down == "-- down");
}

TEST_CASE("what is wrong with a config's runners is reported") {
  CHECK(errors("runners: [goose]\n") ==
        Lines{"1:10 'runners' must be a map from names to profiles, not a list."});
  CHECK(errors("runners: {Goose: {transaction: {mode: tx_per_file, split: whole}}}\n") ==
        Lines{"1:11 'Goose' is no name for a runner: it must be lower-case letters and digits, "
              "with hyphens between them."});
  CHECK(errors("runners: {unknown: {transaction: {mode: tx_per_file, split: whole}}}\n") ==
        Lines{"1:11 'unknown' is no name for a runner: it stands for a runner that was not "
              "recognised."});
  CHECK(errors("runners:\n  acme:\n") == Lines{"2:3 'acme' must be a map, not nothing."});
  CHECK(errors("runners:\n  acme: {transaction: {split: whole}}\nrunner: acme\n") ==
        Lines{"2:9 'mode' is missing in 'transaction'."});
  CHECK(errors("runners:\n  goose: {name: goose}\n") ==
        Lines{"2:11 A runner's name is its key under 'runners'. | Delete 'name'."});
}

TEST_CASE("the entries of migrations are files from the config's folder") {
  const auto matches = [](std::string_view path, std::string_view file) {
    const auto config = parse("migrations: [{path: '" + std::string(path) + "', runner: goose}]");
    REQUIRE(config);
    return config->migrations.at(0).files.matches(file);
  };
  CHECK(matches("db", "db/a/1.sql"));
  CHECK(matches("./db/", "db/1.sql"));
  CHECK_FALSE(matches("db", "app/db/1.sql"));
  CHECK(matches("db/1.sql", "db/1.sql"));
  CHECK_FALSE(matches("db/1.sql", "db/11.sql"));
  CHECK(matches("**/db/*.up.sql", "app/db/1.up.sql"));
  CHECK_FALSE(matches("*.sql", "db/1.sql"));
  CHECK(matches(".", "db/1.sql"));
}

TEST_CASE("an entry of migrations says which files and how they are run") {
  CHECK(errors("migrations: db\n") == Lines{"1:13 'migrations' must be a list of maps, not 'db'."});
  CHECK(errors("migrations: [db]\n") ==
        Lines{"1:14 'migrations' must be a list of maps, not 'db'."});
  CHECK(errors("migrations:\n  - {}\n") ==
        Lines{"2:5 The entry does not say which files it is for. | Add `path:` with a file, a "
              "folder or a pattern, relative to the config.",
              "2:5 The entry says nothing of the files. | Add `runner:`, `mode:` or `schema:`."});
  CHECK(errors("migrations: [{path: /db, runner: psql}]\n") ==
        Lines{"1:21 'path' must lie below the config's folder, not be '/db'."});
  CHECK(errors("migrations: [{path: ../db, runner: psql}]\n") ==
        Lines{"1:21 '../db' is no pattern for files: a pattern cannot leave the config's folder "
              "with '..'."});
  CHECK(errors("migrations: [{path: '!db', runner: psql}]\n") ==
        Lines{"1:21 '!db' is no pattern for files: a pattern cannot be negated with '!'."});
  CHECK(errors("migrations: [{path: db, runner: gose}]\n") ==
        Lines{"1:33 'runner' must be the name of a runner, not 'gose'; did you mean 'goose'?" +
              kUseRunners});
  CHECK(errors("migrations: [{path: db, mode: tx_al_pending}]\n")[0].ends_with(
      "not 'tx_al_pending'; did you mean 'tx_all_pending'?"));
  CHECK(errors("migrations: [{path: db, mode: ''}]\n").size() == 1);
  CHECK(errors("migrations: [{path: db, runer: psql}]\n")[0] ==
        "1:14 The entry says nothing of the files. | Add `runner:`, `mode:` or `schema:`.");
}

TEST_CASE("tables are listed as small and large") {
  const auto config = parse("tables: {small: [countries, 'lookup.*'], large: [lookup.events]}");
  REQUIRE(config);
  const TableSizes& sizes = *config->table_sizes;
  CHECK(sizes.small({"public", "countries"}));
  CHECK(sizes.small({"app", "countries"}));
  CHECK(sizes.small({"lookup", "colours"}));
  CHECK_FALSE(sizes.small({"lookup", "events"}));
  CHECK_FALSE(sizes.small({"public", "users"}));
  CHECK(parse("")->table_sizes == nullptr);
  CHECK(errors("tables: {smal: [a]}\n") ==
        Lines{"1:10 Unknown key 'smal'; did you mean 'small'? | Use small or large."});
  CHECK(errors("tables: [a]\n") == Lines{"1:9 'tables' must be a map, not a list."});
  CHECK(errors("tables: {small: a}\n") == Lines{"1:17 'small' must be a list of tables, not 'a'."});
  const std::string help = " | Write 'name' or 'schema.name', with * for any text.";
  CHECK(errors("tables: {small: [a.b.c, .a, a.]}\n") == Lines{"1:18 'a.b.c' is no table." + help,
                                                              "1:25 '.a' is no table." + help,
                                                              "1:29 'a.' is no table." + help});
}

TEST_CASE("files that a config names are in its repository") {
  namespace fs = std::filesystem;
  std::string name = (fs::temp_directory_path() / "unwedge-config-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  const fs::path folder = name;
  fs::create_directories(folder / "app/.git");
  fs::create_directories(folder / "app/db");
  std::ofstream(folder / "outside.csv") << "table,rows\nusers,5\n";
  std::ofstream(folder / "app/structure.sql") << "SELECT 1;\n";
  std::ofstream(folder / "app/sizes.csv") << "table,rows\nusers,5\n";
  fs::create_symlink("../../outside.csv", folder / "app/db/link.csv");
  const fs::path file = folder / "app/db/unwedge.yaml";
  const auto load = [&](const std::string& text) {
    std::ofstream(file) << text;
    return load_config(file, kVocabulary);
  };
  const auto refusal = [&](const std::string& text) { return load(text).error().at(0).message; };

  CHECK(load("table-sizes: ../sizes.csv\n")->table_sizes->small({"public", "users"}));
  const auto config = load("migrations: [{path: ., schema: ../structure.sql}]\n");
  REQUIRE(config);
  CHECK(config->migrations.at(0).schema == folder / "app/structure.sql");
  CHECK(refusal("table-sizes: ../../outside.csv\n") ==
        "'../../outside.csv' is not in the repository.");
  CHECK(refusal("table-sizes: link.csv\n") == "'link.csv' is not in the repository.");
  CHECK(refusal("table-sizes: /etc/passwd\n") ==
        "'/etc/passwd' must be a path relative to the config.");
  CHECK(refusal("table-sizes: ..\n") == "'..' is no file.");
  CHECK(refusal("migrations: [{path: ., schema: nowhere.sql}]\n") ==
        "There is no file 'nowhere.sql'.");
  std::ofstream(folder / "app/sizes.csv") << "name,rows\nusers,5\n";
  CHECK(load("table-sizes: ../sizes.csv\n").error().at(0).file == "../sizes.csv");
  fs::remove_all(folder);
}

TEST_CASE("check-down is true or false") {
  CHECK_FALSE(parse("check-down: false")->check_down);
  CHECK(errors("check-down: yes\n") ==
        Lines{"1:13 'check-down' must be true or false, not 'yes'."});
}

TEST_CASE("patterns are checked") {
  CHECK(errors("exclude:\n  - a\n  - ../b\n") ==
        Lines{"3:5 '../b' is no pattern for files: a pattern cannot leave the config's folder "
              "with '..'."});
}

TEST_CASE("duplicates are reported, whatever the name") {
  CHECK(errors("runner: psql\nrunner: goose\n") ==
        Lines{"2:1 'runner' is here twice; the first is on line 1. | Delete one of them."});
  CHECK(errors("rules:\n  index-not-concurrent: off\n  require-concurrent-index-creation: off\n") ==
        Lines{"3:3 'require-concurrent-index-creation' is another name of "
              "'index-not-concurrent', set on line 2."});
}

TEST_CASE("acks say what they cover and why") {
  CHECK(errors("acks:\n  - rules: [syntax-error]\n") ==
        Lines{"2:5 The ack does not say which file it is for. | "
              "Add `path:` with the file's path, relative to the config.",
              "2:5 The ack has no reason. | Add `reason:` and say why the finding is acceptable."});
  CHECK(errors("acks:\n  - path: a.sql\n    reason: ' '\n") ==
        Lines{"3:13 'reason' must be a sentence, not empty."});
  CHECK(errors("acks:\n  - {path: /a.sql, reason: x}\n") ==
        Lines{"2:12 'path' must lie below the config's folder, not be '/a.sql'."});
  CHECK(errors("acks:\n  - {path: x/../../a.sql, reason: x}\n") ==
        Lines{"2:12 'path' must lie below the config's folder, not be 'x/../../a.sql'."});
  CHECK(errors("acks:\n  - {path: '*.sql', reason: x}\n") ==
        Lines{"2:12 'path' must be one file, not the pattern '*.sql'. | "
              "Write one entry for each file."});
  CHECK(errors("acks:\n  - {path: a.sql, reason: x, until: 2027-02-29}\n") ==
        Lines{"2:37 'until' must be a date as 2027-03-31, not '2027-02-29'."});
  CHECK(errors("acks:\n  - {path: a.sql, reason: x, rules: [locking]}\n") ==
        Lines{"2:38 'locking' is more than one rule. | "
              "Name each rule, or leave 'rules' out to cover every rule."});
  CHECK(errors("acks:\n  - {path: a.sql, reason: x, rules: []}\n") ==
        Lines{"2:37 'rules' must be a list of rules, not empty. | "
              "Leave it out to cover every rule."});
  CHECK(errors("acks:\n  - {path: a.sql, reason: x, rules: [ack-unused]}\n") ==
        Lines{"2:38 Findings of 'ack-unused' are about acks and cannot be acknowledged. | "
              "Mend the ack that they are about, or set the rule's severity under 'rules'."});
  CHECK(errors("acks:\n  - {path: a.sql, reason: x, rule: syntax-error}\n") ==
        Lines{"2:30 Unknown key 'rule'; did you mean 'rules'? | "
              "Use path, rules, reason, until or ticket."});
  CHECK(errors("acks: [a.sql]\n") == Lines{"1:8 'acks' must be a list of maps, not 'a.sql'."});
}

TEST_CASE("everything wrong with a file is reported, in its order") {
  CHECK(
      errors("runner: x1\nrules:\n  a1: off\n  locking: 3\npostgres: 9\nrunner: goose\n").size() ==
      5);
}

TEST_CASE("YAML that a config does not need is refused") {
  CHECK(errors("rules: &a {}\n") ==
        Lines{"1:8 Anchors ('&name') are not read here; leave it out."});
  CHECK(errors("rules: *a\n").size() == 1);
  CHECK(errors("rules: !!map {}\n") ==
        Lines{"1:8 Tags ('!name') are not read here; leave it out."});
  CHECK(errors("runner: psql\n---\nrunner: psql\n").size() == 1);
  CHECK(errors("? [a]\n: b\n") == Lines{"1:3 A key must be a word."});
  CHECK(errors("~: b\n") == Lines{"1:1 A key must be a word."});
}

TEST_CASE("a text that is no YAML is reported with its place") {
  for (std::string_view text : {"rules: {\n", "a: b: c\n", "\tx: 1\n", "a: [b\nc: d\n"}) {
    INFO(text);
    const Lines found = errors(text);
    REQUIRE(found.size() == 1);
    CHECK(found[0].find("This is not YAML: ") != std::string::npos);
    CHECK(found[0].front() != '0');
  }
  CHECK(errors("runner: \xff\n").size() == 1);
}

TEST_CASE("columns count characters, and a byte order mark counts for nothing") {
  CHECK(errors("rules: {\u00fc\u00fc: off, locking: bad}\n")[1].substr(0, 5) == "1:27 ");
  CHECK(errors("\xef\xbb\xbfrunner: goosy\r\nfail-on: x\r\n") ==
        Lines{"1:9 'runner' must be the name of a runner, not 'goosy'; did you mean 'goose'?" +
                  kUseRunners,
              "2:10 'fail-on' must be error, warning, info or never, not 'x'."});
}

TEST_CASE("hostile texts are bounded") {
  CHECK(errors(std::string(100000, '[')).size() == 1);
  CHECK(errors("rules: " + std::string(400, '{')).size() == 1);
  std::string bomb = "a: &a [x,x]\n";
  for (char name = 'b'; name <= 'z'; ++name) {
    const char previous = static_cast<char>(name - 1);
    bomb += std::string(1, name) + ": &" + name + " [*" + previous + ",*" + previous + "]\n";
  }
  CHECK(errors(bomb).size() == 1);
  CHECK(errors("runner: " + std::string(5000, 'x'))[0].size() < 300);
  std::string runners = "runners:\n";
  for (int i = 0; i < 10000; ++i) runners += "  r" + std::to_string(i) + ": {}\n";
  CHECK(errors(runners) == Lines{"2:3 'runners' may have 20 runners at most."});
}

TEST_CASE("files that cannot be configs are errors") {
  namespace fs = std::filesystem;
  std::string name = (fs::temp_directory_path() / "unwedge-config-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  const fs::path folder = name;
  CHECK(load_config(folder / "absent.yaml", kVocabulary).error()[0].message ==
        "There is no such file.");
  CHECK(load_config(folder, kVocabulary).error()[0].message == "It must be a file.");
  CHECK(load_config("/dev/zero", kVocabulary).error()[0].message == "It must be a file.");
  std::ofstream(folder / "huge.yaml") << std::string((1U << 20U) + 1, '#');
  CHECK(load_config(folder / "huge.yaml", kVocabulary).error()[0].message ==
        "It may have 1 MiB at most.");
  std::ofstream(folder / "empty.yaml").close();
  CHECK(load_config(folder / "empty.yaml", kVocabulary)->file == folder / "empty.yaml");
  fs::remove_all(folder);
}

}  // namespace
}  // namespace unwedge::config
