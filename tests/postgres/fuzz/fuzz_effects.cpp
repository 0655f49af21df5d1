// fuzz_effects SECONDS MAJOR [SEED]: makes schemas and statements at random, asks unwedge what each
// statement will do and a live server what it does, and prints every disagreement with the smallest
// schema that still shows it. Exits with 1 if there was one.

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "effects/effects_of.h"
#include "parsing.h"
#include "postgres/comparison.h"
#include "postgres/fuzz/grammar.h"
#include "postgres/observe.h"
#include "postgres/server.h"
#include "timeline/transactions.h"
#include "unwedge/schema.h"

namespace unwedge::postgres {
namespace {

using Clock = std::chrono::steady_clock;
using Differences = std::set<std::string>;

constexpr std::string_view kRefusedInBlock = "25001";

std::string joined(const std::vector<std::string>& statements) {
  std::string text;
  for (const std::string& each : statements) text += each + ";\n";
  return text;
}

/// What unwedge says of a statement after a setup that is history.
class Prediction {
 public:
  Prediction(const FuzzCase& test, int major) : statement_(test.statement) {
    const parsing::Parsed setup(joined(test.setup));
    timeline::Transactions transactions(catalog_);
    transactions.session().set("timezone", "UTC");
    for (const Statement& each : setup.statements()) {
      const Session session = transactions.before(each);
      transactions.after(each, effects::effects_of(each, catalog_, session, {major}), {major});
    }
    catalog_.settle();
    transactions.open({.kind = TransactionKind::kExplicit});
    const Statement& statement = statement_[0];
    effects_ = effects::effects_of(statement, catalog_, transactions.before(statement), {major});
  }

  [[nodiscard]] const Effects& effects() const { return effects_; }
  [[nodiscard]] bool is_query() const { return statement_[0].get<Dml>() != nullptr; }
  [[nodiscard]] bool is_vacuum() const { return statement_[0].get<Vacuum>() != nullptr; }

 private:
  schema::Catalog catalog_;
  parsing::Parsed statement_;
  Effects effects_;
};

/// The names of the relations that work of a kind is done on, and whether that is certain.
std::map<std::string, bool> work_on(const Effects& effects, WorkKind kind) {
  std::map<std::string, bool> tables;
  for (const Work& work : effects.work) {
    if (work.kind != kind) continue;
    bool& certain = tables[observed_name(work.relation)];
    certain = certain || work.certainty == Certainty::kCertain;
  }
  return tables;
}

class Comparison {
 public:
  Comparison(const Prediction& prediction, const Observation& seen)
      : prediction_(prediction), seen_(seen) {}

  Differences differences() {
    refusal();
    if (seen_.error) return found_;
    // What a statement that was run alone locked is seen only in part.
    if (!seen_.ran_alone) locks();
    if (!prediction_.is_query() && !prediction_.is_vacuum()) work();
    return found_;
  }

 private:
  void refusal() {
    const auto& predicted = prediction_.effects().refusal;
    const bool refused = seen_.refused_in_transaction.has_value() ||
                         (seen_.error && seen_.error->sqlstate == kRefusedInBlock);
    const bool said = predicted && predicted->sqlstate == kRefusedInBlock;
    if (said != refused)
      found_.insert(fmt::format("refused in a transaction: {}, not {}", refused, said));
  }

  void locks() {
    std::map<std::string, const unwedge::Lock*> predicted;
    for (const unwedge::Lock& lock : prediction_.effects().locks) {
      predicted.emplace(observed_name(lock.relation), &lock);
    }
    for (const auto& [name, lock] : seen_.locks) {
      if (name.starts_with("toast")) continue;
      const auto entry = predicted.find(name);
      const std::string mode(sql_name(lock.mode));
      if (entry == predicted.end()) {
        found_.insert(fmt::format("{} is locked in {}", name, mode));
      } else if (const std::string said(to_string(entry->second->mode));
                 said != mode && entry->second->certainty == Certainty::kCertain) {
        found_.insert(fmt::format("{} is locked in {}, not {}", name, mode, said));
      }
    }
    for (const auto& [name, lock] : predicted) {
      if (lock->certainty != Certainty::kCertain || seen_.locks.contains(name)) continue;
      if (seen_.existing.contains(name)) found_.insert(fmt::format("{} is not locked", name));
    }
  }

