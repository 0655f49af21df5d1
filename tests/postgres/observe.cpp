// Takes the state before and after the statement, and works out from the difference, the messages
// and the counters of the server what the statement did.

#include "postgres/observe.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <utility>

#include "postgres/lock_watch.h"
#include "postgres/relations.h"
#include "postgres/script.h"
#include "postgres/split.h"
#include "postgres/statistics.h"

namespace unwedge::postgres {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kRefusedInBlock = "25001";
constexpr int kFirstWithForcedFlush = 15;

/// What the messages of level DEBUG1 tell; tables and indexes by their bare names.
struct Log {
  std::vector<std::string> lines;
  std::vector<std::string> verified_tables;
  std::vector<std::pair<std::string, std::string>> built_indexes;  // with the table
  std::set<std::string> validated_keys;
};

/// Everything that is known about one execution.
struct Evidence {
  std::string sql;
  Relations before;
  Relations after;
  HeldLocks held_before;
  HeldLocks held;
  Statistics counted;
  std::set<Oid> validated_tables;  // by the foreign keys in the log
  Result result;
};

/// The part of `text` between a known beginning and the last quote, if it begins so.
std::optional<std::string> quoted_after(std::string_view text, std::string_view beginning) {
  if (!text.starts_with(beginning)) return std::nullopt;
  text.remove_prefix(beginning.size());
  return std::string(text.substr(0, text.rfind('"')));
}

bool is_noise(const Notice& notice) {
  return notice.severity == "DEBUG" && (notice.message.starts_with("StartTransaction") ||
                                        notice.message.starts_with("CommitTransaction") ||
                                        notice.message.starts_with("ProcessUtility"));
}

Log read_log(const std::vector<Notice>& notices) {
  constexpr std::string_view kOnTable = "\" on table \"";
  Log log;
  for (const Notice& notice : notices) {
    if (is_noise(notice)) continue;
    const std::string& message = notice.message;
    log.lines.push_back(notice.severity + ": " + message);
    if (const auto table = quoted_after(message, "verifying table \"")) {
      log.verified_tables.push_back(*table);
    } else if (const auto key = quoted_after(message, "validating foreign key constraint \"")) {
      log.validated_keys.insert(*key);
    } else if (const auto build = quoted_after(message, "building index \"")) {
      const std::size_t middle = build->find(kOnTable);
      if (middle == std::string::npos) continue;
      log.built_indexes.emplace_back(build->substr(0, middle),
                                     build->substr(middle + kOnTable.size()));
    }
  }
  return log;
}

bool mentions_concurrently(std::string_view sql) {
  std::string lower(sql);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower.find("concurrently") != std::string::npos;
}

/// The index that REINDEX CONCURRENTLY builds a new copy of: "t_a" for "t_a_ccnew1".
std::string without_copy_suffix(const std::string& index) {
  const std::size_t suffix = index.rfind("_ccnew");
  if (suffix == std::string::npos) return index;
  const bool only_digits = index.find_first_not_of("0123456789", suffix + 6) == std::string::npos;
  return only_digits ? index.substr(0, suffix) : index;
}

/// Puts an Observation together from the evidence.
class Digest {
 public:
  explicit Digest(Evidence evidence)
      : evidence_(std::move(evidence)), log_(read_log(evidence_.result.notices)) {}

  Observation observation() {
    if (!evidence_.result.tags.empty()) out_.tag = evidence_.result.tags.back();
    out_.log = log_.lines;
    add_relations();
    add_locks();
    add_files();
    add_index_builds();
    add_scans_and_rows();
    return std::move(out_);
  }

 private:
  [[nodiscard]] const Relation* existing(Oid oid) const {
    const auto found = evidence_.before.find(oid);
    return found == evidence_.before.end() ? nullptr : &found->second;
  }

  /// Existing relations that have or get this bare name: messages do not tell the schema. The one
  /// meant is locked, by the statement itself if there are several.
  [[nodiscard]] std::set<Oid> existing_called(const std::string& bare_name) const {
    std::set<Oid> locked;
    std::set<Oid> locked_now;
    for (const Relations* relations : {&evidence_.before, &evidence_.after}) {
      for (const auto& [oid, relation] : *relations) {
        const auto held = evidence_.held.find(oid);
        if (relation.bare_name != bare_name || existing(oid) == nullptr) continue;
        if (held == evidence_.held.end()) continue;
        locked.insert(oid);
        const auto before = evidence_.held_before.find(oid);
        const bool is_new = before == evidence_.held_before.end() || before->second != held->second;
        if (is_new) locked_now.insert(oid);
      }
    }
    return locked_now.empty() ? locked : locked_now;
  }

