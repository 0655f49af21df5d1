// Collects everything that libpq has to say about one message into a value.

#include "postgres/connection.h"

#include <charconv>
#include <memory>
#include <stdexcept>
#include <utility>

#include <libpq-fe.h>

namespace unwedge::postgres {
namespace {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultHandle = std::unique_ptr<PGresult, ClearResult>;

constexpr const char* kConnectionFailure = "08006";

std::string field(const PGresult* result, int code) {
  const char* const text = PQresultErrorField(result, code);
  return text == nullptr ? "" : text;
}

std::string without_newline(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

Error connection_failure(const char* message) {
  Error error;
  error.sqlstate = kConnectionFailure;
  error.message = without_newline(message);
  return error;
}

Error error_of(const PGresult* result) {
  Error error{.sqlstate = field(result, PG_DIAG_SQLSTATE),
              .message = field(result, PG_DIAG_MESSAGE_PRIMARY),
              .detail = field(result, PG_DIAG_MESSAGE_DETAIL),
              .hint = field(result, PG_DIAG_MESSAGE_HINT)};
  const std::string position = field(result, PG_DIAG_STATEMENT_POSITION);
  std::from_chars(position.data(), position.data() + position.size(), error.position);
  // Without one it was made up by libpq, not by the server.
  return error.sqlstate.empty() ? connection_failure(PQresultErrorMessage(result)) : error;
}

std::vector<Row> rows_of(const PGresult* result) {
  std::vector<Row> rows(static_cast<std::size_t>(PQntuples(result)));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (int column = 0; column < PQnfields(result); ++column) {
      rows[i].emplace_back(PQgetvalue(result, static_cast<int>(i), column));
    }
  }
  return rows;
}

void drain_copy_out(PGconn* connection) {
  char* line = nullptr;
  while (PQgetCopyData(connection, &line, 0) > 0) PQfreemem(line);
}

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) out.append(c == quote ? 2 : 1, c);
  return out + quote;
}

void receive_notice(void* notices, const PGresult* result) {
  static_cast<std::vector<Notice>*>(notices)->push_back(
      {.severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED),
       .sqlstate = field(result, PG_DIAG_SQLSTATE),
       .message = field(result, PG_DIAG_MESSAGE_PRIMARY)});
}

}  // namespace

std::string to_string(const Error& error) { return error.sqlstate + ": " + error.message; }

std::string quote_identifier(std::string_view name) { return quoted(name, '"'); }

std::string quote_literal(std::string_view text) { return quoted(text, '\''); }

void Connection::Finish::operator()(pg_conn* connection) const { PQfinish(connection); }

Connection::Connection(const std::string& conninfo)
    : notices_(std::make_unique<std::vector<Notice>>()),
      connection_(PQconnectdb(conninfo.c_str())) {
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    throw std::runtime_error(without_newline(PQerrorMessage(connection_.get())));
  }
  PQsetNoticeReceiver(connection_.get(), receive_notice, notices_.get());
}

Result Connection::exec(const std::string& sql) {
  send(sql);
  return finish();
}

std::vector<Row> Connection::query(const std::string& sql) {
  Result result = exec(sql);
  if (result.error) throw std::runtime_error(to_string(*result.error) + "\n  in: " + sql);
  return std::move(result.rows);
}

void Connection::send(const std::string& sql) {
  notices_->clear();
  PQsendQuery(connection_.get(), sql.c_str());  // a failure shows in finish()
}

bool Connection::is_busy() {
  return PQconsumeInput(connection_.get()) == 1 && PQisBusy(connection_.get()) == 1;
}

bool Connection::take_results(Result& outcome) {
  bool any = false;
  bool is_sync = false;
  while (const ResultHandle result{PQgetResult(connection_.get())}) {
    any = true;
    switch (PQresultStatus(result.get())) {
      case PGRES_TUPLES_OK: outcome.rows = rows_of(result.get()); [[fallthrough]];
      case PGRES_COMMAND_OK: outcome.tags.emplace_back(PQcmdStatus(result.get())); break;
      case PGRES_EMPTY_QUERY: break;
      case PGRES_PIPELINE_ABORTED: break;
      case PGRES_PIPELINE_SYNC: is_sync = true; break;
      case PGRES_COPY_IN:
        PQputCopyEnd(connection_.get(), "the test harness has no data to copy");
        break;
      case PGRES_COPY_OUT: drain_copy_out(connection_.get()); break;
      default:
        if (!outcome.error) outcome.error = error_of(result.get());
        break;
    }
    if (is_sync || PQstatus(connection_.get()) != CONNECTION_OK) break;
  }
  if (!any) outcome.error = connection_failure(PQerrorMessage(connection_.get()));
  return is_sync;
}

Result Connection::finish() {
  Result outcome;
  take_results(outcome);
  outcome.notices = std::exchange(*notices_, {});
  return outcome;
}

Result Connection::exec_pipeline(const std::vector<std::string>& statements) {
  PGconn* const connection = connection_.get();
  notices_->clear();
  PQenterPipelineMode(connection);
  for (const std::string& sql : statements) {
    PQsendQueryParams(connection, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0);
  }
  PQpipelineSync(connection);
  Result outcome;
  while (!take_results(outcome) && PQstatus(connection) == CONNECTION_OK) {
  }
  PQexitPipelineMode(connection);
  outcome.notices = std::exchange(*notices_, {});
  return outcome;
}

Connection::Transaction Connection::transaction() const {
  switch (PQtransactionStatus(connection_.get())) {
    case PQTRANS_IDLE: return Transaction::kNone;
    case PQTRANS_INTRANS: return Transaction::kOpen;
    case PQTRANS_INERROR: return Transaction::kFailed;
    default: return Transaction::kUnknown;
  }
}

int Connection::backend_pid() const { return PQbackendPID(connection_.get()); }

}  // namespace unwedge::postgres
