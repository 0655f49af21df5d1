// One block per file, in it one per section, in it the steps in the order in which they run:
//
//   db/0003_add_stock.sql
//   Runner: drizzle, recognised by db/meta/_journal.json
//
//   up: one transaction with all other pending files
//     transaction 1, opened by drizzle
//        1  ALTER TABLE product ADD COLUMN stock integer
//           lock  public.product  ACCESS EXCLUSIVE  every read and write waits

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "report/explain_report.h"
#include "report/style.h"
#include "text/escape.h"

namespace unwedge::report {
namespace {

using lint::ExplainedSection;
using lint::ExplainedStep;
using lint::Explanation;
using migration::Mode;
using text::escaped;

std::string_view in_words(migration::Direction direction) {
  switch (direction) {
    case migration::Direction::kUp: return "up";
    case migration::Direction::kDown: return "down";
    case migration::Direction::kVerify: return "verify";
  }
  return "";
}

std::string_view in_words(Mode mode) {
  switch (mode) {
    case Mode::kUnknown: return "in one transaction, as most tools would, or as the file says";
    case Mode::kTransactionPerSection: return "one transaction for the section";
    case Mode::kTransactionPerFile:
    case Mode::kTransactionPerFileAutodetect: return "one transaction for the file";
    case Mode::kTransactionPerFileHoist:
      return "one transaction for the file; what must not be in one is sent after it";
    case Mode::kTransactionPerChangeset: return "one transaction for the changeset";
    case Mode::kTransactionPerDirectory: return "one transaction for the files of the folder";
    case Mode::kTransactionAllPending: return "one transaction with all other pending files";
    case Mode::kImplicitWholeMessage: return "one message, and no BEGIN";
    case Mode::kPipelineWholeMessage: return "one pipeline, and no BEGIN";
    case Mode::kAutocommitPerStatement: return "each statement a transaction of its own";
    case Mode::kAutocommitPerChunk: return "each chunk a message of its own, and no BEGIN";
    case Mode::kScriptDefined: return "BEGIN and COMMIT in the file decide";
  }
  return "";
}

std::string list(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

std::string opened_by(const TransactionState& transaction, std::string_view runner) {
  switch (transaction.kind) {
    case TransactionKind::kNone: return "a transaction of its own";
    case TransactionKind::kExplicit: return "opened by BEGIN";
    case TransactionKind::kRunner: return fmt::format("opened by {}", runner);
    case TransactionKind::kImplicit: return "of the statements in one message";
    case TransactionKind::kPipeline: return "of the statements in one pipeline";
    case TransactionKind::kAssumed: return "if the migration tool opens one";
    case TransactionKind::kDo: return "of the DO block";
  }
  return "";
}

/// The statement on one line.
std::string one_line(std::string_view sql) {
  constexpr std::size_t kMost = 100;
  std::string line;
  bool blank = false;
  for (const char c : sql) {
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      blank = !line.empty();
      continue;
    }
    if (blank) line += ' ';
    blank = false;
    line += c;
  }
  if (line.size() <= kMost) return line;
  std::size_t end = kMost - 3;
  while (end > 0 && (line[end] & 0xC0) == 0x80) --end;
  return line.substr(0, end) + "…";
}

std::string_view waits(LockMode mode) {
  if (blocks_reads(mode)) return "reads and writes wait";
  if (blocks_writes(mode)) return "writes wait";
  return mode >= LockMode::kShareUpdateExclusive ? "DDL and VACUUM wait" : "";
}

std::string_view in_words(WorkKind kind) {
  switch (kind) {
    case WorkKind::kRewrite: return "rewrites every row of";
    case WorkKind::kScan: return "reads every row of";
    case WorkKind::kIndexBuild: return "reads every row and builds an index on";
    case WorkKind::kRows: return "changes any number of rows of";
    case WorkKind::kTruncate: return "empties";
  }
  return "";
}

class ExplainText {
 public:
  explicit ExplainText(const ExplainOptions& options) : style_(options.colour, false) {}

  std::string render(std::span<const Explanation> files) {
    for (const Explanation& file : files) {
      if (!out_.empty()) out_ += '\n';
      add(file);
    }
    return std::move(out_);
  }

 private:
  void add(const Explanation& file) {
    style_.paint(out_, Role::kPlace, escaped(file.path));
    out_ += '\n';
    if (!file.error.empty()) {
      style_.paint(out_, Role::kError, "error:");
      out_ += fmt::format(" could not be read: {}\n", escaped(file.error));
      return;
    }
    out_ += fmt::format("Runner: {}", file.runner);
    if (!file.recognised_by.empty()) {
      out_ += fmt::format(", recognised by {}", escaped(file.recognised_by));
    }
    if (!file.candidates.empty()) out_ += fmt::format("; it may be {}", list(file.candidates));
    out_ += '\n';
    if (file.sections.empty()) out_ += "There is nothing in it that is run as a migration.\n";
    file_ = file.path;
    for (const ExplainedSection& section : file.sections) add(section, file.runner);
  }

