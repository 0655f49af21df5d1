// A throw-away PostgreSQL server for tests: its own cluster in a temporary folder, reachable only
// through a unix socket in that folder, gone with the test however that ends. And fresh databases
// in it, at a few milliseconds each.

#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "postgres/connection.h"
#include "postgres/installation.h"

namespace unwedge::postgres {

class Server;
class SupervisedProcess;

/// A database nobody has used before, dropped some time after this object is gone.
class Database {
 public:
  ~Database();
  Database(Database&& other) noexcept;
  Database& operator=(Database&&) = delete;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Server& server() const { return *server_; }

  /// A new session, as a superuser.
  [[nodiscard]] Connection connect() const;

 private:
  friend class Server;
  Database(Server& server, std::string name);

  Server* server_;
  std::string name_;
};

class Server {
 public:
  /// The one server of that major version in this process, started when first asked for, which
  /// takes one or two seconds. Throws std::runtime_error if there is none or it does not start.
  static Server& of(int major);

  explicit Server(const Installation& installation);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] int major() const { return major_; }

  /// A database made from template0. So that cases may refer to them, the roles app_owner and
  /// app_ro and the tablespace ts2 exist.
  Database fresh_database();

  [[nodiscard]] Connection connect(const std::string& database) const;

  /// The harness's own session, in no database under test: to look at the others.
  Connection& monitor() { return *monitor_; }

 private:
  friend class Database;

  void wait_until_ready();
  void prepare();
  void wait_for_sessions(const std::string& database);
  void make_spare();
  std::vector<Result> exec_at_once(const std::vector<std::string>& statements);
  void tidy_up();
  void remove_obstacles(const std::string& database);
  std::vector<std::string> drops_for_strangers();

  int major_;
  std::filesystem::path folder_;
  std::unique_ptr<SupervisedProcess> process_;
  std::unique_ptr<Connection> monitor_;
  std::vector<Connection> workers_;  // to create and drop databases, several at a time if need be
  int created_ = 0;
  std::vector<std::string> spare_;    // databases nobody has used yet
  std::vector<std::string> retired_;  // databases to be dropped
  std::set<std::string> known_;       // all databases of ours
};

}  // namespace unwedge::postgres
