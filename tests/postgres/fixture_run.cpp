// A section is written out as a transcript: statements, and BEGIN and COMMIT where the runner or
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
  bool opens = false;          ///< A transaction begins with it.
  bool runs = true;            ///< False: the server refuses it.
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
  return step.effects().refusal.has_value() || step.statement().get<SyntaxError>() != nullptr;
}

Line line_of(const Step& step) {
  const TransactionControl* end = end_of_transaction(step);
  return {.sql = std::string(step.sql()),
          .step = &step,
          .opens = is_begin(step) || (end != nullptr && end->chain),
          .runs = !is_refused(step)};
}

std::vector<Line> lines_of(const FixtureSection& section) {
  std::vector<Line> lines;
  bool chained = false;
  for (const timeline::TransactionRange& range : section.timeline.transactions) {
    const Step& first = section.timeline.steps[range.first];
    const bool is_block = range.state.kind != TransactionKind::kNone;
    if (is_block && !is_begin(first) && !chained) {
      lines.push_back({.sql = "BEGIN", .opens = true});
    }
    for (std::size_t i = range.first; i < range.last; ++i) {
      lines.push_back(line_of(section.timeline.steps[i]));
    }
    const TransactionControl* end = end_of_transaction(section.timeline.steps[range.last - 1]);
    chained = end != nullptr && end->chain;
    if (is_block && end == nullptr) lines.push_back({.sql = "COMMIT"});
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
  switch (step.transaction().kind) {
    // What commits by itself cannot be tried in a transaction.
    case TransactionKind::kNone:
      return step.statement().get<DoBlock>() != nullptr || step.statement().get<Call>() != nullptr
                 ? Mode::kAlone
                 : Mode::kAsNeeded;
    case TransactionKind::kAssumed: return Mode::kAsNeeded;
    default: return Mode::kInTransaction;
  }
}

}  // namespace

const Step* first_to_fail(const FixtureSection& section) {
  const std::vector<Step>& steps = section.timeline.steps;
  for (const migration::Message& message : section.messages) {
    const auto first = steps.begin() + static_cast<std::ptrdiff_t>(message.first);
    const auto last = steps.begin() + static_cast<std::ptrdiff_t>(message.last);
    const auto unreadable = std::find_if(first, last, [](const Step& step) {
      return step.statement().get<SyntaxError>() != nullptr;
    });
    if (unreadable != last) return &*unreadable;
    const auto refused = std::find_if(first, last, is_refused);
    if (refused != last) return &*refused;
  }
  return nullptr;
}

std::vector<Message> messages_of_runner(const Fixture& fixture, const FixtureSection& section) {
  const std::vector<Statement>& statements = section.script.statements;
  std::vector<Message> messages;
  for (const migration::Message& message : section.messages) {
    const Span span = cover(statements[message.first].span, statements[message.last - 1].span);
    messages.push_back({std::string(slice(fixture.text(), span)) + "\n;"});
  }
  const bool opens_transaction =
      migration::opens_transaction(section.section.mode) ||
      (!section.timeline.steps.empty() &&
       section.timeline.steps.front().transaction().kind == TransactionKind::kAssumed);
  if (opens_transaction) {
    messages.insert(messages.begin(), Message{"BEGIN"});
    messages.push_back({"COMMIT"});
  }
  return messages;
}

std::string transcript(const FixtureSection& section) {
  const std::vector<Line> lines = lines_of(section);
  return joined(lines, 0, lines.size());
}

std::string transcript_before(const FixtureSection& section, const Step& step) {
  const std::vector<Line> lines = lines_of(section);
  std::size_t last = 0;
  while (last < lines.size() && lines[last].step != &step) ++last;
  const std::string close = step.transaction().is_block() ? "COMMIT;\n" : "";
  return joined(lines, 0, last) + close;
}

std::vector<ObservedStep> observe_section(Server& server, const std::string& setup,
                                          const FixtureSection& section) {
  const std::vector<Line> lines = lines_of(section);
  std::vector<ObservedStep> observed;
  Census census(server, setup);
  std::size_t transaction = 0;  // the first line of the open transaction behind its BEGIN
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Line& line = lines[i];
    if (line.step != nullptr) {
      ObservedStep& step = observed.emplace_back();
      step.step = line.step;
      census.take(step);
      if (is_observable(*line.step)) {
        const std::size_t start = line.step->transaction().is_block() ? transaction : i;
        // observe() sends a BEGIN of its own. The file's is no more than a warning then, but a
        // statement that is tried outside a transaction, too, must find none open.
        const bool by_runner = start > 0 && start <= i && lines[start - 1].step == nullptr;
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
