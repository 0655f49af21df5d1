// The model of effects against what live servers were seen to do: fixtures/truth has some 500
// statements on each major version in cases.jsonl, and in found_by_fuzzing.jsonl those that
// tests/postgres/fuzz found to be predicted wrongly, with what is close to them. Every row must be
// predicted exactly, or be listed with a reason in known_differences.txt, which must not list more
// than is there.

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "effects/effects_of.h"
#include "parsing.h"
#include "timeline/followed.h"
#include "timeline/transactions.h"
#include "unwedge/schema.h"

namespace unwedge::truth {
namespace {

using Json = nlohmann::json;

/// A table with fewer rows changed is taken to have had few by key, not all.
constexpr int kManyRows = 20;
constexpr std::array kFiles{"cases.jsonl", "found_by_fuzzing.jsonl"};
/// Of all rows.
constexpr double kMostKnownDifferences = 0.02;

std::ifstream open(std::string_view name) {
  std::ifstream file(fmt::format("{}/fixtures/truth/{}", UNWEDGE_SOURCE_DIR, name));
  if (!file) throw std::runtime_error(fmt::format("cannot read fixtures/truth/{}", name));
  return file;
}

// ---------------------------------------------------------------------------------------------
// What was seen, and what is predicted, in the same form

/// "lock t ACCESS EXCLUSIVE", "scan t": in words, so that a difference can be read.
struct Facts {
  std::map<std::string, std::string> locks;     ///< relation to mode
  std::set<std::string> work;                   ///< "rewrite t"
  std::set<std::string> few{};                  ///< "rows t": as many as a COPY found, for one
  std::map<std::string, std::string> refusals;  ///< context to SQLSTATE
  std::set<std::string> possible;               ///< those of them that are only possible
  bool not_followed = false;                    ///< there may be more
};

std::string name_of(const RelationId& id) {
  return id.schema == "public" ? id.name : fmt::format("{}.{}", id.schema, id.name);
}

/// A table that is written anew is read and its indexes are built on the way.
void drop_what_a_new_file_includes(Facts& facts) {
  std::set<std::string> rewritten;
  for (const std::string& fact : facts.work) {
    if (fact.starts_with("rewrite ") && !facts.possible.contains(fact)) {
      rewritten.insert(fact.substr(std::string_view("rewrite ").size()));
    }
  }
  for (const std::string& table : rewritten) {
    facts.work.erase("scan " + table);
    facts.work.erase("index-build " + table);
  }
}

Facts seen_facts(const Json& seen, bool is_query, const schema::Catalog& catalog) {
  Facts facts;
  if (seen.contains("locks")) facts.locks = seen["locks"].get<std::map<std::string, std::string>>();
  const auto add = [&](std::string_view key, std::string_view word) {
    if (!seen.contains(key)) return;
    for (const Json& table : seen[std::string(key)]) {
      facts.work.insert(fmt::format("{} {}", word, table.get<std::string>()));
    }
  };
  add("rewrite", "rewrite");
  // How a query reads is the planner's choice, and for two hundred rows another than for many.
  if (!is_query) add("scan", "scan");
  add("truncated", "truncate");
  if (seen.contains("index_build")) {
    for (const auto& [index, table] : seen["index_build"].items()) {
      const schema::Relation* known = catalog.find({.schema = "public", .name = index});
      const bool copied = table.get<std::string>().empty() && known != nullptr;
      facts.work.insert(fmt::format("index-build {}",
                                    copied ? name_of(known->index_of) : table.get<std::string>()));
    }
  }
  if (is_query && seen.contains("rows")) {
    for (const auto& [table, count] : seen["rows"].items()) {
      (count.get<int>() >= kManyRows ? facts.work : facts.few)
          .insert(fmt::format("rows {}", table));
    }
  }
  drop_what_a_new_file_includes(facts);
  for (const char* context : {"in_transaction", "in_message", "alone"}) {
    if (seen.contains(context)) facts.refusals[context] = seen[context];
  }
  return facts;
}

/// A setup as history, and the statement in the transaction that it was measured in.
class Replay {
 public:
  Replay(const std::string& setup, const std::string& before, std::string sql, PgVersion version)
      : version_(version), transactions_(catalog_) {
    transactions_.session().set("timezone", "UTC");  // as the servers were configured
    // The cases' names for what is not there: the setup is the whole history.
    for (const char* missing : {"nope", "vnew"}) {
      catalog_.drop({.schema = "public", .name = missing});
    }
    run(setup, nullptr);
    catalog_.settle();
    catalog_.set_complete(true);  // nothing but the setup has been run
    transactions_.open({.kind = TransactionKind::kExplicit});
    run(before, &held_);
    statement_ = std::make_unique<parsing::Parsed>(std::move(sql));
  }

