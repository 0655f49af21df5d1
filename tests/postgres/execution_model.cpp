// See execution_model.h. The ways are those of real runners: psql; golang-migrate; the Supabase
// CLI; goose with NO TRANSACTION and without; sqlx; drizzle; Flyway and Liquibase, whose driver
// opens a transaction whenever none is open, and cuts a text into statements itself; Bytebase.

#include "postgres/execution_model.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>

#include "migration/messages.h"
#include "migration/sections.h"
#include "sql/script.h"
#include "timeline/walk.h"

namespace unwedge::postgres {
namespace {

using migration::Mode;
using migration::Splitter;

std::string joined(const Statements& statements, std::string_view separator) {
  std::string text;
  for (const std::string& statement : statements) text.append(statement).append(separator);
  return text;
}

constexpr std::string_view kShow = "SHOW ";

bool is_show(const std::string& statement) { return statement.starts_with(kShow); }

// ---------------------------------------------------------------------------------------------
// The files

std::string on_lines(const Statements& statements) { return joined(statements, ";\n"); }

std::string with_breakpoints(const Statements& statements) {
  return joined(statements, ";\n--> statement-breakpoint\n");
}

std::string two_on_a_line(const Statements& statements) {
  std::string text;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    text.append(statements[i]).append(i % 2 == 0 ? "; " : ";\n");
  }
  return text;
}

// ---------------------------------------------------------------------------------------------
// The players

void each_alone(Client& client, const Statements& statements) {
  for (const std::string& statement : statements) client.message({statement});
}

void one_message(Client& client, const Statements& statements) { client.message(statements); }

void one_pipeline(Client& client, const Statements& statements) { client.pipeline(statements); }

void two_at_a_time(Client& client, const Statements& statements) {
  for (std::size_t i = 0; i < statements.size(); i += 2) {
    const std::size_t end = std::min(i + 2, statements.size());
    client.message({statements.begin() + static_cast<std::ptrdiff_t>(i),
                    statements.begin() + static_cast<std::ptrdiff_t>(end)});
  }
}

template <void (*inner)(Client&, const Statements&)>
void in_transaction(Client& client, const Statements& statements) {
  client.own("BEGIN");
  inner(client, statements);
  client.own("COMMIT");
}

void always_in_transaction(Client& client, const Statements& statements) {
  for (const std::string& statement : statements) {
    if (!client.in_transaction()) client.own("BEGIN");
    client.message({statement});
  }
  client.own("COMMIT");
}

bool is_vacuum(const std::string& statement) { return statement.starts_with("VACUUM"); }

void vacuum_behind(Client& client, const Statements& statements) {
  Statements others;
  Statements vacuums;
  std::ranges::partition_copy(statements, std::back_inserter(vacuums), std::back_inserter(others),
                              is_vacuum);
  in_transaction<each_alone>(client, others);
  each_alone(client, vacuums);
}

void no_transaction_for_vacuum(Client& client, const Statements& statements) {
  if (std::ranges::any_of(statements, is_vacuum)) {
    each_alone(client, statements);
  } else {
    in_transaction<each_alone>(client, statements);
  }
}

// ---------------------------------------------------------------------------------------------
// What unwedge says

migration::RunnerProfile profile_of(const migration::TransactionRules& rules) {
  migration::RunnerProfile profile;
  profile.transaction = rules;
  return profile;
}

/// A file as the runner runs it.
struct File {
  File(std::string_view text, const migration::TransactionRules& rules)
      : profile(profile_of(rules)),
        section(migration::sections_of("1.sql", text, profile).at(0)),
        script(sql::parse_script(text, section.region)),
        delivery(migration::delivery_of(text, section, profile, script.statements)) {}

  migration::RunnerProfile profile;
  migration::Section section;
  sql::Script script;
  migration::Delivery delivery;
  RunnerInfo runner;

  timeline::Timeline walk(std::string_view text, int major, schema::Catalog& catalog) const {
    const timeline::SectionRun run{.section = &section,
                                   .delivery = &delivery,
                                   .statements = &script.statements,
                                   .runner = &runner,
                                   .directory = {},
                                   .reopens = profile.transaction.reopens};
    return timeline::walk({&run, 1}, {.postgres = {major}, .text = text}, catalog,
                          [](const Step& /*step*/) {});
  }
};

Outcome outcome_of(const Step& step) {
  Outcome outcome{.statement = std::string(step.sql())};
  if (const std::optional<Refusal>& refusal = step.effects().refusal) {
    outcome.sqlstate = refusal->sqlstate;
    outcome.message = refusal->message;
  } else if (is_show(outcome.statement)) {
    const std::string name = outcome.statement.substr(kShow.size());
    outcome.value = step.session().settings->value(name).value_or("0");
  }
  return outcome;
}

}  // namespace