  void add_relations() {
    for (const auto& [oid, relation] : evidence_.before) {
      out_.existing[relation.name] = relation.kind;
      if (!evidence_.after.contains(oid)) out_.dropped.insert(relation.name);
    }
    for (const auto& [oid, relation] : evidence_.after) {
      if (existing(oid) == nullptr) out_.created.insert(relation.name);
    }
  }

  static void add_lock(std::map<std::string, Lock>& locks, const Relation& relation,
                       LockMode mode) {
    const auto [place, is_new] = locks.try_emplace(relation.name, Lock{mode, relation.kind});
    place->second.mode = std::max(place->second.mode, mode);
  }

  void add_locks() {
    for (const auto& [oid, modes] : evidence_.held_before) {
      const Relation* const relation = existing(oid);
      if (relation != nullptr) add_lock(out_.held_before, *relation, *modes.rbegin());
    }
    for (const auto& [oid, modes] : evidence_.held) {
      for (const LockMode mode : modes) {
        const auto held_before = evidence_.held_before.find(oid);
        if (held_before != evidence_.held_before.end() && held_before->second.contains(mode)) {
          continue;
        }
        if (const Relation* const relation = existing(oid)) {
          add_lock(out_.locks, *relation, mode);
        } else if (const auto created = evidence_.after.find(oid);
                   created != evidence_.after.end()) {
          add_lock(out_.locks_on_new, created->second, mode);
        }
      }
    }
  }

  void add_files() {
    const bool is_truncate = out_.tag.starts_with("TRUNCATE");
    for (const auto& [oid, relation] : evidence_.before) {
      const auto now = evidence_.after.find(oid);
      if (now == evidence_.after.end() || !now->second.has_file) continue;
      if (now->second.file == relation.file) continue;
      out_.new_files.insert(relation.name);
      if (relation.kind != 'r' && relation.kind != 'm') continue;
      (is_truncate ? out_.truncated : out_.rewritten).insert(relation.name);
    }
  }

  void add_index_builds() {
    for (const auto& [built, table] : log_.built_indexes) {
      const std::set<Oid> tables = existing_called(table);
      for (const Oid oid : tables) ++builds_[oid];
      if (tables.empty()) continue;  // built with its table
      const Relation* const owner = existing(*tables.begin());
      out_.index_builds[index_name(built, *owner)] = owner->name;
    }
  }

  /// The index of that bare name, or the one of which it becomes the copy. An index and its table
  /// share their schema.
  [[nodiscard]] std::string index_name(const std::string& bare_name, const Relation& table) const {
    const std::string original = without_copy_suffix(bare_name);
    for (const std::string& name : {original, bare_name}) {
      for (const Relations* relations : {&evidence_.before, &evidence_.after}) {
        for (const auto& [oid, relation] : *relations) {
          const bool same_place = relation.schema == table.schema && relation.index_of != 0;
          if (relation.bare_name == name && same_place) return relation.name;
        }
      }
    }
    return table.schema + "." + bare_name;
  }

  void add_scans_and_rows() {
    for (const std::string& table : log_.verified_tables) {
      for (const Oid oid : existing_called(table)) out_.scanned.insert(existing(oid)->name);
    }
    for (const Oid oid : evidence_.validated_tables) {
      const Relation* const table = existing(oid);
      if (table != nullptr && table->kind != 'p') out_.scanned.insert(table->name);
    }
    for (const auto& [oid, counters] : evidence_.counted) {
      const Relation* const table = existing(oid);
      if (table == nullptr) continue;
      if (counters.sequential_scans > scans_to_copy(oid, *table)) {
        out_.scanned.insert(table->name);
      }
      if (counters.inserted != 0 || counters.updated != 0 || counters.deleted != 0) {
        out_.rows[table->name] = {.inserted = counters.inserted,
                                  .updated = counters.updated,
                                  .deleted = counters.deleted};
      }
    }
  }

  /// How many full reads of the table its rewrite and its index builds account for.
  [[nodiscard]] std::int64_t scans_to_copy(Oid oid, const Relation& table) const {
    const auto builds = builds_.find(oid);
    const int scans_per_build = mentions_concurrently(evidence_.sql) ? 2 : 1;
    std::int64_t scans = builds == builds_.end() ? 0 : builds->second * scans_per_build;
    if (out_.rewritten.contains(table.name)) ++scans;
    return scans;
  }

