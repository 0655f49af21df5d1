// See history_replay.h. The catalog is walked in a copy. Where the server has rejected a statement,
// only what it had committed before is applied to the catalog itself.

#include "postgres/history/history_replay.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <re2/re2.h>

#include "lint/analysis.h"
#include "lint/included_files.h"
#include "postgres/fixture.h"
#include "postgres/fixture_run.h"
#include "schema/apply.h"

namespace unwedge::postgres {
namespace {

/// Where the server stopped.
struct Failure {
  Error error;
  const Step* step = nullptr;  ///< null: the runner's COMMIT
  std::size_t committed = 0;   ///< the steps before this one have been committed
};

/// A role that a migration takes to be there: roles belong to the cluster.
std::optional<std::string> missing_role(const Error& error) {
  static const RE2 pattern(R"re(role "(.*)" does not exist)re");
  std::string role;
  if (!RE2::FullMatch(error.message, pattern, &role)) return std::nullopt;
  return role;
}

/// The table in which a runner keeps what it has applied, of which migrations may speak.
std::optional<std::string> missing_table_of_runner(const Error& error) {
  static const RE2 pattern(
      R"re(relation "((?:flyway_schema_history|databasechangelog|gorp_migrations|alembic_version|)re"
      R"re(goose_db_version|(?:__diesel_)?schema_migrations|_prisma_migrations))" does not exist)re");
  std::string table;
  if (!RE2::FullMatch(error.message, pattern, &table)) return std::nullopt;
  return table;
}

class Sender {
 public:
  Sender(const Database& database, const FixtureRun& run)
      : database_(database), session_(database.connect()), run_(run) {}

  std::optional<Failure> send_all(const std::vector<RunnerMessage>& messages) {
    std::size_t resume = 0;  // behind the last transaction that was committed
    for (std::size_t i = 0; i < messages.size(); ++i) {
      const Result result = send(session_, messages[i].message, database_);
      if (result.error) {
        if (make_what_is_missing(*result.error)) {
          i = resume - 1;  // counted up again
          continue;
        }
        return failure_at(messages[i], result, messages, resume);
      }
      if (session_.transaction() == Connection::Transaction::kNone) resume = i + 1;
    }
    return std::nullopt;
  }

 private:
  /// What is not the migrations' own to make.
  bool make_what_is_missing(const Error& error) {
    const std::optional<std::string> role = missing_role(error);
    const std::optional<std::string> table = missing_table_of_runner(error);
    if ((!role && !table) || ++made_ > kMostMade) return false;
    session_.exec("ROLLBACK");
    if (role) return !database_.connect().exec("CREATE ROLE " + quote_identifier(*role)).error;
    return !session_.exec("CREATE TEMP TABLE " + quote_identifier(*table) + " ()").error;
  }

  Failure failure_at(const RunnerMessage& message, const Result& result,
                     const std::vector<RunnerMessage>& messages, std::size_t resume) {
    Failure failure{.error = *result.error};
    if (message.first_step != nullptr) {
      const std::size_t left = run_.steps.size() - index_of(message.first_step);
      failure.step = message.first_step + std::min(result.tags.size(), left - 1);
    }
    while (resume < messages.size() && messages[resume].first_step == nullptr) ++resume;
    failure.committed =
        resume < messages.size() ? index_of(messages[resume].first_step) : run_.steps.size();
    return failure;
  }

  [[nodiscard]] std::size_t index_of(const Step* step) const {
    return static_cast<std::size_t>(step - run_.steps.data());
  }

  static constexpr int kMostMade = 100;

  const Database& database_;
  Connection session_;
  const FixtureRun& run_;
  int made_ = 0;
};

std::optional<Rejection> predicted_rejection(const FixtureRun& run) {
  for (const Step& step : run.timeline.steps) {
    const InBlock* block = step.block();
    if (block != nullptr && (block->possible || block->caught || block->guarded)) continue;
    const std::optional<Refusal>& refusal = step.effects().refusal;
    if (refusal && refusal->certainty == Certainty::kCertain) {
      return Rejection{.statement = std::string(step.sql()),
                       .sqlstate = std::string(refusal->sqlstate),
                       .message = refusal->message};
    }
    if (const auto* error = step.statement().get<SyntaxError>()) {
      return Rejection{.statement = std::string(step.sql()),
                       .sqlstate = "42601",
                       .message = std::string(error->message)};
    }
  }
  return std::nullopt;
}

/// A message is rolled back as a whole, but a COMMIT in it is final.
void apply_committed(const FixtureRun& run, const Failure& failure, PgVersion version,
                     schema::Catalog& catalog) {
  const std::vector<Step>& steps = run.timeline.steps;
  const Statement* first_lost = nullptr;
  if (failure.step != nullptr) {
    first_lost = &failure.step->statement();
  } else if (failure.committed < run.steps.size()) {
    first_lost = &run.steps[failure.committed].statement();
  }
  const auto failed = static_cast<std::size_t>(
      std::find_if(steps.begin(), steps.end(),
                   [first_lost](const Step& step) { return &step.statement() == first_lost; }) -
      steps.begin());
  for (const timeline::TransactionRange& range : run.timeline.transactions) {
    if (range.rolled_back || range.last > failed) continue;
    for (std::size_t i = range.first; i < range.last; ++i) {
      const Step& step = steps[i];
      schema::apply(step.statement(), *step.session().settings, catalog, version);
    }
  }
}

}  // namespace

HistoryReplay::HistoryReplay(Server& server, const lint::Options& options)
    : options_(options), database_(server.fresh_database()) {
  catalog_.set_complete(true);
}

MigrationOutcome HistoryReplay::apply(const text::SourceFile& file) {
  const lint::IncludedFiles files({.file = &file, .options = &options_});
  const std::string_view text = files.parts().text;
  const lint::AnalysedFile analysed = lint::analyse(files.parts(), 0, options_);
  MigrationOutcome outcome{.name = file.path, .runner = analysed.recognised.runner->name};
  FixtureRun run;
  run.catalog = catalog_;
  if (!walk(analysed, text, migration::Direction::kUp, options_.postgres, run)) {
    outcome.is_migration = false;
    return outcome;
  }
  outcome.predicted = predicted_rejection(run);
  const std::optional<Failure> failure =
      Sender(database_, run).send_all(messages_of_runner(text, run));
  if (failure) {
    outcome.error = failure->error;
    if (failure->step != nullptr) outcome.statement = failure->step->sql();
    apply_committed(run, *failure, options_.postgres, catalog_);
  } else {
    catalog_ = std::move(run.catalog);
  }
  catalog_.end_session();
  catalog_.settle();
  return outcome;
}

}  // namespace unwedge::postgres
