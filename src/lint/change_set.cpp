// Files through all layers: runner, sections, statements, timeline, rules, acknowledgements. The
// up sections of all files are walked in one go, for a runner may put them into one transaction and
// keeps its connection; what undoes or verifies a file stands by itself.

#include "lint/change_set.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

#include "lint/acks.h"
#include "lint/analysis.h"
#include "lint/engine.h"
#include "lint/fallback.h"
#include "lint/file_parts.h"
#include "lint/located_finding.h"
#include "lint/presentation.h"
#include "lint/registry.h"
#include "migration/directives.h"
#include "timeline/walk.h"

namespace unwedge::lint {
namespace {

using migration::Direction;

/// The sections of one file for one direction, and their steps in the timeline.
struct FileRun {
  std::size_t file = 0;
  Direction direction = Direction::kUp;
  std::vector<timeline::SectionRun> sections;
};

class ChangeSet {
 public:
  explicit ChangeSet(std::span<const ChangeSetFile> files) : files_(files) {
    join_texts();
    for (std::size_t i = 0; i < files.size(); ++i) {
      analysed_.push_back(
          analyse(parts_.text, parts_.parts[i].region, *files[i].file, *files[i].options));
      known_refusals_.insert(analysed_.back().refusals.begin(), analysed_.back().refusals.end());
    }
  }

  std::vector<FileResult> lint() {
    lint_up();
    for (std::size_t i = 0; i < files_.size(); ++i) {
      for (const Direction direction : {Direction::kDown, Direction::kVerify}) {
        lint_run(
            {{.file = i, .direction = direction, .sections = runs_of(analysed_[i], direction)}});
      }
    }
    std::vector<FileResult> results;
    for (std::size_t i = 0; i < files_.size(); ++i) results.push_back(result_of(i));
    return results;
  }

 private:
  void join_texts() {
    if (files_.size() > 1) {
      for (const ChangeSetFile& each : files_) joined_ += each.file->contents;
      parts_.text = joined_;
    } else {
      parts_.text = files_.front().file->contents;
    }
    std::uint32_t begin = 0;
    for (const ChangeSetFile& each : files_) {
      const auto end = begin + static_cast<std::uint32_t>(each.file->contents.size());
      parts_.parts.push_back({.file = each.file, .region = {begin, end}});
      begin = end;
    }
  }

  void lint_up() {
    std::vector<FileRun> runs;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      runs.push_back({.file = i,
                      .direction = Direction::kUp,
                      .sections = runs_of(analysed_[i], Direction::kUp)});
    }
    lint_run(runs);
  }

  /// Walks these sections one after the other and puts the rules to them.
  void lint_run(const std::vector<FileRun>& runs) {
    std::vector<timeline::SectionRun> sections;
    for (const FileRun& run : runs) {
      sections.insert(sections.end(), run.sections.begin(), run.sections.end());
    }
    if (sections.empty()) return;
    schema::Catalog catalog;
    const timeline::Timeline timeline =
        timeline::walk(sections,
                       {.postgres = files_[runs.front().file].options->postgres,
                        .text = parts_.text,
                        .known_refusals = known_refusals_.empty() ? nullptr : &known_refusals_},
                       catalog, [this](const Step& step) { check_step(step); });
    check_transactions(timeline);
    std::size_t first = 0;
    for (const FileRun& run : runs) {
      check_migration(run, timeline, first);
      first += run.sections.size();
    }
  }

  void check_step(const Step& step) {
    const std::size_t file = file_at(step.span());
    const ActiveRules& rules = *files_[file].rules;
    for (const Rule* rule : rules.for_statement(step.statement())) check(*rule, step, file);
    for (const Rule* rule : rules.every_step()) check(*rule, step, file);
  }

  void check(const Rule& rule, const Step& step, std::size_t file) {
    Findings findings(rule.info.severity);
    rule.check_step(step, findings);
    if (!findings.all().empty()) add(rule, findings, {&step, 1}, file);
  }

