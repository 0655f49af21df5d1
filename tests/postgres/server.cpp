// Starts the cluster and hands out databases. What makes it quick: memory for a disk where there is
// enough of it, no fsync, and a template that has been connected to once, so that its copies come
// with the catalog caches that a first session would otherwise have to build.

#include "postgres/server.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp is not in cstdlib
#include <string_view>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

#include <sys/statvfs.h>

#include "postgres/process.h"

namespace unwedge::postgres {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto kStartTimeout = 60s;
constexpr auto kPause = 5ms;
constexpr auto kSessionsTimeout = 500ms;
constexpr auto kShortPause = 200us;

constexpr const char* kTemplate = "unwedge_template";

// CREATE and DROP DATABASE wait for checkpoints, and before 13 they look only every 100 ms whether
// they may go on. Many at once wait together.
constexpr int kWorkers = 8;

constexpr int kFirstWithStrategy = 15;
constexpr int kFirstWithForcedDrop = 13;
constexpr int kFirstWithIoMethod = 18;

/// A server with its databases takes some 300 MB; /dev/shm has only 64 MB in many containers.
constexpr std::uintmax_t kEnoughMemory = 1024ULL * 1024 * 1024;

/// Like the servers that the facts were measured on (wal_level, UTC, no autovacuum), and small.
/// The time limit is for statements that wait for something that nobody will do.
constexpr std::string_view kSettings = R"(
listen_addresses = ''
port = 5432
max_connections = 30
shared_buffers = 16MB
max_locks_per_transaction = 512
max_prepared_transactions = 5
max_wal_senders = 4
max_replication_slots = 8
wal_level = logical
max_wal_size = 256MB
fsync = off
full_page_writes = off
synchronous_commit = off
autovacuum = off
jit = off
checkpoint_timeout = 1h
max_parallel_maintenance_workers = 0
max_parallel_workers_per_gather = 0
timezone = 'UTC'
log_timezone = 'UTC'
default_text_search_config = 'pg_catalog.english'
log_min_messages = warning
log_min_error_statement = panic
statement_timeout = 60s
)";

fs::path roomy_folder() {
  const char* const chosen = std::getenv("TMPDIR");
  if (chosen != nullptr && *chosen != '\0') return chosen;
  struct statvfs memory {};
  if (::statvfs("/dev/shm", &memory) == 0 && ::access("/dev/shm", W_OK) == 0 &&
      std::uintmax_t{memory.f_bavail} * memory.f_frsize >= kEnoughMemory) {
    return "/dev/shm";
  }
  return fs::temp_directory_path();
}

std::string read_text(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string settings(const fs::path& folder, int major) {
  std::string text(kSettings);
  text += "unix_socket_directories = '" + folder.string() + "'\n";
  if (major >= kFirstWithIoMethod) text += "io_method = sync\n";  // no worker processes for it
  return text;
}

/// A new folder with what the server needs in it beside its data.
fs::path make_folder(const std::optional<Account>& owner, int major) {
  std::string name = roomy_folder() / "unwedge-postgres-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), name);
  }
  fs::path folder = name;
  fs::create_directory(folder / "tablespace");
  std::ofstream(folder / "settings") << settings(folder, major);
  if (owner) {
    for (const fs::path& path : {folder, folder / "tablespace", folder / "settings"}) {
      if (::chown(path.c_str(), owner->uid, owner->gid) != 0) {
        throw std::system_error(errno, std::generic_category(), path.string());
      }
    }
  }
  return folder;
}

/// True when every account may go into the folder and those that it is in.
bool open_to_all(const fs::path& folder) {
  for (fs::path path = fs::canonical(folder);; path = path.parent_path()) {
    if ((fs::status(path).permissions() & fs::perms::others_exec) == fs::perms::none) return false;
    if (path == path.root_path()) return true;
  }
}