bool Client::has_failed() const { return !outcomes_.empty() && !outcomes_.back().sqlstate.empty(); }

bool Client::in_transaction() const {
  return connection_.transaction() != Connection::Transaction::kNone;
}

void Client::start_again() {
  outcomes_.clear();
  if (in_transaction()) own("ROLLBACK");
  own("DISCARD ALL");
}

void Client::own(const std::string& statement) {
  if (!has_failed()) connection_.query(statement);
}

void Client::message(const Statements& statements) {
  if (has_failed() || statements.empty()) return;
  remember(statements, connection_.exec(joined(statements, ";")));
}

void Client::pipeline(const Statements& statements) {
  if (has_failed()) return;
  remember(statements, connection_.exec_pipeline(statements));
}

void Client::remember(const Statements& statements, const Result& result) {
  const std::size_t completed = result.tags.size();
  for (std::size_t i = 0; i < completed; ++i) outcomes_.push_back({.statement = statements.at(i)});
  if (result.error) {
    outcomes_.push_back({.statement = statements.at(completed),
                         .sqlstate = result.error->sqlstate,
                         .message = result.error->message});
  } else if (is_show(statements.back())) {
    outcomes_.back().value = result.rows.at(0).at(0);
  }
}

std::span<const Play> plays() {
  static const std::array all{
      Play{.name = "each statement alone",
           .play = each_alone,
           .file = on_lines,
           .runner = {.mode = Mode::kScriptDefined}},
      Play{.name = "one message",
           .play = one_message,
           .file = on_lines,
           .runner = {.mode = Mode::kImplicitWholeMessage, .splitter = Splitter::kWhole}},
      Play{.name = "one pipeline",
           .play = one_pipeline,
           .file = on_lines,
           .runner = {.mode = Mode::kPipelineWholeMessage, .splitter = Splitter::kWhole}},
      Play{.name = "in the runner's transaction, each alone",
           .play = in_transaction<each_alone>,
           .file = on_lines,
           .runner = {.mode = Mode::kTransactionPerFile}},
      Play{.name = "two statements in each message",
           .play = two_at_a_time,
           .file = two_on_a_line,
           .runner = {.mode = Mode::kAutocommitPerChunk, .splitter = Splitter::kLines}},
      Play{.name = "in the runner's transaction, one message",
           .play = in_transaction<one_message>,
           .file = on_lines,
           .runner = {.mode = Mode::kTransactionPerSection, .splitter = Splitter::kWhole}},
      Play{.name = "in the runner's transaction, between breakpoints",
           .play = in_transaction<each_alone>,
           .file = with_breakpoints,
           .runner = {.mode = Mode::kTransactionAllPending,
                      .splitter = Splitter::kSeparator,
                      .separator = "--> statement-breakpoint"}},
      Play{.name = "always in a transaction of the runner",
           .play = always_in_transaction,
           .file = on_lines,
           .runner = {.mode = Mode::kTransactionPerChangeset, .reopens = true}},
      Play{.name = "in the runner's transaction, one pipeline",
           .play = in_transaction<one_pipeline>,
           .file = on_lines,
           .runner = {.mode = Mode::kTransactionPerFile,
                      .splitter = Splitter::kWhole,
                      .reopens = true}},
      Play{.name = "in the runner's transaction, VACUUM behind it",
           .play = vacuum_behind,
           .file = on_lines,
           .runner = {.mode = Mode::kTransactionPerFileHoist, .non_transactional = {"VACUUM"}}},
      Play{
          .name = "in the runner's transaction unless there is a VACUUM",
          .play = no_transaction_for_vacuum,
          .file = on_lines,
          .runner = {.mode = Mode::kTransactionPerFileAutodetect, .non_transactional = {"VACUUM"}}},
  };
  return all;
}

std::span<const Play> basic_plays() {
  constexpr std::size_t kBasic = 4;
  return plays().first(kBasic);
}

std::vector<Outcome> predicted(const Play& play, std::string_view setup,
                               const Statements& statements, int major) {
  schema::Catalog catalog;
  File(setup, {.mode = Mode::kScriptDefined}).walk(setup, major, catalog);
  catalog.settle();
  const std::string text = play.file(statements);
  const File file(text, play.runner);
  std::vector<Outcome> outcomes;
  for (const Step& step : file.walk(text, major, catalog).steps) {
    outcomes.push_back(outcome_of(step));
    if (!outcomes.back().sqlstate.empty()) break;
  }
  return outcomes;
}

}  // namespace unwedge::postgres