  void check_transactions(const timeline::Timeline& timeline) {
    const std::span<const Step> steps = timeline.steps;
    for (const timeline::TransactionRange& range : timeline.transactions) {
      const Transaction transaction{.state = range.state,
                                    .rolled_back = range.rolled_back,
                                    .unclosed = range.unclosed,
                                    .steps = steps.subspan(range.first, range.last - range.first)};
      const std::size_t file = file_at(transaction.steps.front().span());
      for (const Rule* rule : files_[file].rules->transaction()) {
        Findings findings(rule->info.severity);
        rule->check_transaction(transaction, findings);
        add(*rule, findings, transaction.steps, file);
      }
    }
  }

  void check_migration(const FileRun& run, const timeline::Timeline& timeline, std::size_t first) {
    if (run.sections.empty()) return;
    const std::span<const Step> steps = timeline.steps;
    const AnalysedFile& file = analysed_[run.file];
    std::vector<MigrationSection> sections;
    for (std::size_t i = 0; i < run.sections.size(); ++i) {
      const migration::Section& section = *run.sections[i].section;
      const timeline::SectionRange& range = timeline.sections[first + i];
      sections.push_back({.name = section.name,
                          .region = section.region,
                          .opted_out = section.opted_out,
                          .opt_out = section.opt_out,
                          .steps = steps.subspan(range.first, range.last - range.first)});
    }
    const std::size_t begin = timeline.sections[first].first;
    const std::size_t end = timeline.sections[first + run.sections.size() - 1].last;
    const std::vector<IgnoredOptOut> ignored = ignored_opt_outs(file, run);
    const Migration migration{.path = files_[run.file].file->path,
                              .runner = *run.sections.front().runner,
                              .steps = steps.subspan(begin, end - begin),
                              .sections = sections,
                              .ignored_opt_outs = ignored};
    for (const Rule* rule : files_[run.file].rules->migration()) {
      Findings findings(rule->info.severity);
      rule->check_migration(migration, findings);
      add(*rule, findings, migration.steps, run.file);
    }
  }

  /// Those that stand in or before a section of this direction; what stands elsewhere is the up
  /// direction's.
  [[nodiscard]] static std::vector<IgnoredOptOut> ignored_opt_outs(const AnalysedFile& file,
                                                                   const FileRun& run) {
    std::vector<IgnoredOptOut> ignored;
    for (const IgnoredOptOut& each : file.ignored_opt_outs) {
      Direction direction = Direction::kUp;
      for (const AnalysedSection& section : file.sections) {
        if (migration::whole(section.section).contains(each.span)) {
          direction = section.section.direction;
        }
      }
      if (direction == run.direction) ignored.push_back(each);
    }
    return ignored;
  }

  [[nodiscard]] std::size_t file_at(Span span) const {
    const auto after = std::upper_bound(
        parts_.parts.begin(), parts_.parts.end(), span.begin,
        [](std::uint32_t at, const FilePart& part) { return at < part.region.end; });
    const auto index = static_cast<std::size_t>(after - parts_.parts.begin());
    return std::min(index, parts_.parts.size() - 1);
  }

  /// Takes over what a rule found among these steps.
  void add(const Rule& rule, Findings& findings, std::span<const Step> steps, std::size_t file) {
    for (Finding& finding : findings.take()) {
      if (files_.size() > 1) file = file_at(finding.span);
      const AnalysedSection* section = section_at(file, finding.span);
      // A down section is for the day when something has gone wrong: that it runs at all matters.
      const bool only_failures = section != nullptr &&
                                 section->section.direction != Direction::kUp &&
                                 !files_[file].options->check_down;
      if (only_failures && rule.info.kind != Kind::kFails) continue;
      const auto step = std::find_if(steps.begin(), steps.end(), [&finding](const Step& each) {
        return each.span().contains(finding.span);
      });
      findings_.push_back(
          {.rule = &rule.info,
           .finding = std::move(finding),
           .statement = step == steps.end() ? Span() : step->span(),
           .section = section == nullptr ? std::string_view() : section->section.name,
           .ack = std::nullopt});
    }
  }

