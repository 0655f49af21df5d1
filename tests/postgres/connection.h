// A connection to a server through libpq: the simple query protocol, because what a message of
// several statements does is one of the things to observe, and the extended one where that makes a
// difference. Errors of SQL are values.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct pg_conn;

namespace unwedge::postgres {

/// An error as the server reports it.
struct Error {
  std::string sqlstate;
  std::string message;
  std::string detail;
  std::string hint;
  int position = 0;  ///< In the message that was sent: characters, from 1; 0 if not given.
};

/// "25001: CREATE INDEX CONCURRENTLY cannot run inside a transaction block"
std::string to_string(const Error& error);

/// A message below the rank of an error: DEBUG (DEBUG1), LOG, INFO, NOTICE or WARNING.
struct Notice {
  std::string severity;
  std::string sqlstate;
  std::string message;
};

using Row = std::vector<std::string>;  ///< NULL is an empty string.

/// What one message to the server came to.
struct Result {
  std::vector<std::string> tags;  ///< Of the statements that were completed: "CREATE TABLE", ...
  std::vector<Row> rows;          ///< Of the last statement that returned any.
  std::optional<Error> error;     ///< Of the statement after them; the rest of the message is void.
  std::vector<Notice> notices;
};

/// A name or string for use in SQL, whatever is in it.
std::string quote_identifier(std::string_view name);
std::string quote_literal(std::string_view text);

class Connection {
 public:
  enum class Transaction { kNone, kOpen, kFailed, kUnknown };

  /// Throws std::runtime_error if the server cannot be reached.
  explicit Connection(const std::string& conninfo);

  /// Sends `sql` as one message and waits for the outcome. A connection that breaks on the way is
  /// an error too. COPY FROM STDIN gets no data: the server reports it as cancelled.
  Result exec(const std::string& sql);

  /// Sends the statements through the extended protocol, with one Sync at their end: a pipeline.
  Result exec_pipeline(const std::vector<std::string>& statements);

  /// exec() for statements of the harness itself, which must not fail: throws
  /// std::runtime_error with the statement in it.
  std::vector<Row> query(const std::string& sql);

  /// exec() in two halves, so that another session can look on in between.
  void send(const std::string& sql);
  bool is_busy();   ///< Whether finish() would have to wait.
  Result finish();  ///< The outcome of send().

  [[nodiscard]] Transaction transaction() const;
  [[nodiscard]] int backend_pid() const;

 private:
  /// Takes the results of one statement, or of the Sync that ends a pipeline: then it is true.
  bool take_results(Result& outcome);

  struct Finish {
    void operator()(pg_conn* connection) const;
  };

  // Before the connection, which may still write to them; on the heap, because libpq keeps their
  // address when this object moves.
  std::unique_ptr<std::vector<Notice>> notices_;
  std::unique_ptr<pg_conn, Finish> connection_;
};

}  // namespace unwedge::postgres