  [[nodiscard]] bool parsed() const {
    return statement_->statements().size() == 1 && statement().get<SyntaxError>() == nullptr;
  }
  [[nodiscard]] bool is_query() const {
    return parsed() && (statement().get<Dml>() != nullptr || statement().get<DoBlock>() != nullptr);
  }

  /// Which database the session is in is no part of a schema.
  [[nodiscard]] bool is_about_databases() const {
    if (!parsed()) return false;
    const auto* rename = statement().get<Rename>();
    return statement().get<DatabaseCommand>() != nullptr ||
           (rename != nullptr && rename->object_type == ObjectType::kDatabase);
  }

  Facts predict() {
    Facts facts;
    Session session = transactions_.before(statement());
    const Effects effects = effects_in(session, TransactionKind::kExplicit);
    for (const Lock& lock : effects.locks) {
      if (held_.contains({lock.relation, lock.mode})) continue;
      const std::string relation = name_of(lock.relation);
      facts.locks[relation] = to_string(lock.mode);
      if (lock.certainty == Certainty::kPossible) facts.possible.insert("lock " + relation);
    }
    for (const Work& work : effects.work) add(work, facts);
    facts.not_followed = !effects.not_followed.empty();
    drop_what_a_new_file_includes(facts);
    refuse("in_transaction", effects, facts);
    refuse("in_message", effects_in(session, TransactionKind::kImplicit), facts);
    refuse("alone", effects_in(session, TransactionKind::kNone), facts);
    return facts;
  }

  [[nodiscard]] const schema::Catalog& catalog() const { return catalog_; }
  [[nodiscard]] bool is_table(const std::string& name) const {
    const schema::Relation* relation = catalog_.find({.schema = "public", .name = name});
    return relation == nullptr || relation->kind == schema::RelationKind::kTable ||
           relation->kind == schema::RelationKind::kPartitionedTable;
  }

 private:
  [[nodiscard]] const Statement& statement() const { return (*statement_)[0]; }

  void run(const std::string& sql, std::set<std::pair<RelationId, LockMode>>* held) {
    if (sql.empty()) return;
    const parsing::Parsed parsed(sql);
    for (const Statement& statement : parsed.statements()) {
      const Session session = transactions_.before(statement);
      const Effects effects = effects::effects_of(statement, catalog_, session, version_);
      transactions_.after(statement, effects, version_);
      if (held == nullptr) continue;
      for (const Lock& lock : effects.locks) held->insert({lock.relation, lock.mode});
    }
  }

  Effects effects_in(Session session, TransactionKind kind) const {
    session.transaction.kind = kind;
    return timeline::effects_with_bodies(statement(), statement_->text(), catalog_, session,
                                         version_);
  }

  /// Work on a partitioned table is work on its partitions, and that on an index is its table's.
  void add(const Work& work, Facts& facts) const {
    std::vector<RelationId> tables{work.relation};
    const schema::Relation* known = catalog_.find(work.relation);
    if (known != nullptr && known->kind == schema::RelationKind::kIndex) {
      tables = {known->index_of};
      known = catalog_.find(known->index_of);
    }
    if (known != nullptr && known->kind == schema::RelationKind::kPartitionedTable) {
      tables.clear();
      if (work.kind == WorkKind::kRows) {
        for (const schema::Relation* child : catalog_.descendants_of(work.relation)) {
          tables.push_back(child->id);
        }
      }
    }
    // The servers count no scan for what VACUUM reads.
    const bool uncounted = is_query() || statement().get<Vacuum>() != nullptr;
    if (uncounted && work.kind == WorkKind::kScan) return;
    for (const RelationId& table : tables) {
      // The servers' messages name a temporary table without its schema.
      const std::string fact = fmt::format("{} {}", to_string(work.kind),
                                           table.schema == "pg_temp" ? table.name : name_of(table));
      const bool certain = work.certainty == Certainty::kCertain;
      if (facts.work.insert(fact).second && !certain) facts.possible.insert(fact);
      if (certain) facts.possible.erase(fact);
    }
  }

  static void refuse(const char* context, const Effects& effects, Facts& facts) {
    if (!effects.refusal) return;
    facts.refusals[context] = effects.refusal->sqlstate;
    if (effects.refusal->certainty == Certainty::kPossible) facts.possible.insert(context);
  }