  void add(const ExplainedSection& section, std::string_view runner) {
    out_ += '\n';
    style_.paint(out_, Role::kMessage, in_words(section.direction));
    if (!section.name.empty()) {
      out_ += ' ';
      style_.paint(out_, Role::kMessage, escaped(section.name));
    }
    out_ += fmt::format(": {}", in_words(section.mode));
    if (section.opted_out) out_ += " (opted out of the runner's transaction)";
    out_ += '\n';
    if (section.refused_by_runner) {
      out_ += fmt::format(
          "  {} refuses it: it mixes statements that must not be in a transaction with others\n",
          runner);
    }
    int last = 0;
    std::string_view path;  // of an included file
    for (const ExplainedStep& step : section.steps) {
      if (step.transaction.number != last) {
        style_.paint(out_, Role::kGutter,
                     fmt::format("  transaction {}, {}\n", step.transaction.number,
                                 opened_by(step.transaction, runner)));
        last = step.transaction.number;
      }
      if (step.path != path) {
        path = step.path;
        style_.paint(out_, Role::kGutter, fmt::format("  in {}\n", escaped(path_of(path))));
      }
      add(step);
    }
  }

  void add(const ExplainedStep& step) {
    style_.paint(out_, Role::kGutter,
                 fmt::format("  {:>5}  {}", step.region.start.line, step.in_block ? "  " : ""));
    style_.paint(out_, Role::kMessage, escaped(one_line(step.sql)));
    out_ += '\n';
    if (step.refusal) add(*step.refusal);
    if (!step.not_followed.empty()) {
      out_ += fmt::format("{:9}more   {}\n", "", step.not_followed);
    }
    std::size_t names = 0;
    std::size_t modes = 0;
    for (const Lock& lock : step.locks) {
      names = std::max(names, name(lock).size());
      modes = std::max(modes, to_string(lock.mode).size());
    }
    for (const Lock& lock : step.locks) {
      const std::string_view waiting = lock.existing ? waits(lock.mode) : "it is new: nobody waits";
      out_ += fmt::format("{:9}lock   {:{}}  ", "", name(lock), names);
      style_.paint(out_, role_of(lock), fmt::format("{:{}}", to_string(lock.mode), modes));
      add_remark(waiting, lock.certainty, lock.reason);
    }
    for (const Work& work : step.work) {
      out_ += fmt::format("{:9}work   {} {}", "", in_words(work.kind),
                          escaped(fmt::format("{}", work.relation)));
      add_remark(work.existing ? "" : "it is new", work.certainty, work.reason);
    }
    for (const lint::ExplainedHold& held : step.held) {
      out_ += fmt::format("{:9}", "");
      style_.paint(out_, Role::kWarning, "under");
      const std::string in =
          held.path == step.path ? "" : fmt::format(" of {}", escaped(path_of(held.path)));
      out_ +=
          fmt::format("  {}  {} since line {}{}: {}\n", escaped(fmt::format("{}", held.relation)),
                      to_string(held.mode), held.taken_by.start.line, in, waits(held.mode));
    }
  }

  void add(const Refusal& refusal) {
    out_ += fmt::format("{:9}", "");
    const bool certain = refusal.certainty == Certainty::kCertain;
    style_.paint(out_, certain ? Role::kError : Role::kWarning, certain ? "fails" : "may fail");
    out_ += fmt::format("  {} ({})", refusal.message, refusal.sqlstate);
    if (!refusal.under.empty()) out_ += fmt::format(", if applied by {}", list(refusal.under));
    out_ += '\n';
  }

  void add_remark(std::string_view remark, Certainty certainty, std::string_view reason) {
    if (!remark.empty()) out_ += fmt::format("  {}", remark);
    if (certainty == Certainty::kPossible) {
      out_ += fmt::format("{}perhaps{}{}", remark.empty() ? "  " : ", ", reason.empty() ? "" : ": ",
                          reason);
    }
    while (out_.ends_with(' ')) out_.pop_back();
    out_ += '\n';
  }

  /// The path of what is included, or of the file itself.
  [[nodiscard]] std::string_view path_of(std::string_view included) const {
    return included.empty() ? file_ : included;
  }

  static std::string name(const Lock& lock) { return escaped(fmt::format("{}", lock.relation)); }

  static Role role_of(const Lock& lock) {
    if (!lock.existing) return Role::kFaint;
    if (blocks_reads(lock.mode)) return Role::kError;
    return blocks_writes(lock.mode) ? Role::kWarning : Role::kPlain;
  }

  Style style_;
  std::string out_;
  std::string_view file_;
};

}  // namespace

std::string explain_as_text(std::span<const Explanation> files, const ExplainOptions& options) {
  return ExplainText(options).render(files);
}

}  // namespace unwedge::report
