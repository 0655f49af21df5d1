// The ways in which runners send statements to a server, played on the wire, and what unwedge
// expects of each: the two sides of execution_model_test.cpp. The players know nothing of unwedge.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migration/profile.h"
#include "postgres/connection.h"
#include "postgres/server.h"

namespace unwedge::postgres {

using Statements = std::vector<std::string>;

/// What became of one statement: on the server, or as predicted.
struct Outcome {
  std::string statement;
  std::string sqlstate;  ///< "" when it ran
  std::string message;
  std::string value;  ///< of SHOW, at the end of a message

  bool operator==(const Outcome&) const = default;
};

/// A session that remembers what became of each statement. After the first error it sends nothing
/// more, as runners do.
class Client {
 public:
  explicit Client(const Database& database) : connection_(database.connect()) {}

  /// As if it were a new session.
  void start_again();

  /// One message of the simple query protocol.
  void message(const Statements& statements);
  /// The extended protocol: each statement by itself, then one Sync.
  void pipeline(const Statements& statements);
  /// What the runner sends of its own, of which nothing is remembered.
  void own(const std::string& statement);
  [[nodiscard]] bool in_transaction() const;

  [[nodiscard]] const std::vector<Outcome>& outcomes() const { return outcomes_; }

 private:
  [[nodiscard]] bool has_failed() const;
  void remember(const Statements& statements, const Result& result);

  Connection connection_;
  std::vector<Outcome> outcomes_;
};

/// A way to run a file.
struct Play {
  std::string_view name;
  void (*play)(Client&, const Statements&);
  /// The file that unwedge sees, and the runner that it is told of.
  std::string (*file)(const Statements&);
  migration::TransactionRules runner;
};

std::span<const Play> plays();
/// The first of them: by themselves, together, in a pipeline, in the runner's transaction.
std::span<const Play> basic_plays();

/// What unwedge says of the statements in the order in which they run, up to the first that it
/// takes to be refused. `setup` has been run before.
std::vector<Outcome> predicted(const Play& play, std::string_view setup,
                               const Statements& statements, int major);

}  // namespace unwedge::postgres
