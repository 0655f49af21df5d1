// See explanation.h. The same layers as for linting, without the rules.

#include "lint/explanation.h"

#include <map>
#include <utility>

#include "lint/analysis.h"
#include "lint/included_files.h"
#include "lint/places.h"
#include "migration/runner.h"
#include "timeline/walk.h"

namespace unwedge::lint {
namespace {

using migration::Direction;

/// The number of the message of each statement, by the place where the statement begins.
std::map<std::uint32_t, std::size_t> message_numbers(const AnalysedSection& section) {
  std::map<std::uint32_t, std::size_t> numbers;
  std::size_t number = 0;
  for (const migration::Message& message : section.delivery.messages) {
    ++number;
    for (std::size_t i = message.first; i < message.last; ++i) {
      numbers.emplace(section.script.statements[i].span.begin, number);
    }
  }
  return numbers;
}

class FileExplanation {
 public:
  FileExplanation(const text::SourceFile& file, const Options& options, schema::Catalog& catalog)
      : file_(file),
        options_(options),
        catalog_(catalog),
        included_({.file = &file, .options = &options}),
        analysed_(analyse(parts_, 0, options)),
        places_(parts_) {}

  Explanation explain() {
    Explanation result;
    result.path = file_.path;
    result.runner = analysed_.recognised.runner->name;
    result.recognised_by = analysed_.recognised.by;
    for (const migration::RunnerProfile* candidate : analysed_.recognised.candidates) {
      result.candidates.push_back(candidate->name);
    }
    for (const migration::Variant* variant : analysed_.undecided) {
      result.candidates.push_back(variant->name);
    }
    std::map<const migration::Section*, ExplainedSection> sections;
    walk(Direction::kUp, sections);
    catalog_.end_session();
    catalog_.settle();
    for (const Direction direction : {Direction::kVerify, Direction::kDown}) {
      walk(direction, sections);
      catalog_.undo_to(0);
    }
    for (const AnalysedSection& section : analysed_.sections) {
      result.sections.push_back(std::move(sections[&section.section]));
    }
    return result;
  }

 private:
  void walk(Direction direction, std::map<const migration::Section*, ExplainedSection>& sections) {
    const std::vector<timeline::SectionRun> runs = runs_of(analysed_, direction);
    if (runs.empty()) return;
    const timeline::Timeline timeline = timeline::walk(
        runs,
        {.postgres = options_.postgres,
         .text = parts_.text,
         .known_refusals = analysed_.refusals.empty() ? nullptr : &analysed_.refusals},
        catalog_, [](const Step&) {});
    std::size_t next = 0;
    for (const AnalysedSection& section : analysed_.sections) {
      if (section.section.direction != direction) continue;
      const timeline::SectionRange& range = timeline.sections[next++];
      ExplainedSection& explained = sections[&section.section];
      explained = describe(section);
      const std::map<std::uint32_t, std::size_t> messages = message_numbers(section);
      std::size_t message = 0;
      for (std::size_t i = range.first; i < range.last; ++i) {
        const Step& step = timeline.steps[i];
        // What stands in a DO block was sent with it.
        if (step.block() == nullptr) message = messages.at(step.span().begin);
        explained.steps.push_back(describe(step, message));
      }
    }
  }

  [[nodiscard]] ExplainedSection describe(const AnalysedSection& section) {
    ExplainedSection explained;
    explained.direction = section.section.direction;
    explained.name = section.section.name;
    explained.region = places_.region(section.section.region, 0);
    explained.mode = section.delivery.mode;
    explained.opted_out = section.section.opted_out;
    explained.refused_by_runner = section.delivery.refused_by_runner;
    return explained;
  }

  [[nodiscard]] ExplainedStep describe(const Step& step, std::size_t message) {
    ExplainedStep explained;
    explained.path = path_of(step.span());
    explained.region = region_of(step.span());
    explained.sql = step.sql();
    explained.message = message;
    explained.in_block = step.block() != nullptr;
    explained.transaction = step.transaction();
    explained.locks = step.effects().locks;
    explained.work = step.effects().work;
    explained.refusal = step.effects().refusal;
    explained.not_followed = step.effects().not_followed;
    if (!explained.work.empty()) explained.held = held_by(step);
    return explained;
  }

  [[nodiscard]] std::vector<ExplainedHold> held_by(const Step& step) {
    std::vector<ExplainedHold> held;
    const HeldLocks& locks = step.session().held_locks;
    for (std::size_t i = 0; i < locks.size(); ++i) {
      if (!locks[i].existing) continue;
      held.push_back({.relation = locks[i].relation,
                      .mode = locks[i].mode,
                      .path = path_of(locks[i].taken_by),
                      .taken_by = region_of(locks[i].taken_by)});
    }
    return held;
  }

  /// Empty for the file itself.
  [[nodiscard]] std::string path_of(Span span) const {
    const std::size_t part = parts_.part_at(span);
    return part == 0 ? std::string() : parts_.parts[part].file->path;
  }

  [[nodiscard]] text::Region region_of(Span span) {
    return places_.region(span, parts_.part_at(span));
  }

  const text::SourceFile& file_;
  const Options& options_;
  schema::Catalog& catalog_;
  IncludedFiles included_;
  const FileParts& parts_ = included_.parts();
  AnalysedFile analysed_;
  Places places_;
};

}  // namespace

Explanation explain_file(const text::SourceFile& file, const Options& options,
                         schema::Catalog& catalog) {
  return FileExplanation(file, options, catalog).explain();
}

}  // namespace unwedge::lint