/// The programs, in a place where the server's account can run them: a checkout below a folder
/// that only we may enter, root's home say, is none, and they are copied.
fs::path usable_bin(const fs::path& bin, const std::optional<Account>& account,
                    const fs::path& folder) {
  if (!account || open_to_all(bin)) return bin;
  fs::copy(bin.parent_path(), folder / "server",
           fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  return folder / "server" / bin.filename();
}

/// The postgresql.conf that initdb writes is not used: ours is complete.
std::vector<SupervisedProcess::Command> commands(const fs::path& bin, const fs::path& folder) {
  const std::string data = folder / "data";
  return {{bin / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--locale=C", "-E", "UTF8",
           "--no-sync", "--wal-segsize=1"},
          {bin / "postgres", "-D", data, "--config_file=" + (folder / "settings").string()}};
}

}  // namespace

Database::Database(Server& server, std::string name) : server_(&server), name_(std::move(name)) {}

Database::Database(Database&& other) noexcept
    : server_(std::exchange(other.server_, nullptr)), name_(std::move(other.name_)) {}

Database::~Database() {
  if (server_ != nullptr) server_->retired_.push_back(name_);
}

Connection Database::connect() const { return server_->connect(name_); }

Server& Server::of(int major) {
  static std::map<int, std::unique_ptr<Server>> servers;
  std::unique_ptr<Server>& server = servers[major];
  if (server == nullptr) {
    for (const Installation& installation : find_installations()) {
      if (installation.major == major) server = std::make_unique<Server>(installation);
    }
  }
  if (server == nullptr) {
    throw std::runtime_error("PostgreSQL " + std::to_string(major) + " was not found");
  }
  return *server;
}

Server::Server(const Installation& installation) : major_(installation.major) {
  const std::optional<Account> account = server_account();
  folder_ = make_folder(account, major_);
  process_ = std::make_unique<SupervisedProcess>(
      commands(usable_bin(installation.bin, account, folder_), folder_), folder_, account);
  wait_until_ready();
  prepare();
}

Server::~Server() = default;

void Server::wait_until_ready() {
  const auto deadline = Clock::now() + kStartTimeout;
  while (monitor_ == nullptr) {
    const bool ended = process_->has_ended();
    if (ended || Clock::now() > deadline) {
      throw std::runtime_error("PostgreSQL " + std::to_string(major_) + " does not start:\n" +
                               read_text(folder_ / "log"));
    }
    try {
      if (fs::exists(folder_ / ".s.PGSQL.5432")) {
        monitor_ = std::make_unique<Connection>(connect("postgres"));
      }
    } catch (const std::runtime_error&) {  // it is still starting up
    }
    if (monitor_ == nullptr) std::this_thread::sleep_for(kPause);
  }
}

void Server::prepare() {
  monitor_->query("create role app_owner");
  monitor_->query("create role app_ro");
  monitor_->query("create tablespace ts2 location " +
                  quote_literal((folder_ / "tablespace").string()));
  monitor_->query(std::string("create database ") + kTemplate + " template template0");
  connect(kTemplate).query("select 1");
  wait_for_sessions(kTemplate);
  for (int i = 0; i < kWorkers; ++i) workers_.push_back(connect("postgres"));
}

Connection Server::connect(const std::string& database) const {
  // Complete, so that the PG* variables of the environment have no say in it.
  return Connection("host='" + folder_.string() + "' port=5432 user=postgres dbname='" + database +
                    "' sslmode=disable gssencmode=disable client_encoding=UTF8 " +
                    "application_name=unwedge options='-c client_min_messages=warning'");
}

Database Server::fresh_database() {
  tidy_up();
  if (spare_.empty()) make_spare();
  std::string name = std::move(spare_.back());
  spare_.pop_back();
  return {*this, std::move(name)};
}

void Server::make_spare() {
  std::vector<std::string> names;
  std::vector<std::string> statements;
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    names.push_back("unwedge_" + std::to_string(++created_));
    // Copying files is the quicker way without fsync, and the only one that copies the caches.
    statements.push_back("create database " + names.back() + " template " + kTemplate +
                         (major_ >= kFirstWithStrategy ? " strategy file_copy" : ""));
  }
  for (const Result& result : exec_at_once(statements)) {
    if (result.error) throw std::runtime_error(to_string(*result.error));
  }
  known_.insert(names.begin(), names.end());
  spare_ = std::move(names);
}