  PgVersion version_;
  schema::Catalog catalog_;
  timeline::Transactions transactions_;
  std::set<std::pair<RelationId, LockMode>> held_;
  std::unique_ptr<parsing::Parsed> statement_;
};

// ---------------------------------------------------------------------------------------------
// Differences

/// Too little is never excused, unless the model says that there is code which it does not follow.
enum class Kind { kTooLittle, kNotFollowed, kTooMuch, kMayButDoesNot, kRefusal, kNotParsed };

constexpr const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::kTooLittle: return "too little";
    case Kind::kNotFollowed: return "not followed";
    case Kind::kTooMuch: return "too much";
    case Kind::kMayButDoesNot: return "may, but does not";
    case Kind::kRefusal: return "refusal";
    case Kind::kNotParsed: return "not parsed";
  }
  return "";
}

struct Difference {
  Kind kind;
  std::string text;
};

std::size_t rank(const std::string& mode) {
  std::size_t value = 0;
  while (value < 9 && to_string(static_cast<LockMode>(value)) != mode) ++value;
  return value;
}

void compare_locks(const Facts& seen, const Facts& predicted, std::vector<Difference>& result) {
  for (const auto& [relation, mode] : seen.locks) {
    const auto found = predicted.locks.find(relation);
    const std::string said = found == predicted.locks.end() ? "none" : found->second;
    if (said == mode) continue;
    const bool less = found == predicted.locks.end() || rank(said) < rank(mode);
    const bool may = predicted.possible.contains("lock " + relation);
    result.push_back({less  ? Kind::kTooLittle
                      : may ? Kind::kMayButDoesNot
                            : Kind::kTooMuch,
                      fmt::format("lock {} {} instead of {}", relation, said, mode)});
  }
  for (const auto& [relation, mode] : predicted.locks) {
    if (seen.locks.contains(relation)) continue;
    const bool may = predicted.possible.contains("lock " + relation);
    result.push_back({may ? Kind::kMayButDoesNot : Kind::kTooMuch,
                      fmt::format("lock {} {} instead of none", relation, mode)});
  }
}

void compare_work(const Facts& seen, const Facts& predicted, std::vector<Difference>& result) {
  for (const std::string& fact : seen.work) {
    if (!predicted.work.contains(fact)) result.push_back({Kind::kTooLittle, "no " + fact});
  }
  for (const std::string& fact : predicted.work) {
    if (seen.work.contains(fact) || seen.few.contains(fact)) continue;
    const bool may = predicted.possible.contains(fact);
    result.push_back({may ? Kind::kMayButDoesNot : Kind::kTooMuch, fact});
  }
}

/// Errors of the rows, of the server's surroundings, because somebody uses an object, or about
/// objects that are no part of a schema.
bool is_beyond_the_schema(std::string_view sqlstate) {
  constexpr std::array<std::string_view, 7> kBeyond{"08", "22", "23", "55006", "58", "42704", "XX"};
  return std::ranges::any_of(
      kBeyond, [sqlstate](std::string_view start) { return sqlstate.starts_with(start); });
}

void compare_refusals(const Facts& seen, const Facts& predicted, bool alone_only_in_transaction,
                      std::vector<Difference>& result) {
  for (const char* context : {"in_transaction", "in_message", "alone"}) {
    // What ran before in the transaction did not run in the other two.
    if (alone_only_in_transaction && std::string_view(context) != "in_transaction") continue;
    const auto find = [context](const Facts& facts) {
      const auto found = facts.refusals.find(context);
      return found == facts.refusals.end() ? std::string("none") : found->second;
    };
    if (find(seen) == find(predicted) || is_beyond_the_schema(find(seen))) continue;
    result.push_back({Kind::kRefusal,
                      fmt::format("{}: {} instead of {}", context, find(predicted), find(seen))});
  }
}

/// The cases' sign for the database that they were run in.
std::string with_database(std::string sql) {
  constexpr std::string_view sign = "@DB@";
  for (std::size_t at = sql.find(sign); at != std::string::npos; at = sql.find(sign)) {
    sql.replace(at, sign.size(), "db");
  }
  return sql;
}

