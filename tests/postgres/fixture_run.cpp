// What is run is written out as a transcript: statements, and BEGIN and COMMIT where the runner or
// the protocol puts them. Every prefix of it leads to the state before one statement.

#include "postgres/fixture_run.h"

#include <algorithm>
#include <utility>

#include "postgres/relations.h"

namespace unwedge::postgres {
namespace {

using ControlKind = TransactionControl::Kind;

struct Line {
  std::string sql;
  const Step* step = nullptr;  ///< Null: BEGIN or COMMIT that is not in the file.
  std::vector<const Step*> inner{};
  bool opens = false;  ///< A transaction begins with it.
  bool ends = false;   ///< A transaction ends with it.
  bool runs = true;    ///< False: the server refuses it.
};

const TransactionControl* control_of(const Step& step) {
  return step.statement().get<TransactionControl>();
}

bool is_begin(const Step& step) {
  const TransactionControl* control = control_of(step);
  return control != nullptr &&
         (control->kind == ControlKind::kBegin || control->kind == ControlKind::kStart);
}

/// COMMIT, ROLLBACK and the like; with AND CHAIN they begin the next one.
const TransactionControl* end_of_transaction(const Step& step) {
  const TransactionControl* control = control_of(step);
  const bool ends = control != nullptr && (control->kind == ControlKind::kCommit ||
                                           control->kind == ControlKind::kRollback ||
                                           control->kind == ControlKind::kPrepare);
  return ends ? control : nullptr;
}

bool is_refused(const Step& step) {
  return step.effects().refusal.has_value() || step.statement().get<SyntaxError>() != nullptr ||
         is_rejected_by_rows(step);
}

Line line_of(const Step& step) {
  const TransactionControl* end = end_of_transaction(step);
  return {.sql = std::string(step.sql()),
          .step = &step,
          .opens = is_begin(step) || (end != nullptr && end->chain),
          .ends = end != nullptr && !end->chain,
          .runs = !is_refused(step)};
}

/// Whether the server takes it for a transaction block. What must not be in one, and is the first
/// in a pipeline, is committed at once.
bool is_block(const timeline::TransactionRange& range, const Step& first) {
  const bool committed = first.transaction().pipeline_start && range.last == range.first + 1;
  // A DO block that ends its transaction itself begins it, too.
  const bool own = range.state.kind == TransactionKind::kDo;
  return range.state.kind != TransactionKind::kNone && !own && !committed;
}

std::vector<Line> lines_of(const FixtureRun& run) {
  std::vector<Line> lines;
  bool chained = false;
  auto whole = run.steps.begin();
  for (const timeline::TransactionRange& range : run.timeline.transactions) {
    const Step& first = run.timeline.steps[range.first];
    const bool in_block = is_block(range, first);
    if (in_block && !is_begin(first) && !chained) {
      lines.push_back({.sql = "BEGIN", .opens = true});
    }
    for (std::size_t i = range.first; i < range.last; ++i) {
      const Step& step = run.timeline.steps[i];
      if (step.block() == nullptr) {
        lines.push_back(line_of(*whole++));
      } else {
        lines.back().inner.push_back(&step);
      }
    }
    const Step& last = run.timeline.steps[range.last - 1];
    const TransactionControl* end = last.block() == nullptr ? end_of_transaction(last) : nullptr;
    chained = end != nullptr && end->chain;
    if (in_block && end == nullptr) lines.push_back({.sql = "COMMIT", .ends = true});
  }
  return lines;
}

std::string joined(const std::vector<Line>& lines, std::size_t first, std::size_t last) {
  std::string sql;
  for (std::size_t i = first; i < last; ++i) {
    if (lines[i].runs) sql += lines[i].sql + "\n;\n";
  }
  return sql;
}

/// What is there before each line, in a session that runs them all.
class Census {
 public:
  Census(Server& server, const std::string& setup)
      : database_(server.fresh_database()), session_(prepared_session(database_, setup)) {
    for (const auto& [oid, relation] : read_relations(session_)) from_before_.insert(oid);
  }

  void take(ObservedStep& step) {
    std::set<Oid> partitions;
    for (const Row& row :
         session_.query("select oid from pg_catalog.pg_class where relispartition")) {
      partitions.insert(to_oid(row[0]));
    }
    for (const auto& [oid, relation] : read_relations(session_)) {
      if (!from_before_.contains(oid)) continue;
      step.from_before.insert(relation.name);
      if (partitions.contains(oid)) step.partitions.insert(relation.name);
    }
  }

  void run(const std::string& sql) { session_.query(with_database_name(sql, database_)); }

 private:
  Database database_;
  Connection session_;
  std::set<Oid> from_before_;
};

bool needs_block(const Step& step) {
  const std::optional<Refusal>& refusal = step.effects().refusal;
  return refusal && refusal->sqlstate == "25P01";
}

bool is_observable(const Step& step) {
  if (step.effects().refusal) return true;
  return control_of(step) == nullptr && step.statement().get<SetVariable>() == nullptr &&
         step.statement().get<SyntaxError>() == nullptr;
}

Mode mode_for(const Step& step) {
  if (needs_block(step)) return Mode::kAlone;
  if (step.transaction().pipeline_start) return Mode::kAsNeeded;
  switch (step.transaction().kind) {
    // What commits by itself cannot be tried in a transaction.
    case TransactionKind::kNone:
      return step.statement().get<DoBlock>() != nullptr || step.statement().get<Call>() != nullptr
                 ? Mode::kAlone
                 : Mode::kAsNeeded;
    case TransactionKind::kDo: return Mode::kAlone;
    case TransactionKind::kAssumed: return Mode::kAsNeeded;
    default: return Mode::kInTransaction;
  }
}

/// The runner's part: what it sends besides the file.
class Runner {
 public:
  Runner(std::string_view text, const FixtureRun& run) : text_(text), run_(run) {}

