// The file is walked once for each candidate; but only a file with a statement that some
// transaction makes the server refuse, and those are few.

#include "lint/candidate_refusals.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "effects/refusals.h"
#include "lint/analysis.h"
#include "migration/runner.h"

namespace unwedge::lint {
namespace {

using migration::RunnerProfile;
using migration::Section;
using migration::Variant;

struct Candidate {
  const RunnerProfile* runner = nullptr;
  const Variant* variant = nullptr;  ///< null: the runner as a whole
  [[nodiscard]] const std::string& name() const {
    return variant == nullptr ? runner->name : variant->name;
  }
};

/// By the place where the statement begins: under which candidate the server refuses it, and how.
struct Verdicts {
  std::optional<Refusal> refusal;
  std::vector<std::string> under;
};
using VerdictsByPlace = std::map<std::uint32_t, Verdicts>;

std::vector<Candidate> candidates_of(const AnalysedFile& file) {
  std::vector<Candidate> candidates;
  for (const Variant* variant : file.undecided) {
    candidates.push_back({.runner = file.recognised.runner, .variant = variant});
  }
  for (const RunnerProfile* runner : file.recognised.candidates) {
    candidates.push_back({.runner = runner});
  }
  // Any file can be run by psql.
  const RunnerProfile* psql = migration::find_runner("psql");
  if (!file.recognised.candidates.empty() && psql != nullptr &&
      std::none_of(candidates.begin(), candidates.end(),
                   [psql](const Candidate& each) { return each.runner->name == psql->name; })) {
    candidates.push_back({.runner = psql});
  }
  return candidates;
}

bool depends_on_transaction(const Statement& statement, PgVersion postgres) {
  return effects::transaction_refusal(statement, {.kind = TransactionKind::kExplicit}, postgres)
             .has_value() ||
         effects::transaction_refusal(statement, {.kind = TransactionKind::kNone}, postgres)
             .has_value();
}

class Walks {
 public:
  explicit Walks(const CandidateQuestion& question) : question_(question) {}

  /// False when the candidate would not run the file as a whole.
  bool walk(const Candidate& candidate, VerdictsByPlace& verdicts) {
    const AnalysedSection& only = question_.analysed->sections.front();
    std::vector<Section> sections =
        migration::sections_of(question_.file.path, question_.file.text, *candidate.runner);
    if (sections.size() != 1 || sections.front().region.size() != only.section.region.size()) {
      return false;
    }
    resolve_variants(question_.file, *candidate.runner, sections, candidate.variant);
    Section section = only.section;
    section.mode = sections.front().mode;
    section.splitter = sections.front().splitter;
    const migration::Delivery delivery =
        migration::delivery_of(question_.text, section, *candidate.runner, only.script.statements);
    const timeline::SectionRun run{.section = &section,
                                   .delivery = &delivery,
                                   .statements = &only.script.statements,
                                   .runner = &only.runner,
                                   .directory = {},
                                   .reopens = candidate.runner->transaction.reopens};
    schema::Catalog catalog;
    timeline::walk({&run, 1}, {.postgres = question_.postgres, .text = question_.text}, catalog,
                   [&](const Step& step) {
                     const auto& refusal = step.effects().refusal;
                     if (!refusal) return;
                     Verdicts& said = verdicts[step.span().begin];
                     if (!said.refusal) said.refusal = refusal;
                     said.under.push_back(candidate.name());
                   });
    return true;
  }

 private:
  const CandidateQuestion& question_;
};

}  // namespace

timeline::KnownRefusals candidate_refusals(const CandidateQuestion& question) {
  timeline::KnownRefusals refusals;
  const AnalysedFile& file = *question.analysed;
  const std::vector<Candidate> candidates = candidates_of(file);
  if (candidates.empty() || file.sections.size() != 1) return refusals;
  const std::vector<Statement>& statements = file.sections.front().script.statements;
  std::vector<std::uint32_t> in_question;
  for (const Statement& statement : statements) {
    if (depends_on_transaction(statement, question.postgres)) {
      in_question.push_back(statement.span.begin);
    }
  }
  if (in_question.empty()) return refusals;

  VerdictsByPlace verdicts;
  std::size_t asked = 0;
  Walks walks(question);
  for (const Candidate& candidate : candidates) {
    if (walks.walk(candidate, verdicts)) ++asked;
  }
  if (asked == 0) return refusals;
  for (const std::uint32_t place : in_question) {
    Verdicts& said = verdicts[place];
    if (said.refusal) {
      const bool by_all = said.under.size() == asked;
      said.refusal->certainty = by_all ? Certainty::kCertain : Certainty::kPossible;
      said.refusal->reason = by_all ? "" : "which migration tool applies the file is not known";
      if (!by_all) said.refusal->under = std::move(said.under);
    }
    refusals.emplace(place, std::move(said.refusal));
  }
  return refusals;
}

}  // namespace unwedge::lint