std::vector<Difference> differences(const Json& test_case, const Json& seen, const Json& setups,
                                    int major) {
  // One of those that many have in common, by its name, or its own statements.
  std::string setup = test_case.value("setup", "");
  setup = setups.value(setup, setup);
  const std::string before = test_case.value("pre", "");
  Replay replay(with_database(setup), before, with_database(test_case["sql"]), {major});
  if (!replay.parsed()) return {{Kind::kNotParsed, test_case["sql"]}};

  Facts expected = seen_facts(seen, replay.is_query(), replay.catalog());
  Facts predicted = replay.predict();
  std::vector<Difference> result;
  // One that fails in any case holds nothing in the end and does nothing.
  if (!seen.contains("alone") || !seen.contains("in_transaction") || !before.empty()) {
    if (seen.value("partial", false)) {
      std::erase_if(predicted.locks,
                    [&](const auto& lock) { return !replay.is_table(lock.first); });
    }
    if (!seen.contains("in_transaction") || !seen.contains("alone")) {
      if (seen.contains("locks")) compare_locks(expected, predicted, result);
      compare_work(expected, predicted, result);
    }
  }
  for (Difference& each : result) {
    if (each.kind == Kind::kTooLittle && predicted.not_followed) each.kind = Kind::kNotFollowed;
  }
  if (replay.is_about_databases()) {
    std::erase_if(expected.refusals, [](const auto& each) { return each.second == "0A000"; });
  }
  compare_refusals(expected, predicted, !before.empty(), result);
  return result;
}

// ---------------------------------------------------------------------------------------------
// known_differences.txt

/// "<id> <versions> <reason>"; the versions "11", "12-17" or "11,14-18".
struct Known {
  std::set<int> versions;
  std::string reason;
  std::set<int> found;
};

std::set<int> parse_versions(const std::string& text) {
  std::set<int> versions;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    const std::size_t dash = part.find('-');
    const int first = std::stoi(part);
    const int last = dash == std::string::npos ? first : std::stoi(part.substr(dash + 1));
    for (int version = first; version <= last; ++version) versions.insert(version);
  }
  return versions;
}

std::map<std::string, Known> read_known() {
  std::map<std::string, Known> known;
  std::ifstream file = open("known_differences.txt");
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream words(line);
    std::string id;
    std::string versions;
    words >> id >> versions >> std::ws;
    Known& entry = known[id];
    entry.versions = parse_versions(versions);
    std::getline(words, entry.reason);
    if (entry.reason.empty()) throw std::runtime_error("a difference without a reason: " + id);
  }
  return known;
}

std::string compact(const std::set<int>& versions) {
  std::string text;
  for (const int version : versions) text += (text.empty() ? "" : ",") + std::to_string(version);
  return text;
}

TEST_CASE("truth: every statement does what servers were seen to do") {
  const Json setups = Json::parse(open("setups.json"));
  std::map<std::string, Known> known = read_known();

  std::size_t rows = 0;
  std::size_t listed = 0;
  std::map<std::string, std::size_t> by_kind;
  std::map<std::string, std::map<std::string, std::set<int>>> unlisted;  // id, text, versions
  std::vector<Json> cases;
  for (const char* name : kFiles) {
    std::ifstream file = open(name);
    for (std::string line; std::getline(file, line);) cases.push_back(Json::parse(line));
  }
  for (const Json& test_case : cases) {
    const std::string id = test_case["id"];
    for (const Json& seen : test_case["seen"]) {
      for (const int major : seen["pg"]) {
        ++rows;
        const std::vector<Difference> found = differences(test_case, seen, setups, major);
        if (found.empty()) continue;
        const auto entry = known.find(id);
        const bool is_known =
            entry != known.end() && entry->second.versions.contains(major) &&
            std::ranges::find(found, Kind::kTooLittle, &Difference::kind) == found.end();
        if (is_known) {
          ++listed;
          entry->second.found.insert(major);
        }
        std::set<std::string> kinds;
        for (const Difference& each : found) {
          kinds.insert(name_of(each.kind));
          if (!is_known)
            unlisted[id][fmt::format("{}: {}", name_of(each.kind), each.text)].insert(major);
        }
        for (const std::string& kind : kinds) ++by_kind[kind];
      }
    }
  }

  std::string summary = fmt::format("{} rows, {} with a listed difference", rows, listed);
  for (const auto& [kind, count] : by_kind) summary += fmt::format("\n  {}: {}", kind, count);
  WARN(summary);

  for (const auto& [id, texts] : unlisted) {
    for (const auto& [text, versions] : texts) {
      FAIL_CHECK(fmt::format("{} [{}] {}", id, compact(versions), text));
    }
  }
  for (const auto& [id, entry] : known) {
    INFO(id);
    CHECK(compact(entry.found) == compact(entry.versions));
  }
  CHECK(rows > 4000);
  CHECK(static_cast<double>(listed) <= kMostKnownDifferences * static_cast<double>(rows));
}

}  // namespace
}  // namespace unwedge::truth
