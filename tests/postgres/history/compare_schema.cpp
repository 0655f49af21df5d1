// compare_schema [--server MAJOR] [--runner NAME] [--judge] [--dump] [--quiet] FOLDER: replays the
// history in a folder on a live server and in unwedge's catalog, and compares the two object by
// object. With --judge also what unwedge says will fail with what the server rejected; with --dump
// what pg_dump writes of the schema is replayed and compared instead. Prints what differs and ends
// with a line for machines. Exits with 0, 1 (they differ) or 2 (it could not be done).

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "linting.h"
#include "migration/detection.h"
#include "migration/runner.h"
#include "migration/surroundings.h"
#include "postgres/catalog_objects.h"
#include "postgres/history/dump.h"
#include "postgres/history/history_files.h"
#include "postgres/history/history_replay.h"
#include "postgres/server.h"

namespace unwedge::postgres {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  fs::path folder;
  std::string runner;
  int server = 15;
  bool judge = false;
  bool dump = false;
  bool quiet = false;
};

Arguments parse(const std::vector<std::string_view>& words) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto value = [&] {
      if (++i == words.size()) throw std::runtime_error(fmt::format("{} of what?", words[i - 1]));
      return words[i];
    };
    if (words[i] == "--server") {
      arguments.server = std::atoi(std::string(value()).c_str());
    } else if (words[i] == "--runner") {
      arguments.runner = value();
    } else if (words[i] == "--judge") {
      arguments.judge = true;
    } else if (words[i] == "--dump") {
      arguments.dump = true;
    } else if (words[i] == "--quiet") {
      arguments.quiet = true;
    } else {
      arguments.folder = fs::absolute(words[i]).lexically_normal();
    }
  }
  if (!fs::is_directory(arguments.folder)) throw std::runtime_error("no such folder");
  return arguments;
}

/// How often unwedge and the server agree on whether a migration fails.
struct Judgement {
  std::size_t both = 0;
  std::size_t neither = 0;
  std::size_t false_alarms = 0;
  std::size_t misses = 0;
};

std::string first_line(std::string_view statement) {
  constexpr std::size_t kLongest = 160;
  std::string line(statement.substr(0, kLongest));
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

class Comparing {
 public:
  explicit Comparing(const Arguments& arguments)
      : arguments_(arguments), surroundings_(arguments.folder), options_(options()) {}

  int run() {
    HistoryReplay replay(Server::of(arguments_.server), options_);
    std::size_t applied = 0;
    std::size_t rejected = 0;
    for (const fs::path& path : migrations_in(arguments_.folder, options_)) {
      const std::string name = path.lexically_relative(arguments_.folder).generic_string();
      const auto file = text::read_source(path, name);
      if (!file) {
        std::cout << name << ": " << file.error() << '\n';
        continue;
      }
      const MigrationOutcome outcome = replay.apply(*file);
      if (!outcome.is_migration) continue;
      ++(outcome.error ? rejected : applied);
      report(outcome);
    }
    Connection session = replay.database().connect();
    const schema::Catalog catalog = arguments_.dump ? dumped(replay) : replay.catalog();
    const CatalogComparison comparison = compare(objects_on(session), objects_in(catalog));
    report(comparison);
    const Tally total = comparison.total();
    std::cout << fmt::format(
        "summary server={} applied={} rejected={} equal={} unknown={} different={} percent={:.2f} "
        "complete={}",
        arguments_.server, applied, rejected, total.equal, total.unknown, total.different,
        percent(total), replay.catalog().complete());
    if (arguments_.judge) {
      std::cout << fmt::format(" both={} false_alarms={} misses={}", judgement_.both,
                               judgement_.false_alarms, judgement_.misses);
    }
    std::cout << '\n';
    return total.different == 0 ? 0 : 1;
  }

 private:
  lint::Options options() {
    lint::Options options = linting::default_options();
    options.postgres = {arguments_.server};
    options.runner = arguments_.runner;
    options.detector =
        std::make_shared<migration::Detector>(migration::builtin_runners(), surroundings_);
    return options;
  }

  schema::Catalog dumped(const HistoryReplay& replay) {
    const std::optional<std::string> dump = dump_of(replay.database());
    if (!dump) throw std::runtime_error("this server has no pg_dump");
    return replay_dump(*dump, options_);
  }

  static double percent(const Tally& tally) {
    const std::size_t known = tally.equal + tally.different;
    return known == 0 ? 100 : 100.0 * static_cast<double>(tally.equal) / static_cast<double>(known);
  }

  void report(const MigrationOutcome& outcome) {
    if (outcome.error && !arguments_.quiet) {
      std::cout << fmt::format("rejected {}: {}\n  at: {}\n", outcome.name,
                               to_string(*outcome.error), first_line(outcome.statement));
    }
    if (!arguments_.judge) return;
    const auto& predicted = outcome.predicted;
    if (predicted && !outcome.error) {
      ++judgement_.false_alarms;
      std::cout << fmt::format("false alarm {}: {}: {}\n  at: {}\n", outcome.name,
                               predicted->sqlstate, predicted->message,
                               first_line(predicted->statement));
    } else if (!predicted && outcome.error) {
      ++judgement_.misses;
      std::cout << fmt::format("missed {}: {}\n  at: {}\n", outcome.name, to_string(*outcome.error),
                               first_line(outcome.statement));
    } else {
      ++(predicted ? judgement_.both : judgement_.neither);
    }
  }

  void report(const CatalogComparison& comparison) const {
    if (arguments_.quiet) return;
    for (const std::string& difference : comparison.differences) std::cout << difference << '\n';
    for (const auto& [kind, tally] : comparison.kinds) {
      std::cout << fmt::format("{:16} {:6} equal {:5} unknown {:5} different\n", kind, tally.equal,
                               tally.unknown, tally.different);
    }
  }

  const Arguments& arguments_;
  migration::Surroundings surroundings_;
  lint::Options options_;
  Judgement judgement_;
};

}  // namespace
}  // namespace unwedge::postgres

int main(int count, char** words) {
  try {
    const auto arguments = unwedge::postgres::parse({words + 1, words + count});
    return unwedge::postgres::Comparing(arguments).run();
  } catch (const std::exception& error) {
    std::cerr << "compare_schema: " << error.what() << '\n';
    return 2;
  }
}