/// Runs the statements on all workers at the same time.
std::vector<Result> Server::exec_at_once(const std::vector<std::string>& statements) {
  std::vector<Result> results;
  while (results.size() < statements.size()) {
    const std::size_t start = results.size();
    const std::size_t count = std::min(workers_.size(), statements.size() - start);
    for (std::size_t i = 0; i < count; ++i) workers_[i].send(statements[start + i]);
    for (std::size_t i = 0; i < count; ++i) results.push_back(workers_[i].finish());
  }
  return results;
}

/// A session needs a moment to end after we have closed it, for which DROP DATABASE and CREATE
/// DATABASE would wait in steps of 100 ms.
void Server::wait_for_sessions(const std::string& database) {
  const std::string sessions =
      "select 1 from pg_stat_activity where datname = " + quote_literal(database);
  const auto deadline = Clock::now() + kSessionsTimeout;
  while (!monitor_->query(sessions).empty() && Clock::now() < deadline) {
    std::this_thread::sleep_for(kShortPause);
  }
}

/// Removes what cases have left behind: their databases when there are enough of them; roles and
/// other things outside of them as soon as nobody is using a database, and with all databases,
/// which may depend on them.
void Server::tidy_up() {
  const bool any_in_use = known_.size() > spare_.size() + retired_.size();
  const std::vector<std::string> strangers =
      any_in_use ? std::vector<std::string>{} : drops_for_strangers();
  if (retired_.size() < workers_.size() && strangers.empty()) return;
  std::vector<std::string> statements;
  for (const std::string& name : retired_) {
    wait_for_sessions(name);
    statements.push_back("drop database if exists " + name +
                         (major_ >= kFirstWithForcedDrop ? " with (force)" : ""));
  }
  const std::vector<Result> results = exec_at_once(statements);
  for (std::size_t i = 0; i < results.size(); ++i) {
    known_.erase(retired_[i]);
    if (!results[i].error) continue;
    remove_obstacles(retired_[i]);
    monitor_->exec(statements[i]);  // if it still cannot go, it stays to the end; no test sees it
  }
  retired_.clear();
  for (const std::string& drop : strangers) monitor_->exec(drop);
}

void Server::remove_obstacles(const std::string& database) {
  const std::string here = "database = " + quote_literal(database);
  monitor_->exec("select pg_terminate_backend(pid) from pg_stat_activity where datname = " +
                 quote_literal(database));
  try {
    Connection inside = connect(database);
    for (const Row& row : inside.query("select quote_ident(subname) from pg_subscription s "
                                       "join pg_database d on d.oid = s.subdbid "
                                       "where d.datname = current_database()")) {
      inside.exec("alter subscription " + row[0] + " disable");
      inside.exec("alter subscription " + row[0] + " set (slot_name = none)");
      inside.exec("drop subscription " + row[0]);
    }
    for (const Row& row :
         inside.query("select quote_literal(gid) from pg_prepared_xacts where " + here)) {
      inside.exec("rollback prepared " + row[0]);
    }
    inside.exec("select pg_drop_replication_slot(slot_name) from pg_replication_slots where " +
                here);
  } catch (const std::runtime_error&) {  // no way in: then there is nothing to remove from inside
  }
}

/// The statements that drop or undo what a case changed outside of its database: the next one may
/// want the same names.
std::vector<std::string> Server::drops_for_strangers() {
  std::vector<std::string> drops;
  for (const Row& row : monitor_->query(
           "select datname, 'drop database ' || quote_ident(datname) from pg_database "
           "where oid >= 16384 union all "
           "select spcname, 'drop tablespace ' || quote_ident(spcname) from pg_tablespace "
           "where oid >= 16384 union all "
           "select rolname, 'drop role ' || quote_ident(rolname) from pg_roles "
           "where oid >= 16384 union all "
           "select '', 'alter role ' || case setrole when 0 then 'all' else "
           "quote_ident(pg_get_userbyid(setrole)) end || ' reset all' "
           "from pg_db_role_setting where setdatabase = 0 union all "
           "select '', 'alter system reset all' where exists (select from pg_file_settings "
           "where sourcefile like '%auto.conf')")) {
    const std::string& name = row[0];
    const bool is_ours =
        name == kTemplate || name == "ts2" || name == "app_owner" || name == "app_ro";
    if (!is_ours && !known_.contains(name)) drops.push_back(row[1]);
  }
  return drops;
}

}  // namespace unwedge::postgres
