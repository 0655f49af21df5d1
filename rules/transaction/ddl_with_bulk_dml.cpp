// A transaction keeps its locks until it ends. One that has taken a lock which blocks reads or
// writes and then changes rows in a number that nothing bounds keeps everybody waiting for as long
// as that takes: the outage that unwedge was written for.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "ddl-with-bulk-dml",
    .summary = "one transaction locks a table and changes many rows",
    .category = Category::kTransaction,
    .kind = Kind::kBlocks,
    .severity = Severity::kError,
    .since = "0.1.0",
};

/// More statements than this are only counted.
constexpr std::size_t kMostRelated = 5;

struct BulkWrite {
  const Step* step = nullptr;
  const Write* write = nullptr;  ///< null: a function that the step calls does it
  RelationId relation{};         ///< the table whose rows are changed
  Certainty certainty = Certainty::kCertain;
  bool changes_existing = true;    ///< false: it fills a new table from an existing one
  const HeldLock* lock = nullptr;  ///< held while it runs; null: none
};

/// Finds the lock that hurts most at each step in turn. What a step holds is mostly what the one
/// before it held and a little more, so only that little is looked at.
class LockWatch {
 public:
  const HeldLock* worst(const HeldLocks& held) {
    if (held.list() != list_ || held.size() < seen_) {
      list_ = held.list();
      seen_ = 0;
      worst_.reset();
    }
    for (; seen_ < held.size(); ++seen_) {
      if (held[seen_].existing && (!worst_ || worse(held[seen_], held[*worst_]))) worst_ = seen_;
    }
    return worst_ ? &held[*worst_] : nullptr;
  }

 private:
  static bool worse(const HeldLock& a, const HeldLock& b) {
    if (a.certain != b.certain) return a.certain;
    return a.mode > b.mode || (a.mode == b.mode && !a.is_index && b.is_index);
  }

  const HeldLocks::List* list_ = nullptr;
  std::size_t seen_ = 0;
  std::optional<std::size_t> worst_;
};

BulkWrite bulk_write(const Step& step, const Write* write, const Work& rows, const HeldLock* lock) {
  const bool certain = rows.certainty == Certainty::kCertain && (lock == nullptr || lock->certain);
  return {.step = &step,
          .write = write,
          .relation = rows.relation,
          .certainty = certain ? Certainty::kCertain : Certainty::kPossible,
          .changes_existing = rows.existing,
          .lock = lock};
}

/// The writes of a step whose duration grows with an existing table: it is written, or read to
/// fill a new one.
void add_own_writes(const Step& step, const Dml& dml, const HeldLock* lock,
                    std::vector<BulkWrite>& writes) {
  for (const Write& write : dml.writes) {
    const Work* rows = nullptr;
    bool existing = false;
    for (const Work& work : step.effects().work) {
      if (work.cause != write.span) continue;
      if (work.kind == WorkKind::kRows) rows = &work;
      existing = existing || work.existing;
    }
    if (rows != nullptr && existing) writes.push_back(bulk_write(step, &write, *rows, lock));
  }
}

/// What a function does that is called has the whole statement for its cause.
void add_writes_of_functions(const Step& step, const HeldLock* lock,
                             std::vector<BulkWrite>& writes) {
  const bool own = std::any_of(writes.begin(), writes.end(), [&step](const BulkWrite& each) {
    return each.step == &step && each.write->span == step.span();
  });
  if (own) return;
  for (const Work& work : step.effects().work) {
    if (work.kind != WorkKind::kRows || !work.existing || work.cause != step.span()) continue;
    writes.push_back(bulk_write(step, nullptr, work, lock));
  }
}

void add_bulk_writes(const Step& step, LockWatch& watch, std::vector<BulkWrite>& writes) {
  const auto* dml = step.statement().get<Dml>();
  const bool calls =
      step.statement().get<Call>() != nullptr || (dml != nullptr && !dml->calls.empty());
  if (dml == nullptr && !calls) return;
  const HeldLock* lock = watch.worst(step.session().held_locks);
  if (dml != nullptr) add_own_writes(step, *dml, lock, writes);
  if (calls) add_writes_of_functions(step, lock, writes);
}

std::string_view verb(Write::Kind kind) {
  switch (kind) {
    case Write::Kind::kInsert: return "INSERT into";
    case Write::Kind::kUpdate: return "UPDATE of";
    case Write::Kind::kDelete: return "DELETE from";
    case Write::Kind::kMerge: return "MERGE into";
    case Write::Kind::kCopy: return "COPY into";
  }
  return "";
}

/// "UPDATE of 'orders'".
std::string subject(const BulkWrite& bulk) {
  if (bulk.write == nullptr) {
    return fmt::format("call of a function that writes to '{}'", bulk.relation);
  }
  return fmt::format("{} '{}'", verb(bulk.write->kind), bulk.write->target);
}