  [[nodiscard]] const AnalysedSection* section_at(std::size_t file, Span span) const {
    for (const AnalysedSection& section : analysed_[file].sections) {
      if (migration::whole(section.section).contains(span)) return &section;
    }
    return nullptr;
  }

  FileResult result_of(std::size_t index) {
    const AnalysedFile& file = analysed_[index];
    const Options& options = *files_[index].options;
    FileResult result;
    result.path = file.file->path;
    result.runner = file.recognised.runner->name;
    FileLayout layout;
    layout.text = parts_.text;
    for (const AnalysedSection& section : file.sections) {
      layout.sections.push_back(section.section.region);
      result.statements += section.script.statements.size();
      for (const Statement& statement : section.script.statements) {
        layout.statements.push_back(statement.span);
        if (statement.get<SyntaxError>() != nullptr) ++result.unanalysed;
      }
    }
    std::vector<LocatedFinding> findings = take_findings(file.region);
    drop_covered(options, findings);
    apply_acks(migration::ack_directives(parts_.text, file.region), layout, options, findings);
    apply_settings(options, findings);
    result.findings = present(std::move(findings), parts_, index, options.fingerprints);
    return result;
  }

  std::vector<LocatedFinding> take_findings(Span region) {
    if (files_.size() == 1) return std::exchange(findings_, {});
    const auto first = std::stable_partition(
        findings_.begin(), findings_.end(), [this, region](const LocatedFinding& each) {
          return parts_.parts[file_at(each.finding.span)].region != region;
        });
    std::vector<LocatedFinding> taken(std::make_move_iterator(first),
                                      std::make_move_iterator(findings_.end()));
    findings_.erase(first, findings_.end());
    return taken;
  }

  /// What the config says of a rule comes last: it may raise what a rule lowered.
  static void apply_settings(const Options& options, std::vector<LocatedFinding>& findings) {
    std::erase_if(findings, [&options](const LocatedFinding& finding) {
      return !is_enabled(*finding.rule, options);
    });
    for (LocatedFinding& finding : findings) {
      const auto setting = options.rules.find(finding.rule->id);
      if (setting == options.rules.end() || !setting->second.severity) continue;
      finding.finding.severity = *setting->second.severity;
    }
  }

  std::span<const ChangeSetFile> files_;
  std::string joined_;  ///< the texts of several files
  FileParts parts_;
  std::vector<AnalysedFile> analysed_;
  timeline::KnownRefusals known_refusals_;
  std::vector<LocatedFinding> findings_;
};

/// Whether the texts of these files fit into what a Span can count.
bool fits(std::span<const ChangeSetFile> files) {
  std::uint64_t size = 0;
  for (const ChangeSetFile& each : files) size += each.file->contents.size();
  return size <= std::numeric_limits<std::uint32_t>::max();
}

}  // namespace

std::vector<FileResult> lint_change_set(std::span<const ChangeSetFile> files) {
  if (files.empty()) return {};
  if (fits(files)) return ChangeSet(files).lint();
  std::vector<FileResult> results;
  for (const ChangeSetFile& each : files) {
    results.push_back(std::move(ChangeSet({&each, 1}).lint().front()));
  }
  return results;
}

FileResult lint_file(const text::SourceFile& file, const Options& options,
                     const ActiveRules& rules) {
  const ChangeSetFile only{.file = &file, .options = &options, .rules = &rules};
  return std::move(lint_change_set({&only, 1}).front());
}

FileResult lint_file(const text::SourceFile& file, const Options& options) {
  return lint_file(file, options, ActiveRules(options));
}

FileResult unreadable_file(std::string path, std::string error) {
  FileResult result;
  result.path = std::move(path);
  result.error = std::move(error);
  return result;
}

}  // namespace unwedge::lint
