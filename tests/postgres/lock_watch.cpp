// A barrier holds SHARE on a catalog. When the statement waits for it, its locks are read. Then a
// second session queues for the same lock behind the statement, and only when it stands there the
// first one lets go. So the statement has the catalog once, and the barrier is closed again before
// it can ask a second time: no write slips through, however busy the machine is.

#include "postgres/lock_watch.h"

#include <optional>
#include <utility>
#include <vector>

namespace unwedge::postgres {
namespace {

/// For one catalog only: with locks on two, it could wait for one that the statement has, while the
/// statement waits for the other.
class Barrier {
 public:
  Barrier(const Database& database, const std::string& catalog)
      : catalog_(catalog),
        lock_("rollback; begin; lock table pg_catalog." + catalog + " in share mode"),
        holder_(database.connect()),
        next_(database.connect()) {
    // Reading a catalog of which the statement rebuilds an index, one may run into a deadlock: then
    // it gives way, before the statement has to.
    for (Connection* session : {&holder_, &next_}) session->query("set deadlock_timeout = '20ms'");
    holder_.query(lock_);
  }

  [[nodiscard]] const std::string& catalog() const { return catalog_; }

  /// Whether it has its lock. While it waits for that, it holds up nobody.
  bool is_closed() {
    if (is_waiting_ && !holder_.is_busy()) {
      is_waiting_ = holder_.finish().error.has_value();
      if (is_waiting_) holder_.send(lock_);
    }
    return !is_waiting_;
  }

  /// Lets the statement have the catalog until it lets go of it. To be called while the statement
  /// waits for this barrier.
  void let_one_through(Connection& monitor) {
    next_.send(lock_);
    const std::string queued =
        "select 1 from pg_locks where not granted and pid = " + std::to_string(next_.backend_pid());
    while (next_.is_busy() && monitor.query(queued).empty()) {
    }
    holder_.query("rollback");
    std::swap(holder_, next_);
    is_waiting_ = true;
  }

 private:
  std::string catalog_;
  std::string lock_;
  Connection holder_;
  Connection next_;
  bool is_waiting_ = false;
};

struct Sample {
  HeldLocks held;
  std::string awaited_catalog;  // empty if the session does not wait for one
};

Sample take_sample(const Database& database, int backend_pid) {
  Sample sample;
  // The monitor is in another database, but the catalogs have the same oids everywhere.
  for (const Row& row : database.server().monitor().query(
           "select l.relation, l.mode, l.granted, coalesce(c.relname, '') from pg_locks l "
           "left join pg_class c on c.oid = l.relation and c.oid < 16384 "
           "where l.locktype = 'relation' and l.pid = " +
           std::to_string(backend_pid))) {
    const Oid oid = to_oid(row[0]);
    const std::optional<LockMode> mode = parse_lock_mode(row[1]);
    const bool granted = row[2] == "t";
    if (!granted) sample.awaited_catalog = row[3];
    if (granted && mode && oid >= kFirstUserOid) sample.held[oid].insert(*mode);
  }
  return sample;
}

}  // namespace

HeldLocks read_locks(const Database& database, int backend_pid) {
  return take_sample(database, backend_pid).held;
}

Result exec_watched(const Database& database, Connection& subject, const std::string& sql,
                    HeldLocks& locks) {
  Connection& monitor = database.server().monitor();
  std::vector<Barrier> barriers;
  for (const char* const catalog : {"pg_class", "pg_index"}) {
    barriers.emplace_back(database, catalog);
  }
  subject.send(sql);
  while (subject.is_busy()) {
    // Asked before the sample is taken: then it is this barrier that the statement waits for, and
    // not the end of a wait that is already over.
    std::vector<Barrier*> closed;
    for (Barrier& barrier : barriers) {
      if (barrier.is_closed()) closed.push_back(&barrier);
    }
    const Sample sample = take_sample(database, subject.backend_pid());
    for (Barrier* const barrier : closed) {
      if (barrier->catalog() != sample.awaited_catalog) continue;
      for (const auto& [oid, modes] : sample.held) locks[oid].insert(modes.begin(), modes.end());
      barrier->let_one_through(monitor);
    }
  }
  return subject.finish();
}

}  // namespace unwedge::postgres