  std::vector<RunnerMessage> messages() {
    const lint::AnalysedSection* section = nullptr;
    for (const SentMessage& sent : run_.messages) {
      if (sent.message->after_commit || (section != nullptr && sent.section != section &&
                                         !shares_transaction(*section, *sent.section))) {
        commit();
        opened_ = false;
      }
      section = sent.section;
      if (!sent.message->after_commit) begin(sent);
      send(sent);
    }
    commit();
    return std::move(messages_);
  }

 private:
  /// A transaction around more than one section.
  static bool shares_transaction(const lint::AnalysedSection& before,
                                 const lint::AnalysedSection& next) {
    const migration::Mode mode = next.delivery.mode;
    return mode == before.delivery.mode && mode != migration::Mode::kTransactionPerSection &&
           mode != migration::Mode::kTransactionPerChangeset;
  }

  /// The driver of a runner without autocommit begins again after a COMMIT in the file.
  void begin(const SentMessage& sent) {
    const TransactionKind kind = sent.steps.front().transaction().kind;
    const bool by_runner = migration::opens_transaction(sent.section->delivery.mode) ||
                           kind == TransactionKind::kAssumed;
    const bool again = opened_ && !open_ && kind == TransactionKind::kRunner;
    if (!by_runner || (opened_ && !again)) return;
    messages_.push_back({.message = {.sql = "BEGIN"}});
    opened_ = true;
    open_ = true;
  }

  void commit() {
    if (opened_) messages_.push_back({.message = {.sql = "COMMIT"}});
  }

  void send(const SentMessage& sent) {
    RunnerMessage& made = messages_.emplace_back();
    made.first_step = &sent.steps.front();
    if (sent.section->delivery.mode == migration::Mode::kPipelineWholeMessage) {
      for (const Step& step : sent.steps) made.message.pipeline.emplace_back(step.sql());
    } else {
      const Span span = cover(sent.steps.front().span(), sent.steps.back().span());
      made.message.sql = std::string(slice(text_, span)) + "\n;";
    }
    for (const Step& step : sent.steps) {
      const TransactionControl* end = end_of_transaction(step);
      if (end != nullptr) open_ = end->chain;
      if (is_begin(step)) open_ = true;
    }
  }

  std::string_view text_;
  const FixtureRun& run_;
  std::vector<RunnerMessage> messages_;
  bool opened_ = false;  ///< The runner has sent BEGIN and will send COMMIT.
  bool open_ = false;    ///< A transaction is open.
};

}  // namespace

bool is_unreadable(const Step& step) {
  const auto& refusal = step.effects().refusal;
  return step.statement().get<SyntaxError>() != nullptr ||
         (refusal && refusal->cause == RefusalCause::kNewerSyntax);
}

bool is_rejected_by_rows(const Step& step) {
  const auto& all = step.effects().rejected_by_rows;
  return std::ranges::any_of(all, [](const RejectedByRows& each) { return each.existing; });
}

const Step* first_to_fail(const FixtureRun& run) {
  for (const SentMessage& sent : run.messages) {
    const bool piped = sent.section->delivery.mode == migration::Mode::kPipelineWholeMessage;
    const auto unreadable = std::ranges::find_if(sent.steps, is_unreadable);
    if (unreadable != sent.steps.end() && !piped) return &*unreadable;
    const auto refused = std::ranges::find_if(sent.steps, is_refused);
    if (refused != sent.steps.end()) return &*refused;
  }
  return nullptr;
}

std::vector<RunnerMessage> messages_of_runner(std::string_view text, const FixtureRun& run) {
  return Runner(text, run).messages();
}

std::vector<RunnerMessage> messages_of_runner(const Fixture& fixture, const FixtureRun& run) {
  return messages_of_runner(fixture.text(), run);
}

std::string transcript(const FixtureRun& run) {
  const std::vector<Line> lines = lines_of(run);
  return joined(lines, 0, lines.size());
}

std::string transcript_before(const FixtureRun& run, const Step& step) {
  const std::vector<Line> lines = lines_of(run);
  std::size_t last = 0;
  bool open = false;
  for (; last < lines.size() && lines[last].step != &step; ++last) {
    open = lines[last].opens || (open && !lines[last].ends);
  }
  return joined(lines, 0, last) + (open ? "COMMIT;\n" : "");
}

std::vector<ObservedStep> observe_run(Server& server, const std::string& setup,
                                      const FixtureRun& run) {
  const std::vector<Line> lines = lines_of(run);
  std::vector<ObservedStep> observed;
  Census census(server, setup);
  std::size_t transaction = 0;  // the first line of the open transaction behind its BEGIN
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Line& line = lines[i];
    if (line.step != nullptr) {
      ObservedStep& step = observed.emplace_back();
      step.step = line.step;
      step.inner = line.inner;
      census.take(step);
      if (is_observable(*line.step)) {
        const std::size_t start = line.step->transaction().is_block() ? transaction : i;
        // observe() sends a BEGIN of its own. The file's is no more than a warning then, but a
        // statement that is tried outside a transaction, too, must find none open.
        const bool by_runner =
            start > 0 && lines[start - 1].opens && lines[start - 1].step == nullptr;
        step.seen = observe(server, setup + joined(lines, 0, by_runner ? start - 1 : start),
                            joined(lines, start, i), line.sql, mode_for(*line.step));
      }
    }
    if (line.opens) transaction = i + 1;
    if (line.runs) census.run(line.sql);
  }
  return observed;
}

}  // namespace unwedge::postgres
