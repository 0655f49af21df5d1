// Plays the part of a migration runner, message by message.

#include "postgres/script.h"

#include "postgres/split.h"

namespace unwedge::postgres {

std::vector<Message> one_by_one(const std::vector<std::string>& statements) {
  std::vector<Message> messages;
  messages.reserve(statements.size());
  for (const std::string& statement : statements) messages.push_back({statement});
  return messages;
}

std::vector<Message> all_at_once(const std::vector<std::string>& statements) {
  std::string sql;
  // A newline first: the statement may end in a comment.
  for (const std::string& statement : statements) sql += statement + "\n;\n";
  return {{sql}};
}

std::vector<Message> in_transaction(const std::vector<std::string>& statements) {
  std::vector<Message> messages = one_by_one(statements);
  messages.insert(messages.begin(), Message{"BEGIN"});
  messages.push_back({"COMMIT"});
  return messages;
}

Result send(Connection& session, const Message& message, const Database& database) {
  if (message.pipeline.empty()) return session.exec(with_database_name(message.sql, database));
  std::vector<std::string> statements;
  for (const std::string& sql : message.pipeline) {
    statements.push_back(with_database_name(sql, database));
  }
  return session.exec_pipeline(statements);
}

std::vector<Answer> run_script(Server& server, std::string_view setup,
                               const std::vector<Message>& messages, OnError on_error) {
  const Database database = server.fresh_database();
  Connection session = prepared_session(database, setup);
  std::vector<Answer> answers;
  for (const Message& message : messages) {
    Result result = send(session, message, database);
    answers.push_back({.completed = result.tags.size(), .error = std::move(result.error)});
    if (answers.back().error && on_error == OnError::kStop) break;
  }
  return answers;
}

std::optional<Error> first_error(const std::vector<Answer>& answers) {
  for (const Answer& answer : answers) {
    if (answer.error) return answer.error;
  }
  return std::nullopt;
}

Connection prepared_session(const Database& database, std::string_view setup) {
  Connection session = database.connect();
  for (const std::string& statement : split_statements(with_database_name(setup, database))) {
    session.query(statement);
  }
  return session;
}

std::string with_database_name(std::string_view sql, const Database& database) {
  constexpr std::string_view kPlaceholder = "@DB@";
  std::string text(sql);
  for (std::size_t at = text.find(kPlaceholder); at != std::string::npos;
       at = text.find(kPlaceholder, at)) {
    text.replace(at, kPlaceholder.size(), database.name());
  }
  return text;
}

}  // namespace unwedge::postgres