  void work() {
    const std::map<std::string, bool> rewrites = work_on(prediction_.effects(), WorkKind::kRewrite);
    compare("rewritten", rewrites, seen_.rewritten);
    std::set<std::string> scanned;
    for (const std::string& name : seen_.scanned) {
      if (!rewrites.contains(name)) scanned.insert(name);
    }
    compare("read in full", work_on(prediction_.effects(), WorkKind::kScan), scanned);
  }

  void compare(std::string_view what, const std::map<std::string, bool>& predicted,
               const std::set<std::string>& seen) {
    for (const std::string& name : seen) {
      if (!predicted.contains(name)) found_.insert(fmt::format("{} is {}", name, what));
    }
    for (const auto& [name, certain] : predicted) {
      const auto kind = seen_.existing.find(name);
      // What is said of a partitioned table is seen on its partitions.
      const bool comparable =
          kind != seen_.existing.end() && kind->second != 'p' && kind->second != 'i';
      const bool rewritten = seen_.rewritten.contains(name);
      if (certain && comparable && !seen.contains(name) && !rewritten) {
        found_.insert(fmt::format("{} is not {}", name, what));
      }
    }
  }

  const Prediction& prediction_;
  const Observation& seen_;
  Differences found_;
};

/// Nothing when the schema or the statement is not accepted.
Differences differences(Server& server, const FuzzCase& test, bool* ran = nullptr) {
  try {
    const Observation seen = observe(server, joined(test.setup), "", test.statement);
    if (ran != nullptr) *ran = !seen.error;
    return Comparison(Prediction(test, server.major()), seen).differences();
  } catch (const std::runtime_error&) {
    return {};
  }
}

/// Leaves out of the setup what the disagreement does not need.
FuzzCase shrunk(Server& server, FuzzCase test, const std::string& difference) {
  for (std::size_t i = test.setup.size(); i-- > 0;) {
    FuzzCase smaller = test;
    smaller.setup.erase(smaller.setup.begin() + static_cast<std::ptrdiff_t>(i));
    if (differences(server, smaller).contains(difference)) test = std::move(smaller);
  }
  return test;
}

/// What disagreements of one cause have in common: the statement's words without names and numbers.
std::string cause(const FuzzCase& test, const std::string& difference) {
  std::string words;
  for (const char c : test.statement.substr(0, 40) + " | " + difference) {
    if (c < '0' || c > '9') words += c;
  }
  return words;
}

int fuzz(int seconds, int major, std::uint64_t seed) {
  Server& server = Server::of(major);
  const Clock::time_point end = Clock::now() + std::chrono::seconds(seconds);
  std::set<std::string> causes;
  std::size_t cases = 0;
  std::size_t accepted = 0;
  for (; Clock::now() < end; ++seed) {
    const FuzzCase test = make_case(seed, major);
    bool ran = false;
    const Differences found = differences(server, test, &ran);
    ++cases;
    if (ran) ++accepted;
    for (const std::string& difference : found) {
      if (!causes.insert(cause(test, difference)).second) continue;
      const FuzzCase smallest = shrunk(server, test, difference);
      std::cout << fmt::format("-- seed {} on {}: {}\n{}{};\n\n", seed, major, difference,
                               joined(smallest.setup), smallest.statement)
                << std::flush;
    }
  }
  std::cout << fmt::format("-- {}: {} statements, {} accepted, {} kinds of disagreement\n", major,
                           cases, accepted, causes.size());
  return causes.empty() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace unwedge::postgres

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: fuzz_effects SECONDS MAJOR [SEED]\n";
    return 2;
  }
  try {
    const std::uint64_t seed = argc > 3 ? std::stoull(argv[3]) : std::random_device{}();
    return unwedge::postgres::fuzz(std::stoi(argv[1]), std::stoi(argv[2]), seed);
  } catch (const std::exception& failure) {
    std::cerr << "fuzz_effects: " << failure.what() << '\n';
    return 2;
  }
}