Span place(const BulkWrite& bulk) {
  return bulk.write == nullptr ? bulk.step->statement().keyword_span : bulk.write->span;
}

/// `other`: the place that the write shares its transaction with. A DO block is in one in any case.
std::string_view assumption(const Transaction& transaction, const BulkWrite& bulk, Span other) {
  const InBlock* block = bulk.step->block();
  const bool same_block = block != nullptr && block->block.contains(other);
  return transaction.state.kind == TransactionKind::kAssumed && !same_block
             ? "If your migration tool runs this file in one transaction, the"
             : "The";
}

/// What waits for the lock: "every write of 'orders'".
template <typename AnyLock>
std::string blocked(const AnyLock& lock) {
  return fmt::format("{} of {}'{}'", blocked_in_words(lock.mode),
                     lock.is_index ? "the table of index " : "", lock.relation);
}

std::string help(const BulkWrite& bulk) {
  std::string text =
      "Put the schema change and the data into migrations of their own, and change the rows in "
      "batches, each in its own transaction";
  if (bulk.write == nullptr) return text + '.';
  const std::string table = quoted(bulk.write->target);
  if (bulk.write->kind == Write::Kind::kUpdate || bulk.write->kind == Write::Kind::kDelete) {
    const bool update = bulk.write->kind == Write::Kind::kUpdate;
    text += fmt::format(
        ". Repeat until no row is left:\n"
        "{} {}{} WHERE ctid IN (\n"
        "  SELECT ctid FROM {} WHERE … LIMIT 10000 FOR UPDATE SKIP LOCKED);",
        update ? "UPDATE" : "DELETE FROM", table, update ? " SET …" : "", table);
  } else {
    text += '.';
  }
  return text;
}

void report_under_lock(const Transaction& transaction, const std::vector<BulkWrite>& writes,
                       const BulkWrite& worst, Findings& findings) {
  const HeldLock& lock = *worst.lock;
  FindingBuilder finding = findings.report(place(worst));
  finding
      .message("{} {} {} change any number of rows while {} waits for this transaction to end.",
               assumption(transaction, worst, lock.taken_by), subject(worst),
               worst.certainty == Certainty::kCertain ? "can" : "may", blocked(lock))
      .help("{}", help(worst))
      .certainty(worst.certainty)
      .related(lock.taken_by, "From here on {} waits ({}).", blocked(lock), to_string(lock.mode));
  std::size_t others = 0;
  for (const BulkWrite& other : writes) {
    if (&other == &worst || other.lock == nullptr) continue;
    if (++others > kMostRelated) continue;
    finding.related(place(other), "This {} runs under the same lock.", subject(other));
  }
}

/// Rows changed first, DDL after it: the DDL waits for its lock while the changed rows are locked.
void report_reverse(const Transaction& transaction, const BulkWrite& bulk, Findings& findings) {
  for (const Step& step : transaction.steps) {
    if (&step <= bulk.step) continue;
    for (const Lock& lock : step.effects().locks) {
      const bool waits =
          lock.existing && blocks_writes(lock.mode) && lock.certainty == Certainty::kCertain;
      if (!waits) continue;
      findings.report(place(bulk))
          .message(
              "{} rows that this {} changes stay locked while {} waits for everybody who uses "
              "{}'{}'.",
              assumption(transaction, bulk, step.span()), subject(bulk),
              command_name(step.statement()), lock.is_index ? "the table of index " : "",
              lock.relation)
          .severity(Severity::kWarning)
          .related(step.statement().keyword_span, "Here it waits; then {} waits for it ({}).",
                   blocked(lock), to_string(lock.mode))
          .help("{}", help(bulk));
      return;
    }
  }
}

void check(const Transaction& transaction, Findings& findings) {
  if (transaction.state.kind == TransactionKind::kNone) return;
  std::vector<BulkWrite> writes;
  LockWatch watch;
  for (const Step& step : transaction.steps) add_bulk_writes(step, watch, writes);
  const auto under_lock = [](Certainty certainty) {
    return [certainty](const BulkWrite& bulk) {
      return bulk.lock != nullptr && bulk.certainty == certainty;
    };
  };
  auto worst = std::find_if(writes.begin(), writes.end(), under_lock(Certainty::kCertain));
  if (worst == writes.end()) {
    worst = std::find_if(writes.begin(), writes.end(), under_lock(Certainty::kPossible));
  }
  if (worst != writes.end()) {
    report_under_lock(transaction, writes, *worst, findings);
    return;
  }
  const auto certain = std::find_if(writes.begin(), writes.end(), [](const BulkWrite& bulk) {
    return bulk.certainty == Certainty::kCertain && bulk.changes_existing;
  });
  if (certain != writes.end()) report_reverse(transaction, *certain, findings);
}

}  // namespace

extern constinit const Rule ddl_with_bulk_dml = on_transaction<check>(kInfo);

}  // namespace unwedge::rules