  Evidence evidence_;
  Log log_;
  Observation out_;
  std::map<Oid, int> builds_;  // of indexes, by table
};

/// The tables with a foreign key of those names.
std::set<Oid> validated_tables(Connection& session, const std::vector<Notice>& notices) {
  const Log log = read_log(notices);
  std::set<Oid> tables;
  if (log.validated_keys.empty()) return tables;
  for (const Row& row : session.query(
           "select conname, conrelid from pg_catalog.pg_constraint where contype = 'f'")) {
    if (log.validated_keys.contains(row[0])) tables.insert(to_oid(row[1]));
  }
  return tables;
}

Observation failure(Result result) {
  Observation observation;
  observation.error = std::move(result.error);
  observation.log = read_log(result.notices).lines;
  return observation;
}

Observation observe_in_transaction(Server& server, std::string_view setup, std::string_view pre,
                                   std::string_view statement) {
  const Database database = server.fresh_database();
  Connection subject = prepared_session(database, setup);
  subject.query("begin");
  for (const std::string& sql : split_statements(with_database_name(pre, database))) {
    subject.query(sql);
  }

  Evidence evidence;
  evidence.sql = with_database_name(statement, database);
  evidence.before = read_relations(subject);
  const Statistics start = read_own_statistics(subject);
  evidence.held_before = read_locks(database, subject.backend_pid());
  subject.query("set local client_min_messages = debug1");
  evidence.result = subject.exec(evidence.sql);
  if (evidence.result.error) return failure(std::move(evidence.result));

  evidence.held = read_locks(database, subject.backend_pid());
  subject.query("set client_min_messages = warning");
  evidence.after = read_relations(subject);
  evidence.counted = difference(start, read_own_statistics(subject));
  for (const Oid oid : validated_tables(subject, evidence.result.notices)) {
    // Names of keys are unique for a table only: the one meant is locked.
    if (evidence.held.contains(oid)) evidence.validated_tables.insert(oid);
  }
  return Digest(std::move(evidence)).observation();
}

/// Nothing if the counters could not be read in time: then it takes the slow way to read them.
std::optional<Observation> try_alone(Server& server, std::string_view setup, std::string_view pre,
                                     std::string_view statement, bool wait_for_totals) {
  const Clock::time_point start_time = Clock::now();
  const Database database = server.fresh_database();
  Connection subject = prepared_session(database, setup);
  for (const std::string& sql : split_statements(with_database_name(pre, database))) {
    subject.query(sql);
  }
  const auto statistics = [&] {
    return wait_for_totals ? read_total_statistics(subject, server.major())
                           : read_own_statistics(subject);
  };

  Evidence evidence;
  evidence.sql = with_database_name(statement, database);
  evidence.before = read_relations(subject);
  const Statistics start = statistics();
  subject.query("set client_min_messages = debug1");
  evidence.result = exec_watched(database, subject, evidence.sql, evidence.held);
  if (evidence.result.error) return failure(std::move(evidence.result));
  const Statistics end = statistics();
  if (!wait_for_totals && Clock::now() - start_time > kUnreportedSpan) return std::nullopt;

  subject.query("set client_min_messages = warning");
  evidence.after = read_relations(subject);
  evidence.counted = difference(start, end);
  evidence.validated_tables = validated_tables(subject, evidence.result.notices);
  return Digest(std::move(evidence)).observation();
}

Observation observe_alone(Server& server, std::string_view setup, std::string_view pre,
                          std::string_view statement) {
  const bool has_quick_totals = server.major() >= kFirstWithForcedFlush;
  std::optional<Observation> observation =
      try_alone(server, setup, pre, statement, has_quick_totals);
  if (!observation) observation = try_alone(server, setup, pre, statement, true);
  observation->ran_alone = true;
  return std::move(*observation);
}

}  // namespace

Observation observe(Server& server, std::string_view setup, std::string_view pre,
                    std::string_view statement, Mode mode) {
  if (mode == Mode::kAlone) return observe_alone(server, setup, pre, statement);
  Observation observation = observe_in_transaction(server, setup, pre, statement);
  const bool is_refused = observation.error && observation.error->sqlstate == kRefusedInBlock;
  if (mode == Mode::kInTransaction || !is_refused) return observation;
  Observation alone = observe_alone(server, setup, pre, statement);
  alone.refused_in_transaction = std::move(observation.error);
  return alone;
}

}  // namespace unwedge::postgres
