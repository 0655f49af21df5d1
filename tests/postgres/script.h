// Runs the messages of a migration one after the other, as its runner would send them, and says
// what the server answered to each. How a file becomes messages is the caller's business.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "postgres/connection.h"
#include "postgres/server.h"

namespace unwedge::postgres {

/// What is sent to the server in one go: one statement or several with semicolons in between.
struct Message {
  std::string sql;
  /// Not empty: instead of `sql`, these, in one pipeline of the extended protocol.
  std::vector<std::string> pipeline = {};
};

/// "@DB@" stands for the name of the database.
Result send(Connection& session, const Message& message, const Database& database);

/// As psql does: every statement is a message of its own.
std::vector<Message> one_by_one(const std::vector<std::string>& statements);

/// As runners do that send a file whole: an implicit transaction block, if more than one.
std::vector<Message> all_at_once(const std::vector<std::string>& statements);

/// As runners do that open a transaction: one by one, between BEGIN and COMMIT.
std::vector<Message> in_transaction(const std::vector<std::string>& statements);

/// The answer to one message.
struct Answer {
  std::size_t completed = 0;   ///< Statements of the message that were done before the error.
  std::optional<Error> error;  ///< Of the statement with that index.
};

enum class OnError {
  kStop,      ///< As runners do: the rest is not sent.
  kContinue,  ///< As psql does unless ON_ERROR_STOP is set.
};

/// The answers to the messages that were sent, in order; with kStop, no more than up to the first
/// error. `setup` is run before, in a fresh database, each statement for itself; throws
/// std::runtime_error if that fails. In both, "@DB@" stands for the name of the database.
std::vector<Answer> run_script(Server& server, std::string_view setup,
                               const std::vector<Message>& messages,
                               OnError on_error = OnError::kStop);

/// The first error in the answers, if there is one.
std::optional<Error> first_error(const std::vector<Answer>& answers);

/// A session in `database` which has run the statements of `setup`, each for itself.
Connection prepared_session(const Database& database, std::string_view setup);

/// `sql` with the name of the database in place of "@DB@".
std::string with_database_name(std::string_view sql, const Database& database);

}  // namespace unwedge::postgres
